"""A picture as a sound by the letter: its columns are moments, its rows are pitches, its ink is loudness. No net has a part in it.

What comes of it is no speech: the picture is taken for a spectrogram, and who sees the spectrogram of the sound sees the picture.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from ganapp.sounds import mel

SIDE = 64  # of the spectrogram
LOUDEST = 4.0  # natural logarithm of the power of full ink
FLOOR = -6.9078  # ln(mel.FLOOR)


def sonified(ink: Tensor) -> Tensor:
    """Log-mel pictures (b, 64, 64) of ink (b, 1, h, w) in [0, 1]: the first column is heard first, the top row is the highest band; paper
    is silence, and each tenth of the ink as many decibels louder as the last."""
    shown = functional.interpolate(ink, (mel.BANDS, mel.FRAMES), mode="bilinear", align_corners=False)
    return FLOOR + shown[:, 0].flip(1).clamp(0, 1) * (LOUDEST - FLOOR)
