"""What documents hold that tests run."""

from __future__ import annotations

import re

from tests.conftest import ROOT


def blocks(page: str, kind: str) -> list[str]:
    """The blocks of code of a kind in a document of docs/, in their order."""
    return re.findall(rf"```{kind}\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)


def python_blocks(page: str) -> list[str]:
    """Its examples in Python."""
    return blocks(page, "python")
