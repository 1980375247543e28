"""Recipe `syllables`: log-mel pictures of Mandarin syllables by a conditional GAN that is told their initials, finals and tones.

The game is that of `spoken`. Every syllable was recorded once, so what makes a net of it is that each of its parts is heard in many others:
words are sums of their parts, for the generator and for the discriminator (`nets/composed.py`). Each recording is told a little higher or
lower, quicker or slower every time.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Text, Whole
from ganapp.base.validation import settings_class
from ganapp.models import catalog, folder
from ganapp.nets import composed, mel_discriminator, mel_generator
from ganapp.sounds import mel, pictured
from ganapp.training.data import spoken, syllables
from ganapp.training.data.syllables import SEMITONES, TEMPO
from ganapp.training.recipes._speech_game import PlayerSettings, SpeechGame, Told
from ganapp.training.run.randomness import mixed

SHOWN, FIXED = 60, -1  # pictures of a sample sheet; in place of a step: where what is shown through the run is drawn


@settings_class
class Settings(PlayerSettings):
    """source: see training/data/syllables.py; speaker: folder or id of a model of the recipe `spoken` that both players begin as, but for
    what they are told, "" for none; semitones, tempo: how much higher or lower, shorter or longer a recording is told at most; all others:
    see `PlayerSettings`."""

    speaker: Annotated[str, Text(500, least=0)] = ""
    semitones: float = SEMITONES
    tempo: float = TEMPO
    latent: int = 16
    code: int = 192
    rate_end: float = 5e-5
    moved: Annotated[int, Whole(0, 32)] = 3
    candidates: Annotated[int, Whole(1, 64)] = 2


class SyllablesRun(SpeechGame):
    """Training of generator and discriminator; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = settings
        data = spoken.load(s.source)
        made_of = self.composition = syllables.composition(data)
        words, parts, voices = len(data.word_names), made_of.table.shape[1], len(data.voice_names)
        frames = data.pictures.shape[2]
        self.config = mel_generator.Config(mel.BANDS, frames, s.latent, words, voices, s.width, s.code, parts=parts)
        self.judging = mel_discriminator.Config(mel.BANDS, words, voices, s.critic, s.features, frames, parts)
        torch.manual_seed(mixed(seed, 0))
        nets = mel_generator.Net(self.config), mel_discriminator.Net(self.judging)
        for net in nets:
            assert isinstance(net.word, composed.Composed)
            net.word.table.copy_(made_of.table)
        if s.speaker:
            loaded = catalog.opened(s.speaker, "speak")
            for player, name in zip(nets, ("model", "discriminator"), strict=True):
                begin_as(player, loaded.net(name))
        super().__init__(settings, seed, nets, data.only("train"))

    def batch(self, k: int) -> tuple[Tensor, Told]:
        x, *told = (self.place.part(part) for part in self.data.at(self.order(k)))
        return syllables.retold(x, self.settings.semitones, self.settings.tempo), told

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """Spectrograms of syllables, from latents that stay the same."""
        random = torch.Generator().manual_seed(mixed(self.seed, FIXED))
        index = torch.randperm(len(self.data), generator=random)[:SHOWN]
        _, words, voices = self.data.at(index)
        z = torch.randn(len(index), self.settings.latent, generator=random)
        return pictured.shown(self.average.net(*(each.to(self.place.device) for each in (z, words, voices))))

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        settings = {name: value for name, value in summary.get("settings", {}).items() if name != "source"}  # a path says nothing
        settings |= {"speaker": Path(self.settings.speaker).name} if self.settings.speaker else {}
        whole = self.composition.in_all_tones()
        words = len(whole.every)
        config, judging = replace(self.config, words=words), replace(self.judging, words=words)
        nets = mel_generator.Net(config), mel_discriminator.Net(judging)
        for net, mine in zip(nets, (self.average.net, self.critic), strict=True):
            net.load_state_dict({**mine.state_dict(), "word.table": whole.table})
        learned, recorded = set(self.data.words.tolist()), len(self.data.word_names)
        folder.write(
            path,
            {
                "task": "speak",
                "title": {"en": "Mandarin syllables", "zh": "汉语音节"},
                "licence": "mit",
                "promises": {
                    "size": mel.BANDS,
                    "frames": self.config.frames,
                    "channels": 1,
                    "latent": self.settings.latent,
                    "rate": mel.RATE,
                },
                "training": {**summary, "settings": settings, "data": f"syllables, {len(self.data):,} recordings"},
                "values": {
                    "words": list(map(str, whole.every)),
                    "voices": list(self.data.voice_names),
                    "said": "all",
                    "recorded": recorded,
                    "held_out": [word for word in range(recorded) if word not in learned],
                },
            },
            {
                "model": folder.Trained("mel_generator", config, nets[0]),
                "discriminator": folder.Trained("mel_discriminator", judging, nets[1]),
            },
        )


def begin_as(net: nn.Module, known: nn.Module) -> int:
    """Give a net the numbers of another wherever both have as many, but for what is told of words and voices; of how many tensors."""
    mine = net.state_dict()
    same = {
        key: value
        for key, value in known.state_dict().items()
        if key in mine and mine[key].shape == value.shape and not key.startswith(("word.", "voice."))
    }
    net.load_state_dict(same, strict=False)
    return len(same)


def begin(settings: Settings, seed: int) -> SyllablesRun:
    """A new run of the recipe."""
    return SyllablesRun(settings, seed)
