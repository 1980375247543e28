"""What is usual in handwritten digits, measured in the first training digits of MNIST by ganapp.metrics.attributes; of each by itself,
since its form alone moves these numbers: the bar of a 7 reads as a slant to the left.

assets/js/digits/usual.js       slant, weight and width in degrees and pixels, by which the page names a digit; of 20,000 digits
ganapp/metrics/ranges.json    how far each attribute differs: from the 5th to the 95th percentile; of 10,000 digits
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch

from ganapp.base import paths
from ganapp.digits import digit, idx
from ganapp.metrics import attributes, trials

COUNT = 20_000
RANGED = 10_000
SHARES = {"slant": (10, 90), "weight": (20, 80), "width": (20, 80)}  # percentiles; a slight slant is no slant to the eye
HEAD = """/* Written by scripts/usual_digits.py: by digit, the slant in degrees that a tenth of MNIST's digits are below, and a tenth
   above; the weight and width in pixels that a fifth are below, and a fifth above. */

"""


def main() -> None:
    torch.set_num_threads(1)
    data = idx.load("mnist", "train")
    x = torch.from_numpy(digit.from_mnist(data.pictures[:COUNT])).unsqueeze(1)
    x = (x - attributes.HAZE).clamp(min=0) / (1 - attributes.HAZE)
    table = {}
    for name, shares in SHARES.items():
        values = torch.cat([attributes.MEASURES[name](part) for part in torch.split(x, 2000)]).numpy()
        by_digit = [np.percentile(values[data.labels[:COUNT] == label], shares) for label in range(10)]
        table[name] = [[round(float(value), 2) for value in pair] for pair in by_digit]
    lines = ",\n".join(f"  {name}: {json.dumps(pairs)}" for name, pairs in table.items())
    text = f"{HEAD}export const USUAL = {{\n{lines},\n}};\n"
    (paths.assets() / "js" / "digits" / "usual.js").write_text(text, encoding="utf-8")
    measured = attributes.measured(torch.from_numpy(digit.from_mnist(data.pictures[:RANGED])).unsqueeze(1)).numpy()
    low, high = (np.stack([np.percentile(measured[data.labels[:RANGED] == label], share, 0) for label in range(10)]) for share in (5, 95))
    rows = [
        f'"{name}": {json.dumps([round(float(v), 4) for v in wide])}'
        for name, wide in zip(attributes.MEASURES, (high - low).T, strict=True)
    ]
    trials.RANGES.write_text("{\n " + ",\n ".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
