"""What speakers play, whatever tells them what to say: implicit maximum likelihood, then a relativistic game; see `spoken`."""

from __future__ import annotations

from typing import Annotated, Any

import torch
from torch import Tensor

from ganapp.base.kinds import Whole
from ganapp.base.validation import settings_class
from ganapp.losses import gradient_penalty, relativistic
from ganapp.training.data import spoken
from ganapp.training.data.spoken import Spoken
from ganapp.training.run import states
from ganapp.training.run.descent import descend
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled, mixed
from ganapp.training.run.schedule import cosine

Told = list[Tensor]  # what is to be said, and by whom: what both nets take after their first argument


@settings_class
class GameSettings:
    """Settings of every game of speech. source: file of recordings; batch: of recordings; rate, rate_end: Adam's at the start and the end
    (cosine between); game_rate: in the place of rate once the game has begun; gamma, gamma_end: weight of R1 + R2, halved, in the same way;
    lazy: the penalties come every so many steps, with so many times the weight; moved: frames that a picture is moved by at most before it
    is judged; half_life: of the average, in steps; warm: steps without a game; candidates: pictures drawn for a recording, of which the
    nearest is drawn nearer; pull, pull_end: weight of that in the game, every other step twice."""

    source: str
    batch: int = 32
    rate: float = 1e-3
    game_rate: float = 5e-4
    rate_end: float = 1e-4
    gamma: float = 2.0
    gamma_end: float = 0.2
    lazy: Annotated[int, Whole(1, 64)] = 4
    moved: Annotated[int, Whole(0, 32)] = 6
    half_life: float = 200.0
    warm: Annotated[int, Whole(0, 100_000)] = 1200
    candidates: Annotated[int, Whole(1, 64)] = 4
    pull: float = 30.0
    pull_end: float = 10.0


@settings_class
class PlayerSettings(GameSettings):
    """Those of a game whose nets are made here. width, latent, code: of the generator; critic, features: width and features of the
    discriminator; all others: see `GameSettings`."""

    width: int = 192
    latent: int = 64
    code: int = 128
    critic: int = 32
    features: int = 192


