"""Evaluations of the captions' closed world: shares by hand, and quick runs over small untrained models."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganapp.base import paths
from ganapp.evaluation import __main__ as evaluation
from ganapp.evaluation import _scenes, captions
from ganapp.evaluation.subject import Options, find
from ganapp.writing.scene import Thing
from tests.support import tinywriters

SEVEN = Thing("7", "red", "large", "right", "top left")


def test_what_is_not_said_is_not_right() -> None:
    assert captions.said((SEVEN,), (SEVEN,))["all"]
    half = captions.said((Thing("7", place="top left"),), (SEVEN,))
    assert [name for name, value in half.items() if value] == ["kind", "place", "count"]
    assert not any(value for name, value in captions.said((), (SEVEN,)).items())
    assert _scenes.share([half, captions.said((SEVEN,), (SEVEN,))], "all") == 0.5


@pytest.mark.parametrize("name", ["write-captions", "write-pictures", "write-judge"])
def test_a_quick_look(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)
    monkeypatch.setattr(_scenes, "BLOCK", 5)
    tinywriters.captions(tmp_path / "write-captions")
    tinywriters.pictures(tmp_path / "write-pictures")
    tinywriters.judge(tmp_path / "write-judge")
    subject = find(name)
    report = evaluation.fitting(subject.description).evaluate(subject, Options(samples=10, quick=True))
    shares = {row.name: row.value for row in report.rows}
    assert {f"scene_{name}" for name in _scenes.NAMES} <= set(shares)
    assert shares["scene_all"] < 0.5
    assert report.rows[0].samples == (20 if name == "write-captions" else 10)
    assert report.table("zh")
    assert report.as_json()
