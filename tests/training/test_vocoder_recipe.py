"""The recipe of vocoders: tiny runs whose results are whole models, and the file of recordings that they learn from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.models import catalog
from ganapp.models import vocoder as promise
from ganapp.sounds import mel, phase
from ganapp.training.data import waves
from ganapp.training.recipes import vocoder
from tests.support import tinyspeaker
from tests.support.tinyruns import digests

TINY = {"width": 8, "blocks": 1, "critic": 4, "batch": 4, "frames": 16, "window": 800}


@pytest.mark.parametrize("guess", [True, False])
def test_a_tiny_run_goes_on_as_if_it_had_not_stopped(guess: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tinyspeaker.waves_at(tmp_path / "waves.safetensors")
    order = Order("vocoder", 6, every=3, threads=1, settings={**TINY, "late": 0.4, "guess": guess, "source": str(source)})
    assert digests(tmp_path / "whole", order) == digests(tmp_path / "stopped", order, stop=3)
    config = (tmp_path / "whole" / "result" / "config.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in config
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "whole")
    trained = promise.of_folder(catalog.load("result", "vocode"))
    assert trained.rounds == (2 if guess else 0)
    pictures = mel.logmel(waves.load(str(source)).samples[:2])
    assert trained(pictures).shape == (2, mel.SAMPLES)


def test_a_step_is_given_recordings_and_what_the_search_made_of_them(tmp_path: Path) -> None:
    source = str(tinyspeaker.waves_at(tmp_path / "waves.safetensors"))
    run = vocoder.begin(vocoder.Settings(source=source, **TINY), 0)
    torch.manual_seed(3)
    picture, guess, wanted = run.batch(0)
    assert (picture.shape, guess.shape, wanted.shape) == ((4, 64, 16), (4, 1500), (4, 1500))
    inner = mel.logmel(wanted)[:, :, 4:-4]  # the ends of the part know what lies beyond
    torch.testing.assert_close(picture[:, :, 4:-4], inner, rtol=1e-3, atol=1e-2)
    loud = picture.exp().sum((1, 2))
    assert float(loud.max() / loud.min()) > 1.2  # of different gains
    near = (mel.logmel(guess) - mel.logmel(wanted)).abs().mean()
    assert float(near) < float((mel.logmel(guess.roll(1, 0)) - mel.logmel(wanted)).abs().mean())


def test_recordings_are_kept_and_heard_in_strings(tmp_path: Path) -> None:
    data = waves.load(str(tinyspeaker.waves_at(tmp_path / "waves.safetensors")))
    assert (len(data.learned()), len(data.held_out()), data.rounds) == (12, 20, 2)
    strings = list(data.held_out().heard())
    assert [(name, len(index)) for name, index in strings] == [("anna", 10), ("chu", 10)]
    joined = data.joined(data.samples, torch.tensor([1, 0]))
    assert torch.equal(joined, torch.cat([data.samples[1, :3600], data.samples[0, :3600]]))
    assert data.held_out().said_in("zh").sum() == 10
    again = phase.griffin_lim(mel.logmel(data.samples[:1]), 2)
    torch.testing.assert_close(data.guesses[:1], again, rtol=0, atol=2e-3)
    (tmp_path / "notes.txt").write_text("no recordings")
    for name in ("notes.txt", "missing.safetensors"):
        with pytest.raises(UserError) as problem:
            waves.load(str(tmp_path / name))
        assert problem.value.key == "waves_unreadable"
