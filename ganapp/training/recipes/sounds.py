"""Recipe `sounds`: the game of `spoken` on a set of sounds, with nets so small that something is heard within minutes.

The sounds are log-mel pictures of 0.8 seconds (`training/data/clips`); classes stand in the place of words, and there is one voice. How the
run is doing is looked at as of pictures, since they are: by the judge of spoken words where it knows every class, else by how the
recordings lie among each other (`training/health`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import torch
from torch import Tensor

from ganapp.base.kinds import LONGEST_TEXT, Choice, Number, Share, Text, Whole
from ganapp.base.validation import settings_class
from ganapp.models import folder
from ganapp.nets import mel_discriminator, mel_generator
from ganapp.sounds import mel, pictured
from ganapp.training.data import clips
from ganapp.training.data.clips.heard import MOST_TIMES
from ganapp.training.health import advice
from ganapp.training.health.doctor import Doctor
from ganapp.training.recipes._examined import Examined
from ganapp.training.recipes._speech_game import SpeechGame, Told
from ganapp.training.run import states
from ganapp.training.run.randomness import mixed

COLUMNS, ROWS, FIXED = 10, 8, -1  # of a sample sheet; in place of a step: where what is shown through the run is drawn
MEMORY = 0.98  # how long the critic's certainty is remembered
BLOCK = 100
KEPT = ("stop_here",)  # advice that fits these settings


@settings_class
class Settings:
    """data, source: the set of sounds, and where one's own lie; title: what the result is called; told: how often a recording of a small
    set is told at most; batch; width, latent, code, sheets, last: of the generator; critic, features: width and features of the
    discriminator; rate, game_rate, rate_end, gamma, gamma_end, lazy, moved, half_life, candidates, pull, pull_end: as of `spoken`; warm:
    share of the steps without a game; diagnosed: at least so many steps between two looks at the run's health."""

    data: Annotated[str, Choice(clips.names)] = "mandarin_digits"
    source: Annotated[str, Text(LONGEST_TEXT, 0)] = ""
    title: Annotated[str, Text(80, 0)] = ""
    told: Annotated[int, Whole(1, MOST_TIMES)] = MOST_TIMES
    batch: Annotated[int, Whole(2, 256)] = 16
    width: Annotated[int, Whole(8, 512)] = 96
    latent: Annotated[int, Whole(1, 256)] = 32
    code: Annotated[int, Whole(8, 512)] = 64
    sheets: Annotated[int, Whole(1, 16)] = 4
    last: Annotated[int, Whole(1, 64)] = 12
    critic: Annotated[int, Whole(4, 128)] = 16
    features: Annotated[int, Whole(8, 512)] = 96
    rate: Share = 2e-3
    game_rate: Share = 5e-4
    rate_end: Share = 1e-4
    gamma: Annotated[float, Number(0, 1000)] = 2.0
    gamma_end: Annotated[float, Number(0, 1000)] = 0.2
    lazy: Annotated[int, Whole(1, 64)] = 4
    moved: Annotated[int, Whole(0, 32)] = 4
    half_life: Annotated[float, Number(0, 1e6)] = 60.0
    warm: Share = 0.3
    candidates: Annotated[int, Whole(1, 64)] = 3
    pull: Annotated[float, Number(0, 1000)] = 20.0
    pull_end: Annotated[float, Number(0, 1000)] = 10.0
    diagnosed: Annotated[int, Whole(1, 10**9)] = 100


