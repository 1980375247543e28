"""Draw beforehand what the page Listen begins with: assets/recordings/listen/{en,zh}.json, the log-mel pictures of the eight sounds of each
language, so that the page needs no network before the first press. Which sounds those are the page itself says (assets/js/listen/link.js,
run by node).

{low, high, pictures: {"WORD_VOICE_SEED": 16-bit steps from low to high, little-endian, bands x frames, in base64}}
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from ganapp import models
from ganapp.base import locales, paths
from ganapp.speaking import saying
from ganapp.tasks.speak import MODEL
from tests.support import node

FOLDER = paths.assets() / "recordings" / "listen"
SCRIPT = """import {{ start }} from "{link}";
const known = {known};
console.log(JSON.stringify(Object.fromEntries({languages}.map((each) => [each, start(known, each).sounds]))));"""


def first() -> dict[str, list[dict[str, Any]]]:
    """What the page begins with, by its language."""
    values = json.loads((paths.shipped_models() / MODEL / "config.json").read_text(encoding="utf-8"))["values"]
    found: dict[str, list[dict[str, Any]]] = node.printed(
        SCRIPT.format(link=node.address("listen/link.js"), known=json.dumps(values), languages=json.dumps(locales.LANGUAGES))
    )
    return found


def drawn(sounds: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Their log-mel pictures, float32 (bands, frames), by word, voice and seed."""
    speaker = models.load(MODEL, "speak")
    pictures = saying.pictures(speaker, [saying.Said(each["word"], each["voice"], each["seed"]) for each in sounds])
    return {"{word}_{voice}_{seed}".format(**each): picture.numpy() for each, picture in zip(sounds, pictures, strict=True)}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language, sounds in first().items():
        pictures = drawn(sounds)
        low, high = (float(end(list(pictures.values()))) for end in (np.min, np.max))
        steps = {name: np.round((each - low) / (high - low) * 65535).astype("<u2") for name, each in pictures.items()}
        coded = {name: base64.b64encode(each.tobytes()).decode() for name, each in steps.items()}
        text = json.dumps({"low": low, "high": high, "pictures": coded}, indent=1)
        (FOLDER / f"{language}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
