"""Recipe `drawn_speech`: what a drawn digit sounds like, English and Mandarin, by a conditional GAN whose discriminator is given pairs.

Both players begin as those of a speaker of words (`spoken`); the eyes that come in the place of its words first learn to give their codes.
Then they meet as in `spoken`, over pairs of a drawing and a recording that is said as the digit is written. The discriminator also learns
that a recording does not belong to the drawing of another digit, nor to the same digit in another hand (Reed et al. 2016, "Generative
Adversarial Text to Image Synthesis", section 4.2), and the generator's eye how loud and high a drawing is to be said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.base.kinds import Text, Whole
from ganapp.base.validation import settings_class
from ganapp.losses import relativistic
from ganapp.models import catalog, folder
from ganapp.nets import mel_discriminator, mel_generator, mel_pair_discriminator, mel_reader
from ganapp.sounds import mel, pictured
from ganapp.training.data import spoken
from ganapp.training.data.drawn_speech import DIGITS, DrawnSpeech, Pairs
from ganapp.training.recipes._speech_game import GameSettings, SpeechGame, Told
from ganapp.training.run.descent import descend
from ganapp.training.run.randomness import mixed

HEARD = 40  # recordings of each word by which the discriminator knows what is usual
SHOWN, FIXED = 60, -1  # pictures of a sample sheet; in place of a step: where what is shown through the run is drawn


@settings_class
class Settings(GameSettings):
    """source: see training/data/spoken.py; speaker: folder or id of a model of the recipe `spoken` over the same words and voices, which
    the run begins from, and whose width, latent and code are taken; eye: channels of what sees the drawings; reading: steps at first in
    which only the eyes learn; pairs: weight of what the discriminator learns of wrong pairs; manner: weight of what the generator's eye
    learns of how a drawing is to be said, in squared shares of the most; all others: see `GameSettings`."""

    speaker: Annotated[str, Text(500)] = "speak-digits"
    eye: int = 24
    reading: Annotated[int, Whole(0, 100_000)] = 1000
    pairs: float = 0.5
    manner: float = 1.0
    game_rate: float = 4e-4
    candidates: Annotated[int, Whole(1, 64)] = 3
    pull: float = 12.0
    pull_end: float = 2.0


class DrawnSpeechRun(SpeechGame):
    """Training of eye, generator and discriminator; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = settings
        data = spoken.load(s.source).only("train")
        teacher, critic = self._begun(s.speaker, data)
        shape, ear = teacher.config, critic.config
        sizes = {
            name: getattr(shape, name) for name in ("bands", "frames", "latent", "voices", "width", "code", "kernel", "sheets", "last")
        }
        self.config = mel_reader.Config(eye=s.eye, **sizes)
        self.judging = mel_pair_discriminator.Config(32, s.eye, ear.size, ear.voices, ear.width, ear.features)
        torch.manual_seed(mixed(seed, 0))
        speaker, judge = mel_reader.Net(self.config), mel_pair_discriminator.Net(self.judging)
        for net, known in ((speaker, teacher), (judge, critic)):
            net.load_state_dict({key: value for key, value in known.state_dict().items() if not key.startswith("word")}, strict=False)
        self.codes = [cast(Tensor, teacher.word.weight).detach().T.clone(), self._heard(judge, critic, data)]  # of words, for either player
        super().__init__(settings, seed, (speaker, judge), data)
        self.drawn = DrawnSpeech(data)
        self.pairs: Pairs | None = None  # of this step, this process's rows

    @staticmethod
    def _begun(model: str, data: spoken.Spoken) -> tuple[mel_generator.Net, mel_discriminator.Net]:
        """The speaker that the run begins from, and its discriminator. UserError for one of other words or voices."""
        loaded = catalog.opened(model, "speak")
        values = loaded.description.values
        unfit = UserError("bad_value", where="speaker", problem=f"{loaded.id} does not speak the words and voices of the recordings")
        if (values.get("words"), values.get("voices")) != (list(data.word_names), list(data.voice_names)) or len(data.word_names) % DIGITS:
            raise unfit
        return loaded.built(mel_generator.Net, unfit), loaded.built(mel_discriminator.Net, unfit, "discriminator")

    def batch(self, k: int) -> tuple[Tensor, Told]:
        pairs = self.pairs = Pairs(*(self.place.part(each) for each in self._shown(self.order(k))))
        return pairs.pictures, [pairs.drawings, pairs.voices]

    def _shown(self, index: Tensor) -> Pairs:
        """The pairs of a step, of which `others` are in every other row drawings of other digits."""
        pairs = self.drawn.at(index)
        digit = (torch.arange(len(index)) % 2 == 0)[:, None, None, None]
        return pairs._replace(others=torch.where(digit, pairs.drawings.roll(1, 0), pairs.others))

    def verdicts(self, x: Tensor, made: Tensor, told: Told) -> tuple[Tensor, Tensor, Tensor | None]:
        assert self.pairs is not None
        real, wrong = self.critic(x, *told, self.pairs.others)
        return real, self.critic(made, *told), self.settings.pairs * relativistic.discriminator(real, wrong)

    def told(self, k: int) -> Tensor | None:
        """How far the manner that the eye sees is from that which is to be seen."""
        assert self.pairs is not None
        most = torch.tensor(mel_reader.MOST, device=self.pairs.manners.device)
        found = self.speaker.manner(self.speaker.eye.seen(self.pairs.drawings))
        missed: Tensor = self.settings.manner * ((found - self.pairs.manners) / most).square().mean()
        return missed

    def step(self, k: int, steps: int) -> dict[str, float]:
        return self._read(k) if k < self.settings.reading else super().step(k, steps)

    @staticmethod
    @torch.no_grad()
    def _heard(judge: mel_pair_discriminator.Net, critic: mel_discriminator.Net, data: spoken.Spoken) -> Tensor:
        """Tell the discriminator of pairs what that of words hears in recordings; and the mean of it for each word, (words, features)."""
        mean, scale = data.moments()
        each = [(data.words == word).nonzero()[:HEARD, 0] for word in range(len(data.word_names))]
        heard = [critic.features((data.pictures[rows] - mean[:, None]) / scale[:, None]) for rows in each]
        judge.usual.copy_(torch.cat(heard).mean(0))
        judge.spread.copy_(torch.cat(heard).std(0).clamp(min=0.01))
        return torch.stack([((rows - judge.usual) / judge.spread).mean(0) for rows in heard])

    def _read(self, k: int) -> dict[str, float]:
        """One turn of the eyes alone: the generator's learns the code of the word that is drawn, the discriminator's what is
        heard in it."""
        torch.manual_seed(mixed(self.seed, k))
        self.batch(k)
        assert self.pairs is not None
        drawings, voices, named = self.pairs.drawings, self.pairs.voices, self.pairs.words
        report = {}
        for name, net, codes in (("speaker", self.speaker, self.codes[0]), ("critic", self.critic, self.codes[1])):
            code = net.train().eye(drawings, voices).float()
            codes = codes.to(code.device)
            loss = functional.mse_loss(code, codes[named]) / codes.var()
            if name == "speaker" and (manner := self.told(k)) is not None:
                report["g_told"] = manner.item()
                loss = loss + manner
            report[f"{name}_code"] = loss.item()
            report[f"{name}_read"] = (torch.cdist(code.detach(), codes).argmin(1) == named).float().mean().item()
            descend(self.optimisers[name], loss)
        self.average.follow(self.speaker, k + 1)
        return report

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """Spectrograms of drawings, the same all through the run."""
        torch.manual_seed(mixed(self.seed, FIXED))
        index = torch.randperm(len(self.data))[:SHOWN]
        pairs = self.drawn.at(index[self.data.words[index].argsort()])
        z = torch.randn(len(index), self.config.latent)
        return pictured.shown(self.average.net(*(each.to(self.place.device) for each in (z, pairs.drawings, pairs.voices))))

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        settings = {name: value for name, value in summary.get("settings", {}).items() if name != "source"}  # a path says nothing
        settings |= {"speaker": Path(self.settings.speaker).name}
        promises = {"size": mel.FRAMES, "channels": 1, "latent": self.config.latent, "rate": mel.RATE, "side": self.config.size}
        folder.write(
            path,
            {
                "task": "listen",
                "title": {"en": "Drawn digits, spoken", "zh": "手写数字读出声"},
                "licence": "mit",
                "promises": promises,
                "training": {**summary, "settings": settings, "data": f"mnist, 60,000 digits; spoken, {len(self.data):,} recordings"},
                "values": {"words": list(self.data.word_names), "voices": list(self.data.voice_names), "languages": self._languages()},
            },
            {
                "model": folder.Trained("mel_reader", self.config, self.average.net),
                "discriminator": folder.Trained("mel_pair_discriminator", self.judging, self.critic),
            },
        )

    def _languages(self) -> list[int]:
        """Of each voice which ten of the words it says, from 0."""
        first = [int(self.data.words[self.data.voices == voice].min()) for voice in range(len(self.data.voice_names))]
        return [word // DIGITS for word in first]


def begin(settings: Settings, seed: int) -> DrawnSpeechRun:
    """A new run of the recipe."""
    return DrawnSpeechRun(settings, seed)
