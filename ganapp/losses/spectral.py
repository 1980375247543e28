"""How far samples are from others by their spectra, whatever their phases.

Yamamoto et al. 2020, "Parallel WaveGAN", equations 4 to 6: over several sizes of frames, the share of the spectrum that is wrong (spectral
convergence) and the mean distance of the logarithms of its sizes.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ganapp.sounds import mel

FRAMES = (512, 256, 128)  # samples; four frames meet
LEAST = 1e-2  # of a size under the logarithm: that of a tone of 0.0001


def sizes(samples: Tensor, frame: int) -> Tensor:
    """Sizes of the spectra of samples (b, n) in frames: (b, frame / 2 + 1, n / (frame / 4) + 1)."""
    window = torch.hann_window(frame, device=samples.device)
    found = torch.stft(samples, frame, frame // 4, frame, window, center=True, pad_mode="constant", return_complex=True)
    return (found.abs().square() + 1e-10).sqrt()


def distance(made: Tensor, wanted: Tensor) -> Tensor:
    """made, wanted (b, n) -> the mean over FRAMES of spectral convergence and distance of logarithms; 0 for equal spectra."""
    total = made.new_zeros(())
    for frame in FRAMES:
        one, other = sizes(made, frame), sizes(wanted, frame)
        convergence = ((one - other).square().sum((1, 2)) / other.square().sum((1, 2)).clamp(min=1e-6)).sqrt().mean()
        apart = (one.clamp(min=LEAST).log() - other.clamp(min=LEAST).log()).abs().mean()
        total = total + convergence + apart
    return total / len(FRAMES)


def bands(made: Tensor, wanted: Tensor) -> Tensor:
    """made, wanted (b, n) at mel.RATE -> the mean distance of their log-mel pictures, in natural logarithms of power."""
    return (mel.logmel(made) - mel.logmel(wanted)).abs().mean()