class SpeechGame(states.Stateful):
    """A speaker with its average, and a discriminator; see `loop.Run`. A recipe says what a batch is, and may add to the losses. settings:
    those of `spoken`; nets: speaker and critic; data: the recordings."""

    usable_early = True

    def __init__(self, settings: Any, seed: int, nets: tuple[Any, Any], data: Spoken) -> None:
        s = self.settings = settings
        self.data, self.order = data, Shuffled(len(data), s.batch, seed)
        self.seed, self.place = seed, here()
        self.speaker: Any = self.place.ready(nets[0])
        self.latent: int = self.speaker.shape.latent
        self.critic: Any = self.place.ready(nets[1])
        self.mean, self.scale = (each.to(self.place.device) for each in data.moments())
        self.speaker.mean.copy_(self.mean)
        self.speaker.scale.copy_(self.scale)
        self.speaker.low.fill_(spoken.floor())
        self.low = (spoken.floor() - self.mean) / self.scale
        self.average = Average(self.speaker, s.half_life)
        self.optimisers = {
            name: torch.optim.Adam(net.parameters(), s.rate, (0.0, 0.99))
            for name, net in (("speaker", self.speaker), ("critic", self.critic))
        }
        self.penalties, self.nearest = {"r1": 0.0, "r2": 0.0}, 0.0  # as last computed

    def warm(self, steps: int) -> int:
        """How many of so many steps come without a game."""
        del steps
        return int(self.settings.warm)

    def batch(self, k: int) -> tuple[Tensor, Told]:
        """This process's log-mel pictures of step k, (b, bands, frames), and what is said in them."""
        raise NotImplementedError

    def verdicts(self, x: Tensor, made: Tensor, told: Told) -> tuple[Tensor, Tensor, Tensor | None]:
        """The discriminator's scores of recordings and of generated pictures, and what else it is to learn."""
        return self.critic(x, *told), self.critic(made, *told), None

    def told(self, k: int) -> Tensor | None:
        """What else the generator is to learn in step k, of the weight of the pull."""
        return None

    def step(self, k: int, steps: int) -> dict[str, float]:
        s = self.settings
        torch.manual_seed(mixed(self.seed, k))
        warm = self.warm(steps)
        game = k >= warm
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = cosine(s.game_rate if game else s.rate, s.rate_end, k, steps)
        x, told = self.batch(k)
        x = (x - self.mean[:, None]) / self.scale[:, None]
        report, made = {}, None
        if game or k >= warm // 2:
            z = self.place.randn(self.order.batch, self.latent)
            with self.place.fast(), torch.set_grad_enabled(game):
                made = self.speaker.train().normalised(z, *told).float()
            report = self._criticise((x, made.detach()), told, k, steps)
        report |= self._speak(x, made if game else None, told, k, steps)
        self.average.follow(self.speaker, k + 1)
        return report

    def _near(self, x: Tensor, told: Told) -> Tensor:
        """The mean distance of each recording from the nearest of its candidates, in standard deviations."""
        count, b = self.settings.candidates, len(x)
        z = torch.stack([self.place.randn(self.order.batch, self.latent) for _ in range(count)])  # (candidates, b, latent)
        with self.place.fast():
            with torch.no_grad():
                drawn = self.speaker.train().normalised(z.flatten(0, 1), *(each.repeat(count, *[1] * (each.dim() - 1)) for each in told))
                best = (drawn.view(count, b, *x.shape[1:]) - x).abs().mean((2, 3)).argmin(0)  # (b,)
            made = self.speaker.normalised(z[best, torch.arange(b)], *told)
        near: Tensor = (made - x).abs().mean()
        return near

    def _seen(self, real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
        """Both sides as the discriminator sees them: each pair moved by as much."""
        both = spoken.moved(torch.cat([real, made]), self.low, self.settings.moved, sets=2)
        return both[: len(real)], both[len(real) :]

    def _criticise(self, pictures: tuple[Tensor, Tensor], told: Told, k: int, steps: int) -> dict[str, float]:
        """One turn of the discriminator; pictures: real, made; told: words and voices."""
        s = self.settings
        due = s.lazy if k % s.lazy == 0 else 0
        x, made = (each.detach().requires_grad_(bool(due)) for each in self._seen(*pictures))
        real, fake, more = self.verdicts(x, made, told)
        loss = relativistic.discriminator(real, fake)
        report = {"d_loss": loss, "d_order": (real > fake).float().mean()}
        if due:
            report["r1"], report["r2"] = gradient_penalty.zero_centred(real, x), gradient_penalty.zero_centred(fake, made)
            self.penalties = {name: report[name].item() for name in ("r1", "r2")}
            loss = loss + due * cosine(s.gamma, s.gamma_end, k, steps) / 2 * (report["r1"] + report["r2"])
        if more is not None:
            report["d_pairs"] = more
            loss = loss + more
        descend(self.optimisers["critic"], loss)
        return {name: value.item() for name, value in report.items()} | self.penalties

    def _speak(self, x: Tensor, made: Tensor | None, told: Told, k: int, steps: int) -> dict[str, float]:
        """One turn of the generator; made: its pictures, None before the game begins."""
        s = self.settings
        pulled = made is None or k % 2 == 0
        near = self._near(x, told) if pulled else None
        more = self.told(k)
        added = {} if more is None else {"g_told": more.item()}
        if made is None:
            assert near is not None
            descend(self.optimisers["speaker"], near if more is None else near + more)
            self.nearest = near.item()
            return {"near": self.nearest, **added}
        self.critic.requires_grad_(False)
        real, fake = self._seen(x, made)
        with torch.no_grad():
            score = self.critic(real, *told)
        game = relativistic.generator(score, self.critic(fake, *told))
        loss, pull = game, 2 * cosine(s.pull, s.pull_end, k, steps)
        if near is not None:
            self.nearest = near.item()
            loss = loss + pull * near
        descend(self.optimisers["speaker"], loss if more is None else loss + pull * more)
        self.critic.requires_grad_(True)
        return {"g_loss": game.item(), "near": self.nearest, **added}

    def holders(self) -> states.Holders:
        optimisers = {f"{name}_optimiser": optimiser for name, optimiser in self.optimisers.items()}
        return {"speaker": self.speaker, "critic": self.critic, "average": self.average.net, **optimisers}
