"""Write a speaker's copy for the browser, or a reader's, into its folder: `python scripts/spoken_web.py models/speak-digits`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ganapp.finishing import web_spoken  # noqa: E402

if __name__ == "__main__":
    print(web_spoken.export(sys.argv[1]))
