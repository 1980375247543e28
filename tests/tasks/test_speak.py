"""Saying a digit as a task, with a small untrained speaker."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
import torch

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import images
from ganapp.pictures.provenance import reading
from ganapp.sounds import files, mel
from ganapp.tasks import listen, sonify, speak, speak_number
from tests.support import tinyspeaker


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tinyspeaker.speaker(tmp_path / "speak-digits")
    tinyspeaker.reader(tmp_path / "listen-digits")
    tinyspeaker.judge(tmp_path / "speech-judge")
    tinyspeaker.vocoder(tmp_path / "vocoder-8k")
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)


def test_a_digit_is_a_sound_that_says_how_it_was_made(tmp_path: Path) -> None:
    made = speak.run(speak.Request(word="3", seed=7))
    sound = files.read(made.sound)
    assert sound.rate == 8000
    assert abs(sound.seconds - 0.7875) < 0.01
    assert b'"word":"3"' in made.sound
    assert (made.word, made.voice) == ("three", "anna")
    assert made.loudness < 0
    assert b'"done":"created"' in made.sound
    again, other = speak.run(speak.Request(word="3", seed=7)), speak.run(speak.Request(word="3", seed=8))
    assert np.array_equal(sound.samples, files.read(again.sound).samples)
    assert not np.array_equal(sound.samples, files.read(other.sound).samples)
    if made.provenance["state"] == "signed":
        assert reading.read(made.sound).state == "Valid"
    made.save(tmp_path / "three.wav")
    assert (tmp_path / "three.wav").read_bytes() == made.sound
    told = made.report()
    assert base64.b64decode(told["sound"].removeprefix("data:audio/wav;base64,")) == made.sound


def test_the_samples_are_found_by_a_vocoder_or_by_the_search() -> None:
    by = {way: speak.run(speak.Request(word="3", phase=way)) for way in ("vocoder", "search")}
    made = {way: files.read(each.sound).samples for way, each in by.items()}
    assert made["vocoder"].shape == made["search"].shape
    assert not np.array_equal(made["vocoder"], made["search"])
    assert np.array_equal(files.read(speak.run(speak.Request(word="3")).sound).samples, made["vocoder"])
    assert b'"phase":"search"' in by["search"].sound
    one, other = (speak_number.run(speak_number.Request(number="40", phase=way)).sound for way in ("vocoder", "search"))
    assert one != other
    with pytest.raises(UserError):
        speak.Request(phase="guess")


def test_longer_higher_and_between_two() -> None:
    def length(**fields: object) -> int:
        return files.read(speak.run(speak.Request(**fields)).sound).samples.shape[1]

    plain = speak.run(speak.Request())
    assert abs(length(length=2.0) / length() - 2) < 0.1
    assert abs(length(pitch=12.0) / length() - 1) < 0.05
    assert abs(speak.run(speak.Request(loudness=-12.0)).loudness - plain.loudness + 12) < 0.5
    half = speak.run(speak.Request(word_to="二", blend=0.5))
    assert not np.array_equal(files.read(half.sound).samples, files.read(plain.sound).samples)


@pytest.mark.parametrize("fields", [{"word": "eleven"}, {"voice": "nobody"}, {"length": 3.0}, {"blend": -1}, {"seed": -1}])
def test_wrong_values_are_told(fields: dict[str, object]) -> None:
    with pytest.raises(UserError):
        speak.run(speak.Request(**fields))


def test_a_number_is_said_digit_by_digit(tmp_path: Path) -> None:
    made = speak_number.run(speak_number.Request(number="407", voice="ben", seed=4294967295))
    assert (made.words, made.voice) == (("four", "zero", "seven"), "ben")
    assert speak_number.run(speak_number.Request(number="12", voice="chu")).words == ("一", "二")
    one = speak_number.run(speak_number.Request(number="4"))
    assert made.length > one.length * 1.5
    assert made.report()["sound"].startswith("data:audio/wav;base64,UklGR")
    made.save(tmp_path / "number.wav")
    assert files.read((tmp_path / "number.wav").read_bytes()).seconds == pytest.approx(made.length, abs=0.05)
    for number in ("", "4a", "1234567890123", "٣"):
        with pytest.raises(UserError):
            speak_number.run(speak_number.Request(number=number))


def drawing(width: int = 3) -> str:
    """A picture of an upright stroke."""
    page = np.ones((60, 60, 3), np.float32)
    page[10:50, 28 : 28 + width] = 0
    return images.data_uri(images.png(images.to_image(page)))


def test_a_drawing_is_read_aloud() -> None:
    made = listen.run(listen.Request(picture=drawing()))
    assert files.read(made.sound).rate == 8000
    assert made.voice == "anna"
    assert made.heard in tinyspeaker.WORDS
    assert 0 < made.sure <= 1
    assert abs(made.slant) < 3
    assert listen.run(listen.Request(picture=drawing(12))).weight > made.weight
    assert b'"task":"listen"' in made.sound
    assert listen.run(listen.Request(picture=drawing(), language="zh")).voice == "chu"
    assert listen.run(listen.Request(picture=drawing(), language="zh", voice="ben")).voice == "ben"
    for fields in (
        {"voice": "nobody"},
        {"language": "fr"},
        {"picture": images.data_uri(images.png(images.to_image(np.ones((40, 40, 3)))))},
    ):
        with pytest.raises(UserError):
            listen.run(listen.Request(**{"picture": drawing(), **fields}))


def test_a_picture_is_heard_as_the_spectrogram_that_it_is() -> None:
    page = np.ones((64, 64, 3), np.float32)
    page[20:24, 10:40] = 0  # a tone of the bands 40 to 43, for half the time
    made = sonify.run(sonify.Request(picture=images.data_uri(images.png(images.to_image(page)))))
    found = mel.logmel(torch.from_numpy(files.read(made.sound).samples))[0]
    loud = found[:, 15:35].mean(1)
    assert 39 <= int(loud.argmax()) <= 44
    assert float(found[:, 50:].mean()) < float(loud.max()) - 5
    assert made.length == pytest.approx(0.7875, abs=0.01)
    assert sonify.run(sonify.Request(picture=images.data_uri(images.png(images.to_image(page))), length=2.0)).length > 1.4
