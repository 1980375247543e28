"""The pairs of the page "Made by machines": what is committed is what the script computes, and it is small."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PIL import Image

from ganapp.base import paths
from scripts import machine_pairs


def committed() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((paths.assets() / "pictures" / "made-by-machines" / "pairs.json").read_text(encoding="utf-8"))
    return facts


@pytest.mark.parametrize(("exercise", "number"), [("digits", 1), ("scenes", 4), ("photographs", 2)])
def test_a_committed_verdict_is_the_one_computed(exercise: str, number: int) -> None:
    known = committed()[exercise]["pairs"][number]
    computed = machine_pairs.told(exercise, number, machine_pairs.EXERCISES[exercise](number))
    assert computed["scores"] == pytest.approx(known["scores"], rel=0.01)
    assert {**computed, "scores": 0} == {**known, "scores": 0}


def test_choices_follow_from_scores_and_sheets_fit() -> None:
    folder = paths.assets() / "pictures" / "made-by-machines"
    facts = committed()
    assert set(facts) == set(machine_pairs.EXERCISES)
    for exercise, each in facts.items():
        assert len(each["pairs"]) == machine_pairs.COUNT
        for number, pair in enumerate(each["pairs"]):
            assert pair["real"] == machine_pairs.real_side(exercise, number)
            assert pair["scores"][pair["chosen"]] == max(pair["scores"])
        assert Image.open(folder / f"{exercise}.webp").size == (2 * each["side"], machine_pairs.COUNT * each["side"])
    assert sum(file.stat().st_size for file in folder.iterdir()) < 300_000
