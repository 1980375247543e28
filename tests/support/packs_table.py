"""`python -m tests.support.packs_table`: write the table of docs/models.md anew from the packs and the figures beside them."""

from __future__ import annotations

import re

from ganapp.models import pack_list
from tests.conftest import ROOT

FILE = ROOT / "docs" / "models.md"


def renewed(text: str) -> str:
    """The document with the table as it has to be."""
    return re.sub(r"(?m)^\| Pack \|.*\n(\|.*\n)+", lambda _: pack_list.table(), text, count=1)


if __name__ == "__main__":
    FILE.write_text(renewed(FILE.read_text(encoding="utf-8")), encoding="utf-8")
