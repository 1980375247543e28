"""Twenty sounds that nobody selected, for docs/listen.md: `python scripts/listen_twenty.py`.

Seeds 1 to 20; words and voices in turn, the ten English digits by the six voices, then the ten Mandarin ones. Writes a sheet of their
spectrograms, docs/listen-twenty.webp, and the files docs/listen/NN-WORD.wav.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ["GANAPP_PROVENANCE"] = "off"  # a signature would differ each time; the recipe stays in the file

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from ganapp import models  # noqa: E402
from ganapp.sounds import pictured  # noqa: E402
from ganapp.speaking import saying  # noqa: E402
from ganapp.tasks import speak  # noqa: E402

SCALE, GAP, COLUMNS = 3, 12, 5
PINYIN = ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu")


def main() -> None:
    speaker = models.load(speak.MODEL, "speak")
    place, sheets = ROOT / "docs" / "listen", []
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for i in range(20):
        word = speaker.words[i]
        voice = speaker.voices[i % 6] if i < 10 else ""
        made = speak.run(speak.Request(word=word, voice=voice, seed=i + 1, phase="search"))  # as the page
        name = word if i < 10 else PINYIN[i - 10]
        (place / f"{i + 1:02d}-{name}.wav").write_bytes(made.sound)
        picture = saying.pictures(speaker, [saying.wanted(speaker, word, voice, i + 1)])
        ink = 1 - pictured.shown(picture)[0, 0].numpy()
        sheets.append(np.kron((ink * 255).astype(np.uint8), np.ones((SCALE, SCALE), np.uint8)))
    h, w = sheets[0].shape
    sheet = np.full(((h + GAP) * (20 // COLUMNS) - GAP, (w + GAP) * COLUMNS - GAP), 255, np.uint8)
    for i, spectrogram in enumerate(sheets):
        top, left = (h + GAP) * (i // COLUMNS), (w + GAP) * (i % COLUMNS)
        sheet[top : top + h, left : left + w] = spectrogram
    Image.fromarray(sheet).save(ROOT / "docs" / "listen-twenty.webp", quality=80)


if __name__ == "__main__":
    main()
