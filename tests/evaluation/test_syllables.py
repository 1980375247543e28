"""Evaluations of syllables: quick runs over small untrained models and tones in the place of recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganapp.base import paths
from ganapp.evaluation import __main__ as evaluation
from ganapp.evaluation import _syllables, judge, spoken
from ganapp.evaluation.subject import Options, find
from ganapp.training.data import spoken as recordings
from tests.support import tinyspeaker, tinysyllables

FOUR = ("heard", "initial", "final", "tone")


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "models")
    tinysyllables.speaker(tmp_path / "models" / "speak-syllables")
    tinysyllables.judge(tmp_path / "models" / "syllable-judge")
    tinyspeaker.vocoder(tmp_path / "models" / "vocoder-8k")


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "speak-syllables",
            [
                *(f"syllable_{each}" for each in FOUR),
                *(f"new_syllable_{each}" for each in FOUR),
                "syllable_phase",
                "syllable_vocoder",
                "syllable_apart",
            ],
        ),
        ("syllable-judge", [*(f"syllable_{each}" for each in FOUR), "syllable_phase"]),
    ],
)
def test_a_quick_look(name: str, rows: list[str], tmp_path: Path) -> None:
    subject = find(name)
    assert not judge.fits(subject.description)
    assert not spoken.fits(subject.description)
    data = tinysyllables.recordings(tmp_path / "recordings.safetensors")
    report = evaluation.fitting(subject.description).evaluate(subject, Options(quick=True, data=data))
    assert [row.name for row in report.rows] == rows
    assert report.table("zh")


def test_an_answer_is_right_when_initial_final_and_tone_are(tmp_path: Path) -> None:
    data = recordings.load(str(tinysyllables.recordings(tmp_path / "recordings.safetensors")))
    held = _syllables.judge()
    right = held.right(data.pictures, list(data.word_names))
    assert right.shape == (len(tinysyllables.WORDS), 3)
    first, *others = _syllables.rows("syllable", right)
    assert first.value <= min(row.value for row in others)
