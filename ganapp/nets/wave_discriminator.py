"""Whether samples were recorded: small convolutional nets, some of which look at every second, third ... sample by itself (Kong et al.
2020, "HiFi-GAN", section 2.3), the others at spectra of frames of several sizes (compare Jang et al. 2021, "UnivNet", section 2.2).

All convolve along time alone: of a spectrum each bin has its own channels, since low and high bins differ; such convolutions are also what
a processor does quickest.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Width
from ganapp.base.validation import settings_class

Layers = list[Tensor]  # what each convolution of a net gives; the last are its scores
Shape = tuple[int, int, int, int]  # channels before and after, kernel, stride


@settings_class
class Config:
    """periods: in samples; frames: of the spectra, in samples; width: channels of the first convolution of each period, twice as many in
    the next ones, four times as many over spectra."""

    periods: tuple[int, ...] = (2, 3, 5, 7)
    frames: tuple[int, ...] = (80, 200, 480)
    width: Width = 32


class Part(nn.Module):
    """Convolutions along the last axis of one way of looking, (b, channels, 1, n); see `Net`."""

    def __init__(self, *shapes: Shape) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, (1, kernel), (1, stride), (0, kernel // 2)) for before, after, kernel, stride in shapes
        )

    def layers(self, x: Tensor) -> Layers:
        """What each convolution gives, after its activation; the last without one."""
        seen = []
        for convolution in self.convolutions[:-1]:
            x = functional.leaky_relu(convolution(x), 0.2)
            seen.append(x)
        return [*seen, self.convolutions[-1](x)]


class Net(nn.Module):
    """Samples (b, n) -> for each of its parts what all layers see, the last of which are scores."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        w, self.config = config.width, config
        periodic = ((1, w, 8, 4), (w, 2 * w, 5, 2), (2 * w, 2 * w, 5, 1), (2 * w, 1, 3, 1))
        spectral = ((4 * w, 4 * w, 3, 1), (4 * w, 4 * w, 3, 2), (4 * w, 1, 3, 1))
        self.periodic = nn.ModuleList(Part(*periodic) for _ in config.periods)
        self.spectral = nn.ModuleList(Part((size + 2, 4 * w, 3, 1), *spectral) for size in config.frames)

    def layers(self, samples: Tensor) -> list[Layers]:
        periodic: list[Any] = [*self.periodic]
        spectral: list[Any] = [*self.spectral]
        seen = [part.layers(folded(samples, period)) for part, period in zip(periodic, self.config.periods)]
        return seen + [part.layers(spectra(samples, size)) for part, size in zip(spectral, self.config.frames)]


def folded(samples: Tensor, period: int) -> Tensor:
    """Samples (b, n), each `period`-th in a row of its own: (b * period, 1, 1, n / period)."""
    whole = functional.pad(samples, (0, -samples.shape[1] % period))
    rows = whole.reshape(len(samples), -1, period).transpose(1, 2)  # (b, period, n / period)
    return rows.reshape(-1, 1, 1, rows.shape[2]) * 5  # of about unit size where somebody speaks


def spectra(samples: Tensor, size: int) -> Tensor:
    """Spectra of samples (b, n) in frames of `size`, four of which meet: real parts, then imaginary ones, sizes as square roots, (b, size +
    2, 1, frames)."""
    window = torch.hann_window(size, device=samples.device)
    found = torch.stft(samples.float(), size, size // 4, size, window, center=True, pad_mode="constant", return_complex=True)
    pressed = torch.view_as_real(found) * (found.abs().square() + 1e-6).pow(-0.25)[..., None]  # (b, bins, frames, 2)
    return torch.cat([pressed[..., 0], pressed[..., 1]], dim=1)[:, :, None]
