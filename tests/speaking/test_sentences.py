"""Pictures of syllables joined to one of a sentence: its length, its contour, its seams."""

from __future__ import annotations

import torch

from ganapp.sounds import measures, mel, shaping
from ganapp.sounds.sound import Sound
from ganapp.speaking import sentences
from ganapp.speaking.sentences import Piece


def hum(pitch: float = 200.0, seconds: float = 0.25) -> torch.Tensor:
    """A voice-like picture (bands, 32): harmonics of a pitch, with silence around."""
    t = torch.arange(31 * mel.HOP) / mel.RATE
    sound = sum(torch.sin(2 * torch.pi * pitch * n * t) / n for n in range(1, 9)) * 0.1
    return mel.logmel((sound * (t > 0.05) * (t < 0.05 + seconds))[None])[0]


def heights(picture: torch.Tensor) -> list[float]:
    """The pitch of the first and the last third of what is heard."""
    row = shaping.shaped(picture, shaping.Shape()).samples[0]
    third = len(row) // 3
    return [measures.measured(Sound(part[None], mel.RATE)).pitch for part in (row[:third], row[-third:])]


def test_quiet_around_a_syllable_is_cut() -> None:
    heard = sentences.audible(hum())
    assert 18 <= heard.shape[1] <= 24
    assert float(heard.exp().sum(0).min()) > 0.01


def test_pieces_fade_into_each_other() -> None:
    one, other = torch.full((mel.BANDS, 10), 2.0), torch.full((mel.BANDS, 8), 4.0)
    whole = sentences.joined(one, other, 3)
    assert whole.shape == (mel.BANDS, 15)
    seam = whole[0, 7:10]
    assert torch.equal(seam, seam.sort().values)
    assert 2.0 < float(seam[0]) < float(seam[-1]) < 4.0
    torch.testing.assert_close(seam[1].exp(), torch.tensor([2.0, 4.0]).exp().mean())


def test_the_last_is_longer_and_a_light_one_shorter() -> None:
    plain, light = (sentences.picture([Piece(hum()), Piece(hum(), light=each), Piece(hum(), pause=2)]).shape[2] for each in (False, True))
    assert light < plain
    paused = sentences.picture([Piece(hum(), pause=1), Piece(hum(), pause=2)]).shape[2]
    assert paused > sentences.picture([Piece(hum()), Piece(hum(), pause=2)]).shape[2] + 10


def test_pitch_declines_and_a_question_rises() -> None:
    told, asked = (sentences.contour(100, each) for each in (False, True))
    assert (told.diff() < 0).all()
    assert float(told[0] + told[-1]) == 0
    assert torch.equal(told[:70], asked[:70])
    assert float(asked[-1] - told[-1]) == sentences.RISE
    first, last = heights(sentences.picture([Piece(hum(), pause=2 * (i == 3)) for i in range(4)]))
    assert last < first * 0.97
    raised = heights(sentences.picture([Piece(hum(), pause=2 * (i == 3), question=True) for i in range(4)]))
    assert raised[1] > last * 1.03


def test_each_frame_is_raised_by_itself() -> None:
    picture = hum()
    torch.testing.assert_close(sentences.raised(picture, torch.zeros(32)), picture, atol=1e-4, rtol=0)
    half = sentences.raised(picture, torch.cat([torch.zeros(16), torch.full((16,), 3.0)]))
    torch.testing.assert_close(half[:, :16], picture[:, :16], atol=1e-4, rtol=0)
    assert (half[:, 18:24] - picture[:, 18:24]).abs().max() > 0.3
