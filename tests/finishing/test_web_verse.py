"""The browser's copy of the writer of quatrains: it computes what the weights beside it do."""

from __future__ import annotations

from ganapp.base import paths
from ganapp.finishing import web_verse
from ganapp.models import catalog


def test_the_shipped_copy_fits_its_weights() -> None:
    worst = web_verse.compared(catalog.opened(str(paths.shipped_models() / "write-quatrains"), "write"))
    assert max(worst.values()) <= web_verse.AGREED
