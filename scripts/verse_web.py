"""Write a writer's copy for the browser into its folder: `python scripts/verse_web.py models/write-quatrains` (or write-stanzas)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ganapp.finishing import web_stanzas, web_verse  # noqa: E402
from ganapp.models import folder  # noqa: E402

if __name__ == "__main__":
    task = folder.describe(Path(sys.argv[1])).task
    print((web_stanzas if task == "stanza" else web_verse).export(sys.argv[1]))
