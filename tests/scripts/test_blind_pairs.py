"""Blind pairs of styles: sheets that tell nobody which way is which, and verdicts counted by hand arithmetic."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganapp.metrics.class_accuracy import wilson
from scripts import blind_pairs

KEY = {"ways": ["one", "other"], "seed": 1, "pairs": {"1": {"photograph": "a", "left": 0}, "2": {"photograph": "b", "left": 1}}}


def test_wins_are_those_of_the_way_that_stood_there() -> None:
    first = blind_pairs.verdicts("1 left both  # the sky\n\n2 left right\n", KEY)
    second = blind_pairs.verdicts("2 right none\n1 right left\n", KEY)
    one, other = blind_pairs.counted(KEY, [first, second])
    assert (one["won"], one["itself"], one["pairs"]) == (2, 3, 4)
    assert (other["won"], other["itself"]) == (2, 1)
    (sure, _) = blind_pairs.counted(KEY, [blind_pairs.verdicts("1 left both\n2 right both", KEY)])
    assert (sure["won"], sure["share"]) == (2, 1.0)
    assert sure["interval"] == pytest.approx(wilson(1.0, 2), abs=1e-4)


@pytest.mark.parametrize("text", ["1 left both", "1 left both\n2 middle both", "1 left both\n1 left both\n2 left both", "3 left both"])
def test_a_verdict_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SystemExit):
        blind_pairs.verdicts(text, KEY)


def test_sheets_follow_from_the_seed_and_name_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(7):
        Image.fromarray(np.full((20, 30, 3), 30 * i, np.uint8)).save(tmp_path / f"{i}.png")
    key = blind_pairs.drawn(tmp_path, ["one", "other"], 6, seed=3)
    assert key == blind_pairs.drawn(tmp_path, ["one", "other"], 6, seed=3)
    assert key["pairs"] != blind_pairs.drawn(tmp_path, ["one", "other"], 6, seed=4)["pairs"]
    assert sum(pair["left"] for pair in key["pairs"].values()) == 3
    assert len({pair["photograph"] for pair in key["pairs"].values()}) == 6
    colours = {"one": (250, 0, 0), "other": (0, 0, 250)}
    monkeypatch.setattr(blind_pairs, "painted", lambda _, way: Image.new("RGB", (30, 20), colours[way]))
    out = tmp_path / "sheets"
    blind_pairs.draw(out, tmp_path, ["one", "other"], key)
    assert sorted(path.name for path in out.iterdir()) == ["key.json", "sheet-1.webp", "sheet-2.webp"]
    assert json.loads((out / "key.json").read_text()) == key
    page = np.asarray(Image.open(out / "sheet-1.webp").convert("RGB"))
    wide = round(30 * blind_pairs.HEIGHT / 20)
    for i in range(blind_pairs.ROWS):
        y = i * (blind_pairs.HEIGHT + blind_pairs.GAP) + blind_pairs.HEIGHT // 2
        red = page[y, blind_pairs.NUMBER + wide + blind_pairs.GAP + wide // 2, 0] > 128
        assert red == (key["pairs"][str(i + 1)]["left"] == 0)
    with pytest.raises(SystemExit):
        blind_pairs.drawn(tmp_path, ["one", "other"], 8, seed=3)
