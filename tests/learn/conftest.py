from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.learn.javascript import Laboratory


@pytest.fixture(scope="session")
def laboratory() -> Iterator[Laboratory]:
    opened = Laboratory()
    yield opened
    opened.close()
