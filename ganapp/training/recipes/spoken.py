"""Recipe `spoken`: log-mel pictures of words said by voices, by a conditional GAN.

It begins without a game: of several pictures drawn for a recording the one that is nearest to it is drawn nearer (Li and Malik 2018,
"Implicit Maximum Likelihood Estimation", algorithm 1), so that every recording has a picture near it; that pull stays, and grows weaker.
Half-way through, the discriminator begins to learn, so that it knows something when the game begins. Then the players meet as pairs of a
recording and a generated picture of the same word and voice, with R1 and R2 (Huang et al. 2024, "The GAN is dead; long live the GAN!",
equations 2 and 6). The discriminator sees both moved along time, so that few recordings are many (Zhao et al. 2020, "Differentiable
Augmentation for Data-Efficient GAN Training").
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import torch
from torch import Tensor

from ganapp.base.kinds import Whole
from ganapp.base.validation import settings_class
from ganapp.models import folder
from ganapp.nets import mel_discriminator, mel_generator
from ganapp.sounds import mel, pictured
from ganapp.training.data import spoken
from ganapp.training.recipes._speech_game import PlayerSettings, SpeechGame, Told
from ganapp.training.run.randomness import mixed

SHOWN, FIXED = 60, -1  # pictures of a sample sheet; in place of a step: where what is shown through the run is drawn


@settings_class
class Settings(PlayerSettings):
    """source: see training/data/spoken.py; all others: see `PlayerSettings`."""

    warm: Annotated[int, Whole(0, 100_000)] = 300
    pull_end: float = 8.0


class SpokenRun(SpeechGame):
    """Training of generator and discriminator; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = settings
        data = spoken.load(s.source).only("train")
        words, voices = len(data.word_names), len(data.voice_names)
        self.config = mel_generator.Config(mel.BANDS, mel.FRAMES, s.latent, words, voices, s.width, s.code)
        self.judging = mel_discriminator.Config(mel.FRAMES, words, voices, s.critic, s.features)
        nets = mel_generator.Net(self.config), mel_discriminator.Net(self.judging)
        super().__init__(settings, seed, nets, data)

    def batch(self, k: int) -> tuple[Tensor, Told]:
        x, *told = (self.place.part(part) for part in self.data.at(self.order(k)))
        return x, told

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """Spectrograms of words by voices that were recorded saying them, from latents that stay the same."""
        random = torch.Generator().manual_seed(mixed(self.seed, FIXED))
        index = torch.randperm(len(self.data), generator=random)[:SHOWN]
        _, words, voices = self.data.at(index[self.data.words[index].argsort()])
        z = torch.randn(len(index), self.settings.latent, generator=random)
        made = self.average.net(*(each.to(self.place.device) for each in (z, words, voices)))
        return pictured.shown(made)

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        settings = {name: value for name, value in summary.get("settings", {}).items() if name != "source"}  # a path says nothing
        said = sorted({(int(word), int(voice)) for word, voice in zip(self.data.words, self.data.voices)})
        promises = {"size": mel.FRAMES, "channels": 1, "latent": self.settings.latent, "rate": mel.RATE}
        folder.write(
            path,
            {
                "task": "speak",
                "title": {"en": "Spoken digits", "zh": "语音数字"},
                "licence": "mit",
                "promises": promises,
                "training": {**summary, "settings": settings, "data": f"spoken, {len(self.data):,} recordings"},
                "values": {"words": list(self.data.word_names), "voices": list(self.data.voice_names), "said": said},
            },
            {
                "model": folder.Trained("mel_generator", self.config, self.average.net),
                "discriminator": folder.Trained("mel_discriminator", self.judging, self.critic),
            },
        )


def begin(settings: Settings, seed: int) -> SpokenRun:
    """A new run of the recipe."""
    return SpokenRun(settings, seed)
