"""Evaluations of spoken words: quick runs over small untrained models and tones in the place of recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.evaluation import __main__ as evaluation
from ganapp.evaluation import judge, spoken
from ganapp.evaluation.subject import Options, find
from tests.support import tinyspeaker


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "models")
    monkeypatch.setattr(spoken, "REBUILT", 8)
    tinyspeaker.speaker(tmp_path / "models" / "speak-digits")
    tinyspeaker.judge(tmp_path / "models" / "speech-judge")
    tinyspeaker.vocoder(tmp_path / "models" / "vocoder-8k")


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "speak-digits",
            [
                "accuracy",
                "phase_accuracy",
                "vocoder_accuracy",
                "score",
                "distance",
                "precision",
                "recall",
                "density",
                "coverage",
                "mandarin",
            ],
        ),
        ("speech-judge", ["test_accuracy", "phase_accuracy"]),
    ],
)
def test_a_quick_look(name: str, rows: list[str], tmp_path: Path) -> None:
    subject = find(name)
    assert not judge.fits(subject.description)
    data = tinyspeaker.recordings(tmp_path / "recordings.safetensors")
    report = evaluation.fitting(subject.description).evaluate(subject, Options(samples=8, quick=True, data=data))
    assert [row.name for row in report.rows] == [f"speech_{row}" for row in rows]
    assert all(row.value >= 0 for row in report.rows)
    assert report.table("zh")
    if name == "speak-digits":
        loudness = report.details["sliders"][2]
        assert (loudness["name"], loudness["rising"], loudness["sounds"]) == ("loudness", 1.0, 2)
    assert report.as_json()
    with pytest.raises(UserError) as problem:
        evaluation.fitting(subject.description).evaluate(subject, Options(quick=True))
    assert problem.value.key == "evaluation_recordings"