class SoundsRun(Examined, SpeechGame):
    """Training of generator and discriminator; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = settings
        self.clips = clips.load(s.data, s.source)
        data = self.clips.told(s.told)
        words = len(data.word_names)
        torch.manual_seed(mixed(seed, FIXED - 1))
        self.config = mel_generator.Config(mel.BANDS, mel.FRAMES, s.latent, words, 1, s.width, s.code, 3, s.sheets, s.last)
        self.judging = mel_discriminator.Config(mel.FRAMES, words, 1, s.critic, s.features)
        super().__init__(settings, seed, (mel_generator.Net(self.config), mel_discriminator.Net(self.judging)), data)
        self.fixed = self._fixed()
        self.certainty, self.diagnosed = 0.5, 0
        self.doctor = Doctor(self.clips.looks(data), seed)

    def _fixed(self) -> tuple[Tensor, Tensor, Tensor]:
        """Latents, words and voices that stay the same: ten columns, a class each."""
        words, count = len(self.data.word_names), COLUMNS * ROWS
        z = torch.randn(count, self.settings.latent, generator=torch.Generator().manual_seed(mixed(self.seed, FIXED)))
        y = torch.eye(words)[torch.arange(COLUMNS) % words].repeat_interleave(ROWS, 0)
        return z, y, torch.ones(count, 1)

    def warm(self, steps: int) -> int:
        """Steps without a game, of so many."""
        share: float = self.settings.warm
        return round(share * steps)

    def batch(self, k: int) -> tuple[Tensor, Told]:
        x, *told = (self.place.part(part) for part in self.data.at(self.order(k)))
        return x, told

    def step(self, k: int, steps: int) -> dict[str, float]:
        report = super().step(k, steps)
        if "d_order" in report:
            self.certainty = MEMORY * self.certainty + (1 - MEMORY) * report["d_order"]
        return report

    @torch.no_grad()
    def _drawn(self, net: Any, z: Tensor, words: Tensor, voices: Tensor) -> Tensor:
        """Log-mel pictures (n, bands, frames) of a net in evaluation mode, on the CPU."""
        training = net.training
        net.eval()
        parts = zip(*(torch.split(each.to(self.place.device), BLOCK) for each in (z, words, voices)), strict=True)
        made = torch.cat([net(*part).float().cpu() for part in parts])
        net.train(training)
        return made

    def samples(self) -> Tensor | None:
        """Spectrograms of the average, in [0, 1]: eight sounds of each of ten classes, from latents that stay the same."""
        return pictured.shown(self._drawn(self.average.net, *self.fixed))

    def sheets(self) -> dict[str, Tensor]:
        """The same of the generator as it is now, "raw"."""
        return {"raw": pictured.shown(self._drawn(self.speaker, *self.fixed))}

    def examine(self, k: int) -> dict[str, Any]:
        """The health of the run after step k, as of pictures; see `Doctor.examine`."""
        random = torch.Generator().manual_seed(mixed(mixed(self.seed, k), FIXED))
        n = self.doctor.samples
        z = torch.randn(n, self.settings.latent, generator=random)
        _, *said = self.data.at(torch.randint(len(self.data), (n,), generator=random))
        generated, raw = (pictured.of_logmel(self._drawn(net, z, *said)) for net in (self.average.net, self.speaker))
        lamps = self.doctor.examine(generated, raw, self.certainty)
        return {
            name: {**lamp, "advice": advice.fitting([each for each in KEPT if each in lamp["advice"]], {})} for name, lamp in lamps.items()
        }

    def state(self) -> dict[str, Any]:
        """See `loop.Run`."""
        return states.taken(self.holders()) | {"certainty": self.certainty, "diagnosed": self.diagnosed, "turns": list(self.doctor.turns)}

    def restore(self, state: dict[str, Any]) -> None:
        """See `loop.Run`."""
        states.give(self.holders(), state)
        self.certainty, self.diagnosed = float(state["certainty"]), int(state["diagnosed"])
        self.doctor.remember(state["turns"])

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        s = self.settings
        title = {"en": s.title, "zh": s.title} if s.title else self.clips.title
        words = self.data.word_names
        promises = {"size": mel.FRAMES, "channels": 1, "latent": s.latent, "rate": mel.RATE}
        origin = {"data": f"{s.data}, {len(self.clips):,} recordings", "classes": list(self.clips.classes)}
        own = s.data == clips.OWN
        folder.write(
            path,
            {
                "task": "speak",
                "title": title,
                "licence": "other" if own else "mit",
                "promises": promises,
                "training": {**summary, **origin},
                "values": {"words": list(words), "voices": [self.clips.voice], "said": [(i, 0) for i in range(len(words))]},
            },
            {
                "model": folder.Trained("mel_generator", self.config, self.average.net),
                "discriminator": folder.Trained("mel_discriminator", self.judging, self.critic),
            },
        )


def begin(settings: Settings, seed: int) -> SoundsRun:
    """A new run of the recipe. UserError for a set of sounds that cannot be used."""
    return SoundsRun(settings, seed)
