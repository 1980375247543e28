"""Recipe `vocoder`: samples of log-mel pictures, by a small GAN vocoder.

It begins without a game: what it makes of the pictures of recordings is drawn to the recordings by spectra of several sizes and by bands
(Yamamoto et al. 2020, "Parallel WaveGAN"). Then a discriminator joins (Kong et al. 2020, "HiFi-GAN", equations 1 to 6): least squares, and
what its layers see of a recording and of what was made of its picture is to be alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.kinds import Number, Whole
from ganapp.base.validation import settings_class
from ganapp.losses import least_squares, spectral
from ganapp.models import folder
from ganapp.nets import vocoder, wave_discriminator
from ganapp.nets.wave_discriminator import Layers
from ganapp.sounds import mel, pictured
from ganapp.training.data import waves
from ganapp.training.run import states
from ganapp.training.run.descent import descend
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled, mixed
from ganapp.training.run.schedule import cosine

SHOWN = 12  # recordings of a sample sheet
GAINS = 6.0  # decibels that a recording is made louder or quieter at most
BETAS = (0.8, 0.99)


@settings_class
class Settings:
    """source: file of recordings, see training/data/waves.py; batch; frames: of a picture that are learned from at a time; window: samples
    of them that the discriminator hears; width, blocks: the net's; guess: whether it begins from
    samples that the search gave; critic: width of the discriminator; rate, rate_end:
    Adam's at the start and the end (cosine between); late: share of the steps before the game; spectra, bands: weights of the two
    distances; matching: of what the discriminator's layers see; half_life: of the average, in steps."""

    source: str
    batch: int = 16
    frames: Annotated[int, Whole(8, mel.FRAMES)] = 40
    window: Annotated[int, Whole(800, mel.SAMPLES)] = 2000
    width: int = 128
    blocks: int = 6
    guess: bool = True
    critic: int = 32
    rate: float = 1e-3
    rate_end: float = 1e-4
    late: Annotated[float, Number(0, 1)] = 0.4
    spectra: float = 15.0
    bands: float = 15.0
    matching: float = 2.0
    half_life: float = 100.0


