"""Saying a sentence as a task, with small untrained models and a voice that hums."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from ganapp import models as promises
from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.models import packs
from ganapp.models.packs.lexicon_en import LEXICON
from ganapp.models.pronouncer import Pronouncer
from ganapp.sounds import files, measures
from ganapp.sounds.sound import Samples
from ganapp.tasks import say
from tests.support import tinyspeaker, tinysyllables


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tinyspeaker.speaker(tmp_path / "speak-digits")
    tinysyllables.speaker(tmp_path / "speak-syllables")
    tinyspeaker.vocoder(tmp_path / "vocoder-8k")
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)
    monkeypatch.setattr(say, "here", lambda: False)


@pytest.fixture
def voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The packs as if they were installed; what the voice was given."""
    given: list[str] = []

    def hum(phonemes: str, seed: int, length: float) -> Samples:
        given.append(phonemes)
        t = np.arange(round(2000 * length)) / 22050
        return (0.3 * np.sin(2 * np.pi * (200 + seed) * t)).astype(np.float32)

    load = promises.load
    held = Pronouncer("voice-en", "hum", 22050, frozenset("abc"), hum)
    place = tinysyllables.lexicon(tmp_path / "lexicon.db")
    monkeypatch.setattr(say, "here", lambda: True)
    monkeypatch.setattr(promises, "load", lambda model, task: held if task == "pronounce" else load(model, task))
    monkeypatch.setattr(packs, "files", lambda name: {LEXICON: place})
    return given


def test_a_chinese_sentence_says_how_it_was_read(tmp_path: Path) -> None:
    made = say.run(say.Request(text="我有三只猫。", seed=7))
    assert (made.language, made.model) == ("zh", "speak-syllables")
    assert made.said == ("wo2", "you3", "san1", "zhi1", "mao1")
    assert made.unrecorded == ("wo2",)
    assert (made.guessed, made.spelled) == ((), ())
    sound = files.read(made.sound)
    assert sound.rate == 8000
    assert "我有三只猫。".encode() in made.sound
    assert b'"task":"say"' in made.sound
    again, other = (say.run(say.Request(text="我有三只猫。", seed=seed)).sound for seed in (7, 8))
    assert np.array_equal(files.read(again).samples, sound.samples)
    assert not np.array_equal(files.read(other).samples, sound.samples)
    searched = say.run(say.Request(text="我有三只猫。", seed=7, phase="search"))
    assert not np.array_equal(files.read(searched.sound).samples, sound.samples)
    assert b'"phase":"search"' in searched.sound
    made.save(tmp_path / "cats.wav")
    assert base64.b64decode(made.report()["sound"].removeprefix("data:audio/wav;base64,")) == (tmp_path / "cats.wav").read_bytes()


def test_length_and_loudness_are_changed() -> None:
    plain, long = (files.read(say.run(say.Request(text="你好", length=times)).sound).seconds for times in (1.0, 2.0))
    assert long == pytest.approx(2 * plain, rel=0.1)
    loud, quiet = (measures.measured(files.read(say.run(say.Request(text="你好", loudness=by)).sound)).loudness for by in (0.0, -12.0))
    assert quiet == pytest.approx(loud - 12, abs=1)


def test_what_cannot_be_said_is_named() -> None:
    for text, key in (("fiao4", "say_unknown_syllable"), ("!?", "say_nothing"), ("Hello", "say_needs_packs")):
        with pytest.raises(UserError) as problem:
            say.run(say.Request(text=text))
        assert problem.value.key == key
    with pytest.raises(UserError) as problem:
        say.run(say.Request(text="猫", language="en"))
    assert problem.value.key == "say_needs_packs"
    with pytest.raises(UserError, match="fiao4"):
        say.run(say.Request(text="fiao4"))


def test_without_the_voice_an_english_number_is_said_digit_by_digit() -> None:
    made = say.run(say.Request(text="207", voice="ben"))
    assert (made.language, made.model, made.said) == ("en", "speak-digits", ("two", "zero", "seven"))
    assert say.run(say.Request(text="two zero seven", seed=1)).said == made.said


def test_with_the_voice_any_english_sentence(voice: list[str]) -> None:
    made = say.run(say.Request(text="Hello world. Cake, BCD!"))
    assert (made.language, made.model) == ("en", "voice-en")
    assert made.said == tuple(voice) == ("həlˈoʊ wˈɜːld.", "kˈeɪk, bˈiː cˈiː dˈiː!")
    assert (made.guessed, made.spelled) == (("Cake",), ("BCD",))
    sound = files.read(made.sound)
    assert sound.rate == 22050
    pitched = files.read(say.run(say.Request(text="Hello", pitch=12.0, brightness=3.0)).sound)
    plain = files.read(say.run(say.Request(text="Hello")).sound)
    assert pitched.seconds == pytest.approx(plain.seconds, rel=0.05)
    assert measures.measured(pitched).pitch == pytest.approx(2 * measures.measured(plain).pitch, rel=0.03)


def test_the_language_is_that_of_the_writing() -> None:
    known = {
        "我": "zh",
        "wo3 you3": "zh",
        "nǐ hǎo!": "zh",
        "Hello": "en",
        "207": "en",
        "I have 3 cats": "en",
        "OK 好": "zh",
        "ni hao": "en",
    }
    assert {text: say.language_of(text) for text in known} == known
