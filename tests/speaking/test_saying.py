from pathlib import Path

import pytest
import torch

from ganapp import models
from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.models.speaker import Speaker
from ganapp.speaking import saying
from ganapp.speaking.saying import Said
from tests.support import tinyspeaker


@pytest.fixture
def speaker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Speaker:
    tinyspeaker.speaker(tmp_path / "tiny")
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)
    return models.load("tiny", "speak")


@pytest.mark.parametrize(
    ("word", "voice", "expected"),
    [
        ("7", "", Said(7, 0, 3)),
        ("7", "ben", Said(7, 1, 3)),
        ("7", "chu", Said(17, 2, 3)),
        ("七", "", Said(17, 2, 3)),
        ("Seven", "", Said(7, 0, 3)),
        (" zero ", "anna", Said(0, 0, 3)),
    ],
)
def test_words_and_voices_are_found(speaker: Speaker, word: str, voice: str, expected: Said) -> None:
    assert saying.wanted(speaker, word, voice, 3) == expected


@pytest.mark.parametrize(
    ("word", "voice", "key"),
    [("ten", "", "speak_word"), ("12", "", "speak_word"), ("7", "carl", "speak_voice"), ("七", "ben", "speak_never_said")],
)
def test_what_cannot_be_said_is_told(speaker: Speaker, word: str, voice: str, key: str) -> None:
    with pytest.raises(UserError) as problem:
        saying.wanted(speaker, word, voice, 1)
    assert problem.value.key == key
    assert "anna" in str(problem.value) or key != "speak_voice"


def test_between_begins_and_ends_at_the_two(speaker: Speaker) -> None:
    one, other = Said(3, 0, 1), Said(15, 2, 9)
    ends = saying.pictures(speaker, [one, other])
    assert ends.shape == (2, 64, 64)
    torch.testing.assert_close(saying.between(speaker, one, other, 0.0)[0], ends[0], rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(saying.between(speaker, one, other, 1.0)[0], ends[1], rtol=1e-3, atol=1e-3)
    half = saying.between(speaker, one, other, 0.5)[0]
    assert float((half - ends[0]).abs().max()) > 1e-3


def test_nothing_lies_below_silence(speaker: Speaker) -> None:
    made = saying.pictures(speaker, [Said(word, 0, 1) for word in range(10)])
    assert float(made.min()) > -6.91