class VocoderRun(states.Stateful):
    """Training of vocoder and discriminator; see `loop.Run`."""

    usable_early = True

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place = seed, here()
        self.data = waves.load(s.source).learned()
        self.order = Shuffled(len(self.data), s.batch, seed)
        self.config = vocoder.Config(
            mel.BANDS, mel.HOP, width=s.width, blocks=s.blocks, guess=s.guess, rounds=self.data.rounds if s.guess else 0
        )
        self.net: Any = self.place.ready(vocoder.Net(self.config))
        self.critic: Any = self.place.ready(wave_discriminator.Net(wave_discriminator.Config(width=s.critic)))
        self._take_moments()
        self.average = Average(self.net, s.half_life)
        self.optimisers = {
            name: torch.optim.AdamW(net.parameters(), s.rate, BETAS, weight_decay=0.01)
            for name, net in (("net", self.net), ("critic", self.critic))
        }

    def _take_moments(self) -> None:
        """The moments of the bands of all recordings go into the net."""
        pictures = torch.cat([mel.logmel(block) for block in torch.split(self.data.samples, waves.BLOCK)])
        self.net.mean.copy_(pictures.mean((0, 2)))
        self.net.scale.copy_(pictures.std((0, 2)).clamp(min=1e-2))

    def batch(self, k: int) -> tuple[Tensor, Tensor, Tensor]:
        """This process's pictures (b, bands, frames) of step k, samples to begin from and recorded ones (b, (frames - 1) * hop)."""
        frames, place, index = self.settings.frames, self.place, self.order(k)
        rows, guess = (place.part(each[index]).float() for each in (self.data.samples, self.data.guesses))
        lengths = place.part(self.data.lengths[index])
        loud, upside, early = (place.rand(self.order.batch, 1) for _ in range(3))
        gain = 10 ** ((loud * 2 - 1) * GAINS / 20) * (1 - 2 * (upside < 0.5).float())
        rows, guess = rows * gain, guess * gain
        spoken = (lengths[:, None] // mel.HOP + 1).clamp(frames, mel.FRAMES)
        first = (early * (spoken - frames + 1)).floor().long()  # (b, 1)
        at = first + torch.arange(frames, device=rows.device)
        heard = first * mel.HOP + torch.arange((frames - 1) * mel.HOP, device=rows.device)
        picture = mel.logmel(rows).gather(2, at[:, None].expand(-1, mel.BANDS, -1))
        return picture, guess.gather(1, heard), rows.gather(1, heard)

    def step(self, k: int, steps: int) -> dict[str, float]:
        s = self.settings
        torch.manual_seed(mixed(self.seed, k))
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = cosine(s.rate, s.rate_end, k, steps)
        picture, guess, wanted = self.batch(k)
        made = self.net.train()(picture, guess)
        apart, bands = spectral.distance(made, wanted), spectral.bands(made, wanted)
        report, loss = {"spectra": apart, "bands": bands}, s.spectra * apart + s.bands * bands
        if k >= s.late * steps:
            real, fake = self._windows(wanted, made)
            report["d_loss"] = self._criticise(real, fake.detach())
            report["g_loss"], report["matching"] = self._game(real, fake)
            loss = loss + report["g_loss"] + s.matching * report["matching"]
        descend(self.optimisers["net"], loss)
        self.average.follow(self.net, k + 1)
        return {name: value.item() for name, value in report.items()}

    def _windows(self, *samples: Tensor) -> list[Tensor]:
        """The same part of each row of several samples (b, n)."""
        b, n = samples[0].shape
        window = min(self.settings.window, n)
        first = (self.place.rand(self.order.batch, 1) * (n - window + 1)).floor().long()
        at = first + torch.arange(window, device=samples[0].device)
        return [each.gather(1, at) for each in samples]

    def _criticise(self, real: Tensor, fake: Tensor) -> Tensor:
        """One turn of the discriminator: its loss, the mean over its parts."""
        seen, made = self.critic.layers(real), self.critic.layers(fake)
        loss = torch.stack([least_squares.discriminator(one[-1], other[-1]) for one, other in zip(seen, made)]).mean()
        descend(self.optimisers["critic"], loss)
        return loss.detach()

    def _game(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """The generator's loss, summed over the discriminator's parts, and how far apart what its layers see is."""
        self.critic.requires_grad_(False)
        with torch.no_grad():
            seen: list[Layers] = self.critic.layers(real)
        made: list[Layers] = self.critic.layers(fake)
        self.critic.requires_grad_(True)
        game = sum(2 * least_squares.generator(one[-1], other[-1]) for one, other in zip(seen, made))
        matching = sum(functional.l1_loss(b, a) for one, other in zip(seen, made) for a, b in zip(one[:-1], other[:-1]))
        return torch.as_tensor(game), torch.as_tensor(matching)

    def holders(self) -> states.Holders:
        optimisers = {f"{name}_optimiser": optimiser for name, optimiser in self.optimisers.items()}
        return {"net": self.net, "critic": self.critic, "average": self.average.net, **optimisers}

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """Log-mel pictures of recordings, each before that of what is made of it."""
        index = torch.linspace(0, len(self.data) - 1, min(SHOWN, len(self.data))).long()
        real = self.data.samples[index].to(self.place.device)
        pictures = mel.logmel(real)
        made = mel.logmel(self.average.net(pictures, self.data.guesses[index].to(real)))
        return pictured.shown(torch.stack([pictures, made], dim=1).flatten(0, 1))

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        settings = {name: value for name, value in summary.get("settings", {}).items() if name != "source"}  # a path says nothing
        folder.write(
            path,
            {
                "task": "vocode",
                "title": {"en": "Vocoder", "zh": "声码器"},
                "licence": "mit",
                "promises": {"rate": mel.RATE, "rounds": self.config.rounds},
                "training": {**summary, "settings": settings, "data": f"waves, {len(self.data):,} recordings"},
            },
            {"model": folder.Trained("vocoder", self.config, self.average.net)},
        )


def begin(settings: Settings, seed: int) -> VocoderRun:
    """A new run of the recipe."""
    return VocoderRun(settings, seed)
