"""The recipes of spoken words: tiny runs whose results are whole models, and what is done to recordings on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.metrics import attributes
from ganapp.models import catalog
from ganapp.sounds import mel
from ganapp.training.data import digits_data, spoken
from ganapp.training.data import drawn_speech as data
from ganapp.training.recipes import drawn_speech
from tests.support import tinyspeaker, tinysyllables
from tests.support.tinyruns import digests

TINY: dict[str, dict[str, Any]] = {
    "speech_judge": {"width": 2, "features": 4, "batch": 4},
    "spoken": {"width": 8, "code": 8, "latent": 4, "critic": 4, "features": 8, "batch": 4, "warm": 2},
    "drawn_speech": {"eye": 8, "batch": 4, "reading": 1, "warm": 2},
    "syllables": tinysyllables.TINY,
    "syllable_judge": {"width": 2, "features": 4, "batch": 4},
}


@pytest.mark.parametrize("recipe", TINY)
def test_a_tiny_run_goes_on_as_if_it_had_not_stopped(recipe: str, tmp_path: Path) -> None:
    of_syllables = recipe.startswith("syllable")
    path = tmp_path / "recordings.safetensors"
    source = tinysyllables.recordings(path) if of_syllables else tinyspeaker.recordings(path, 1)
    settings = {**TINY[recipe], "source": str(source)}
    if recipe == "drawn_speech":
        settings["speaker"] = str(tinyspeaker.speaker(tmp_path / "speaker"))
    order = Order(recipe, 6, every=3, threads=1, settings=settings)
    assert digests(tmp_path / "whole", order) == digests(tmp_path / "stopped", order, stop=3)
    config = (tmp_path / "whole" / "result" / "config.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in config


def test_recordings_are_kept_and_split(tmp_path: Path) -> None:
    path = tinyspeaker.recordings(tmp_path / "recordings.safetensors")
    data = spoken.load(str(path))
    assert (data.word_names, data.voice_names, data.source) == (tinyspeaker.WORDS, tinyspeaker.VOICES, "tones")
    train, test = data.only("train"), data.only("test")
    assert (len(train), len(test)) == (60, 40)
    pictures, words, voices = test.at(torch.tensor([0, 5]))
    assert pictures.shape == (2, 64, 64)
    assert words.argmax(1).tolist() == test.words[[0, 5]].tolist()
    assert voices.sum(1).tolist() == [1.0, 1.0]
    mean, deviation = train.moments()
    torch.testing.assert_close(mean[10], train.pictures[:, 10].mean())
    torch.testing.assert_close(deviation[10], train.pictures[:, 10].std())


def test_what_holds_no_recordings_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no recordings")
    for name in ("notes.txt", "missing.safetensors"):
        with pytest.raises(UserError) as problem:
            spoken.load(str(tmp_path / name))
        assert problem.value.key == "spoken_unreadable"


def test_pictures_are_moved_and_silence_comes_in() -> None:
    torch.manual_seed(0)
    low = torch.arange(3.0)
    picture = torch.arange(1.0, 6.0).expand(40, 3, 5) + 10
    made = spoken.moved(picture, low, 2)
    by = {tuple(row[0].tolist()) for row in made}
    assert (11.0, 12.0, 13.0, 14.0, 15.0) in by
    assert (13.0, 14.0, 15.0, 0.0, 0.0) in by
    assert (0.0, 0.0, 11.0, 12.0, 13.0) in by
    assert len(by) == 5
    assert float(made[:, 2].min()) == 2.0
    both = spoken.moved(torch.cat([picture, picture]), low, 2, sets=2)
    assert torch.equal(both[:40], both[40:])
    assert spoken.moved(picture, low, 0) is picture


def test_covers_and_slopes_by_hand() -> None:
    torch.manual_seed(1)
    picture = torch.randn(30, 64, 64)
    hidden = (spoken.covered(picture, 10) == picture.mean((1, 2), keepdim=True)).flatten(1).float().mean(1)
    assert 0 < float(hidden.mean()) < 0.3
    silent = torch.full((4, mel.BANDS, 2), spoken.floor())
    assert torch.equal(spoken.tilted(silent), silent)
    loud = spoken.tilted(torch.zeros(50, mel.BANDS, 2), 0.5)
    assert 0.5 < float(loud.abs().max()) <= 1.0 + 1e-6


def test_a_reader_begins_with_a_speaker_of_the_same_words(tmp_path: Path) -> None:
    source = str(tinyspeaker.recordings(tmp_path / "recordings.safetensors", 1))
    with pytest.raises(UserError, match="does not speak"):
        drawn_speech.begin(drawn_speech.Settings(source), 0)  # the shipped speaker has other voices
    run = drawn_speech.begin(drawn_speech.Settings(source, speaker=str(tinyspeaker.speaker(tmp_path / "speaker")), eye=8, batch=4), 0)
    teacher = catalog.opened(str(tmp_path / "speaker"), "speak").net()
    assert torch.equal(run.speaker.stem.weight, teacher.stem.weight)
    torch.manual_seed(0)
    pairs = run.drawn.at(torch.arange(8))
    assert pairs.pictures.shape == (8, 64, 64)
    assert pairs.drawings.shape == pairs.others.shape == (8, 1, 32, 32)
    assert not torch.equal(pairs.drawings, pairs.others)
    assert pairs.manners.shape == (8, 2)
    assert pairs.manners.abs().max() > 0.1
    assert pairs.words.tolist() == run.data.words[:8].tolist()
    assert pairs.voices.sum(1).tolist() == [1.0] * 8


def test_strokes_are_made_thicker_and_slanted() -> None:
    drawings = digits_data.Digits("test").at(torch.arange(20))[0]
    weights = [attributes.weight((data.heavier(drawings, torch.full((20,), by)) + 1) / 2) for by in (-1.0, 0.0, 1.0)]
    assert (weights[0] < weights[1]).all()
    assert (weights[1] < weights[2]).all()
    assert torch.equal(data.heavier(drawings, torch.zeros(20)), drawings)
    slants = [attributes.slant((data.slanted(drawings, lean) + 1) / 2) for lean in (-0.4, 0.0, 0.4)]
    assert (slants[0] < slants[1]).all()
    assert (slants[1] < slants[2]).all()
