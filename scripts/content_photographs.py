"""Write assets/photographs, what styles are learnt on where the deployer has no photographs: python scripts/content_photographs.py

Sample pictures of scikit-image and scikit-learn, the shorter side at 384 pixels; assets/photographs/README.md names them.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from stylize_sheet import SAMPLES, sample

PLACE = Path(__file__).resolve().parent.parent / "assets" / "photographs"
SHORT = 384

if __name__ == "__main__":
    PLACE.mkdir(exist_ok=True)
    for name in (*(name for name, *_ in SAMPLES), "grass"):
        image = Image.fromarray(sample(name))
        scale = min(1.0, SHORT / min(image.size))
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
        called = "wall" if name == "brick" else name.removesuffix(".jpg")  # the first two by name are held out, for previews
        image.save(PLACE / f"{called}.webp", quality=80, method=6)
