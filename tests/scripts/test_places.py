"""Scripts are run as they stand in the documents, from any folder, whether or not the app is installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

OWN = re.compile(r"(?m)^(?:from|import) (?:ganapp|scripts|tests)\b")
FOUND = re.compile(r"(?m)^sys\.path\.insert\(0, ")
SCRIPTS = [path for path in sorted((ROOT / "scripts").glob("*.py")) if "__main__" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_finds_the_app(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if first := OWN.search(text):
        place = FOUND.search(text)
        assert place
        assert place.start() < first.start()
