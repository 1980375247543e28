"""assets/js/parts/hand.js against ganapp/metrics/attributes.py: slant, weight, width; and the sentences of digits/words.js."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import torch

from ganapp.base import locales
from ganapp.digits import digit, idx
from ganapp.metrics import attributes
from tests.support import node

SCRIPT = """
import {{ inWords }} from "{module}";
import {{ measured }} from "{hand}";
const job = {job};
const tools = (words) => ({{ t: (key, values = {{}}) => words[key].replace(/{{(\\w+)}}/g, (_, name) => values[name]) }});
console.log(JSON.stringify({{
  measures: job.pictures.map((picture) => measured(picture, 32)),
  nothing: measured(new Float32Array(32 * 32), 32),
  said: Object.fromEntries(Object.entries(job.words).map(([l, words]) => [l, job.cases.map(([d, m]) => inWords(tools(words), d, m))])),
}}));
"""
CASES = [
    (7, {"slant": 20.0, "weight": 3.4, "width": 13.0}),
    (2, {"slant": -20.0, "weight": 1.5, "width": 9.0}),
    (8, {"slant": 6.0, "weight": 2.4, "width": 12.0}),
    (1, {"slant": 12.0, "weight": 2.4, "width": 6.0}),
]


def page(pictures: Any) -> Any:
    words = {
        language: {k: v for k, v in locales.words(language).items() if k.startswith("digits.words.")} for language in locales.LANGUAGES
    }
    job = json.dumps({"pictures": pictures, "words": words, "cases": CASES})
    return node.printed(SCRIPT.format(module=node.address("digits/words.js"), hand=node.address("parts/hand.js"), job=job))


@node.needed
def test_the_page_measures_as_the_models_were_measured() -> None:
    inks = digit.from_mnist(idx.load("mnist", "test").pictures[:60])
    found = page([ink.ravel().tolist() for ink in inks])
    expected = attributes.measured(torch.from_numpy(inks).unsqueeze(1))[:, :3].numpy()
    np.testing.assert_allclose([[m["slant"], m["weight"], m["width"]] for m in found["measures"]], expected, rtol=1e-3, atol=1e-3)
    assert all(np.isfinite(list(found["nothing"].values())))


@node.needed
def test_what_is_measured_becomes_a_sentence() -> None:
    said = page([])["said"]
    assert said["en"] == [
        "A bold seven, leaning right",
        "A fine, narrow two, leaning left",
        "A plain eight, upright",
        "A wide one, upright",
    ]
    assert said["zh"] == ["一个粗壮、右倾的七", "一个纤细、窄长、左倾的二", "一个端正的八", "一个宽扁、端正的一"]
