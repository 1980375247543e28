"""How a digit is written says how it is said: by hand arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganapp.sounds import mel, raising
from ganapp.speaking import manner
from ganapp.speaking.manner import Manner

FLOOR = float(torch.tensor(mel.FLOOR).log())


def bar(width: int, lean: int = 0) -> torch.Tensor:
    """An upright stroke, 20 tall, whose top lies `lean` pixels to the right of its foot."""
    ink = torch.zeros(1, 1, 32, 32)
    for row in range(6, 26):
        left = 14 + round(lean * (15.5 - row) / 20)
        ink[0, 0, row, left : left + width] = 1
    return ink


def test_thick_is_loud_and_a_slant_to_the_right_is_high() -> None:
    found = [manner.of_ink(bar(width)).decibels.item() for width in (1, 2, 3, 6)]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (-manner.DECIBELS, manner.DECIBELS)
    slants = [manner.of_ink(bar(2, lean)).semitones.item() for lean in (-16, -6, 0, 6, 16)]
    assert slants == sorted(slants)
    assert (slants[0], slants[-1]) == (-manner.SEMITONES, manner.SEMITONES)


def voice(hertz: float) -> torch.Tensor:
    """A vowel around 600 Hz as a log-mel picture, with a little noise."""
    t = torch.arange(mel.SAMPLES, dtype=torch.float64) / mel.RATE
    row = sum(0.3 / (1 + ((hertz * n - 600) / 300) ** 2) * torch.sin(2 * torch.pi * hertz * n * t) for n in range(1, 20))
    noise = 0.003 * torch.randn(mel.SAMPLES, generator=torch.Generator().manual_seed(0))
    return mel.logmel((torch.as_tensor(row, dtype=torch.float32) + noise)[None])


def broad(picture: torch.Tensor) -> float:
    """The middle band by power."""
    power = picture[0, :, 20:40].mean(1).exp()
    return float((power * torch.arange(mel.BANDS)).sum() / power.sum())


@pytest.mark.parametrize("semitones", [-3.0, 3.0])
def test_harmonics_move_and_the_vowel_stays(semitones: float) -> None:
    plain, higher = voice(160), voice(160 * 2 ** (semitones / 12))
    made = raising.raised(plain, torch.tensor([semitones]))

    def ripples(picture: torch.Tensor) -> np.ndarray:
        row = picture[0, :20, 20:40].mean(1).numpy()  # where harmonics stand apart
        return row - np.convolve(np.pad(row, 4, mode="edge"), np.ones(9) / 9, "valid")

    alike = np.corrcoef([ripples(each) for each in (higher, made, plain)])[0]
    assert alike[1] > 0.6
    assert alike[1] > alike[2] + 0.2
    assert broad(made) == pytest.approx(broad(plain), abs=1.5)
    torch.testing.assert_close(raising.raised(plain, torch.tensor([0.0])), plain, atol=1e-3, rtol=1e-3)


def test_louder_by_so_many_decibels_and_silence_stays() -> None:
    picture = torch.full((2, mel.BANDS, 4), 2.0)
    picture[:, :, 2:] = FLOOR
    made = manner.said(picture, Manner(torch.tensor([10.0, -10.0]), torch.zeros(2)))
    torch.testing.assert_close(made[:, 5, 0], torch.tensor([2 + 2.302585, 2 - 2.302585]))
    assert torch.equal(made[:, :, 3], picture[:, :, 3])
