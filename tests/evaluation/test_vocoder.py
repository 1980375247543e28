"""The evaluation of vocoders: a quick run over one that has learned nothing, and tones in the place of recordings."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.evaluation import __main__ as evaluation
from ganapp.evaluation import vocoder
from ganapp.evaluation.subject import Options, find
from ganapp.training.data import waves
from tests.support import tinyspeaker


def test_a_quick_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "models")
    monkeypatch.setattr(vocoder, "QUICK", 8)
    for name in ("pesq", "pystoi"):  # their rows are left out
        monkeypatch.setitem(sys.modules, name, None)
    tinyspeaker.vocoder(tmp_path / "models" / "vocoder-8k")
    tinyspeaker.speaker(tmp_path / "models" / "speak-digits")
    tinyspeaker.judge(tmp_path / "models" / "speech-judge")
    subject = find("vocoder-8k")
    data = tinyspeaker.waves_at(tmp_path / "waves.safetensors")
    report = evaluation.fitting(subject.description).evaluate(subject, Options(quick=True, data=data))
    assert [row.name for row in report.rows] == ["vocoder_bands", "vocoder_spectra", "vocoder_heard"]
    bands = report.rows[0]
    assert bands.bar is not None
    assert bands.value > bands.bar > 0  # two rounds of the search are worse than sixty
    assert [(row["method"], row["language"]) for row in report.details["methods"]] == [
        (name, language) for language in ("en", "zh") for name in ("search", "this")
    ]
    assert "search" in report.table("en")
    assert report.table("zh")
    with pytest.raises(UserError) as problem:
        vocoder.evaluate(subject, Options(quick=True))
    assert problem.value.key == "evaluation_waves"


def test_recordings_themselves_are_no_distance_apart(tmp_path: Path) -> None:
    data = waves.load(str(tinyspeaker.waves_at(tmp_path / "waves.safetensors"))).held_out()
    same, noisy = (vocoder.measured(data, made) for made in (data.samples, data.samples + 0.02 * torch.randn_like(data.samples)))
    assert same["bands"] == same["spectra"] == 0
    assert noisy["bands"] > 0.1
    if "stoi" in same:
        assert same["stoi"] > noisy["stoi"]
        assert same["pesq"] > noisy["pesq"]
