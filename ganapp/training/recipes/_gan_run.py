"""A training of the recipe `gan` in progress: the turns of its players, its state, what it shows, what it writes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ganapp import losses
from ganapp.losses import gradient_penalty, regularisers, variational
from ganapp.models import folder
from ganapp.training.data import sets as datasets
from ganapp.training.data.augmentations import augment
from ganapp.training.health import advice
from ganapp.training.health.doctor import Doctor
from ganapp.training.recipes import _players
from ganapp.training.recipes._examined import Examined
from ganapp.training.recipes._look import looked
from ganapp.training.recipes._manner import Manner
from ganapp.training.recipes._players import Player
from ganapp.training.run import distributed, states
from ganapp.training.run.ema import Average
from ganapp.training.run.hand import Look
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled, mixed

if TYPE_CHECKING:
    from ganapp.training.recipes.gan import Settings

FIXED, MEMORY = -1, 0.99  # the fixed latents' step; how long the critic's certainty is remembered
OLDER = {"generator_optimiser": "g_optimiser", "discriminator_optimiser": "d_optimiser"}  # names in checkpoints before 0.7
Report = dict[str, Tensor]


class GanRun(Examined):
    """Training of the players that `settings` names; see `loop.Run`."""

    usable_early = True

    def __init__(self, settings: Settings, seed: int, manner: Manner | None = None) -> None:
        s = self.settings = settings
        self.seed, self.place, self.manner = seed, here(), manner or Manner()
        self.data = datasets.limited(datasets.load(s.data, datasets.Selection(s.size, s.channels, s.conditional, s.source)), s.limit, seed)
        self.objective = losses.objective(s.loss)
        self._build(s.shape(len(self.data.classes)))
        self.average = Average(self.generator.net, s.half_life)
        g_betas, d_betas = (s.g_beta1, s.g_beta2), (s.d_beta1, s.d_beta2)
        self.optimisers = {"generator": self._adam(self.generator.net, s.g_rate, g_betas)}
        if self.discriminator:
            self.optimisers["discriminator"] = self._adam(self.discriminator.net, s.d_rate, d_betas)
        if self.encoder:
            self.optimisers["encoder"] = self._adam(self.encoder.net, s.g_rate, g_betas)
        self.order = Shuffled(len(self.data), self.manner.batch or s.batch, seed)
        self.fixed = self._fixed()
        self.certainty = 0.5  # running share of scores on the right side
        self.diagnosed = 0  # steps done at the last diagnosis
        self.doctor = Doctor(self.data, seed)

    def _build(self, shape: _players.Shape) -> None:
        """The players, with their first weights."""
        if not self.manner.one_stream:
            torch.manual_seed(mixed(self.seed, FIXED - 1))
        built = (_players.generator, _players.discriminator, _players.encoder)
        players = [build(shape) for build in built] if self.manner.one_stream else (build(shape) for build in built)
        self.generator, self.discriminator, self.encoder = (self._ready(player) for player in players)

    def _ready(self, player: Player | None) -> Any:
        if player is None:
            return None
        if self.manner.one_stream:
            player.net = self.place.ready(player.net)  # numbers are drawn in the order in which a net lies in memory
        if self.settings.start == "dcgan":
            _players.as_dcgan(player.net)
        if player.judges:
            regularisers.fit(player.net, self.settings.regularised())
        player.net = self.place.ready(player.net)
        return player

    def _adam(self, net: nn.Module, rate: float, betas: tuple[float, float]) -> torch.optim.Adam:
        return torch.optim.Adam(net.parameters(), rate, betas, fused=self.place.device.type != "mps")

    def _fixed(self) -> tuple[Tensor, Tensor, Tensor]:
        """Latents, classes and real pictures that stay the same: ten columns, a class each where there are classes."""
        rows, classes = (8 if self.settings.size <= 64 else 4), len(self.data.classes)
        random = torch.Generator().manual_seed(mixed(self.seed, FIXED))
        z = torch.randn(10 * rows, self.settings.latent, generator=random)
        y = torch.eye(classes)[torch.arange(10) % classes].repeat_interleave(rows, 0) if classes else torch.zeros(10 * rows, 0)
        index = torch.randint(len(self.data), (10 * rows,), generator=random)
        return z.to(self.place.device), y.to(self.place.device), index

    def step(self, k: int, steps: int, taken: int = 0) -> dict[str, float]:
        """`d_updates` turns of the discriminator, of which `taken` are taken already, and one of the generator."""
        report: dict[str, float] = {}
        for update in range(taken, self.settings.d_updates if self.discriminator else 0):
            report |= self.step_discriminator(k, steps, update)
        return report | self.step_generator(k, steps)

    def _settle(self, k: int, steps: int, turn: int) -> None:
        """Random numbers and learning rates of one turn: 0 is the generator's, 1, 2 ... are the discriminator's."""
        s = self.settings
        if not self.manner.one_stream:
            torch.manual_seed(mixed(mixed(self.seed, k), turn))
        elif turn == 1 or not self.discriminator:
            torch.manual_seed(mixed(self.seed, k))
        for name, optimiser in self.optimisers.items():
            rate = s.d_rate if name == "discriminator" else s.g_rate
            for group in optimiser.param_groups:
                group["lr"] = self.manner.rate(rate, s.rate_end, k, steps)

    def _batch(self, step: int) -> tuple[Tensor, Tensor]:
        x, y = self.data.at(self.order(step))
        return self.place.part(x), self.place.part(y)

    def _latents(self) -> Tensor:
        return self.place.randn(self.order.batch, self.settings.latent)

    def _shares(self) -> Tensor:
        return self.place.rand(self.order.batch, 1, 1, 1)

    def _score(self, x: Tensor, y: Tensor) -> Tensor:
        sets = len(x) * self.place.world // self.order.batch
        scores: Tensor = self.discriminator.net(augment(x, self.settings.augment, sets), y)
        return scores if self.manner.apart else scores.float()

    def step_discriminator(self, k: int, steps: int, update: int = 0) -> dict[str, float]:
        """One turn of the discriminator within step k of `steps`, and what is to be logged of it."""
        self._settle(k, steps, 1 + update)
        x, y = self._batch(k * self.settings.d_updates + update)
        weights, penalties = self.manner.weights(self.settings, k, steps), regularisers.penalties()
        with self.place.fast():
            fakes = self._forgeries(x, y)
            needs = {each for name in weights for each in penalties[name].NEEDS}
            (real, *scores), (slopes, *others) = self._judged([x, *fakes], y, ("real" in needs, "generated" in needs))
            loss = torch.stack([self.objective.discriminator(real, fake) for fake in scores]).mean()
            report = {"d_loss": loss} | self._verdicts(real, torch.cat(scores))
            critic = self.discriminator.net
            turn = regularisers.Turn(x, fakes[0], slopes, torch.cat(others), lambda pictures: critic(pictures, y), self._shares)
            for name, weight in weights.items():
                report[name] = penalties[name].penalty(turn)
                loss = loss + weight * report[name]
        self.optimisers["discriminator"].zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        report["d_grad"] = self._move("discriminator")
        numbers = _numbers(report)
        numbers = dict(zip(numbers, distributed.mean(list(numbers.values())), strict=True))
        certain = numbers["d_order"] if self.objective.PAIRED else (numbers["d_right_real"] + numbers["d_right_fake"]) / 2
        self.certainty = MEMORY * self.certainty + (1 - MEMORY) * certain
        return numbers

    def _judged(self, sets: list[Tensor], y: Tensor, steep: tuple[bool, bool]) -> tuple[list[Tensor], list[Tensor]]:
        """Scores (b,) of real pictures and of each set of generated ones, and |dD/dx|^2 (b,) of those that `steep` asks for (of real, of
        generated ones; 0 for the others). At once where no picture's score depends on the others', which is quicker."""
        needed = [steep[0], *[steep[1]] * (len(sets) - 1)]
        if self.settings.normalise or self.manner.apart or len(set(needed)) > 1:
            groups, labels = [part.requires_grad_(need) for part, need in zip(sets, needed)], y
        else:
            groups, labels = [torch.cat(sets).requires_grad_(needed[0])], y.repeat(len(sets), 1)
        scores = [self._score(group, labels) for group in groups]
        norms = [gradient_penalty.squared(s, g) if g.requires_grad else s.new_zeros(len(s)) for s, g in zip(scores, groups)]
        b = len(y)
        return list(torch.split(torch.cat(scores), b)), list(torch.split(torch.cat(norms), b))

    @torch.no_grad()
    def _forgeries(self, x: Tensor, y: Tensor) -> list[Tensor]:
        """Generated pictures for classes y; where there is an encoder, rebuilt ones too (Larsen et al. 2016, algorithm 1)."""
        forgeries = [self.generator.net(self._latents(), y).float()]
        if self.encoder:
            mean, log_variance = (part.float() for part in self.encoder.net.distribution(x, y))
            z = variational.drawn(mean, log_variance, self._latents())
            forgeries.append(self.generator.net(z, y).float())
        return forgeries

    def _verdicts(self, real: Tensor, fake: Tensor) -> Report:
        """Mean scores; shares of real and generated pictures on their own side of the border (of the middle, where the objective has
        none); share of pairs in the right order."""
        border = self.objective.BORDER
        line = self._mean(real.mean() + fake.mean()) / 2 if border is None else border
        return {
            "d_real": real.mean(),
            "d_fake": fake.mean(),
            "d_right_real": (real > line).float().mean(),
            "d_right_fake": (fake < line).float().mean(),
            "d_order": (real.repeat(len(fake) // len(real)) > fake).float().mean(),
        }

    def _mean(self, x: Tensor) -> Tensor:
        """The mean of x, which has as many numbers in every process, over them all."""
        return self.place.mean(x.mean())

    def _move(self, name: str) -> Tensor:
        """One step of an optimiser along the gradients held, cut to `clip`; their norm before that."""
        return distributed.step(self.optimisers[name], self.settings.clip or math.inf)

    def step_generator(self, k: int, steps: int) -> dict[str, float]:
        """One turn of the generator (and of the encoder) within step k of `steps`, and what is to be logged of it."""
        self._settle(k, steps, 0)
        x, y = self._batch((k + 1) * self.settings.d_updates - 1)
        with self.spectating(), self.place.fast():
            if self.encoder is None:
                loss = self._game(x, y, [self.generator.net(self._latents(), y)])
                self.optimisers["generator"].zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                report = {"g_loss": loss}
            else:
                report = self._variational(x, y)
        report["g_grad"] = self._move("generator")
        if self.encoder:
            report["e_grad"] = self._move("encoder")
        self.average.follow(self.generator.net, k + 1)
        return _numbers(report)

    @contextmanager
    def spectating(self) -> Iterator[None]:
        """Within it the discriminator's weights get no gradients."""
        if self.discriminator:
            self.discriminator.net.requires_grad_(False)
        try:
            yield
        finally:
            if self.discriminator:
                self.discriminator.net.requires_grad_(True)

    def _game(self, x: Tensor, y: Tensor, sets: list[Tensor]) -> Tensor:
        """The generator's loss, mean over sets of generated pictures."""
        fakes = [self._score(pictures, y) for pictures in sets]
        with torch.no_grad():
            real = self._score(x, y) if self.objective.PAIRED else torch.zeros_like(fakes[0])
        return torch.stack([self.objective.generator(real, fake) for fake in fakes]).mean()

    def _variational(self, x: Tensor, y: Tensor) -> Report:
        """Gradients of encoder and decoder: the evidence bound, or Larsen et al. 2016's algorithm 1 where there is a discriminator."""
        s, decoder, coder = self.settings, self.generator.net, self.encoder.net
        mean, log_variance = (part.float() for part in coder.distribution(x, y))
        rebuilt = decoder(variational.drawn(mean, log_variance, self._latents()), y).float()
        divergence = variational.divergence(mean, log_variance)
        if self.discriminator is None:
            rebuilding = variational.calibrated(x, rebuilt, self._mean)
            e_loss = g_loss = (rebuilding + s.kl * divergence) / x[0].numel()
        else:
            critic = self.discriminator.net
            features = critic.features(x).float().detach()  # (b, d)
            rebuilding = variational.calibrated(features, critic.features(rebuilt).float(), self._mean)
            e_loss = (rebuilding + s.kl * divergence) / features[0].numel()
            g_loss = s.likeness * rebuilding / features[0].numel() + self._game(x, y, [decoder(self._latents(), y), rebuilt])
        _put(coder, torch.autograd.grad(e_loss, list(coder.parameters()), retain_graph=True))
        _put(decoder, torch.autograd.grad(g_loss, list(decoder.parameters())))
        return {"g_loss": g_loss, "e_loss": e_loss, "rebuilding": rebuilding, "divergence": divergence}

    def holders(self) -> states.Holders:
        nets = {"generator": self.generator, "discriminator": self.discriminator, "encoder": self.encoder}
        held: dict[str, Any] = {name: player.net for name, player in nets.items() if player}
        return held | {"average": self.average.net} | {f"{name}_optimiser": o for name, o in self.optimisers.items()}

    def state(self) -> dict[str, Any]:
        """See `loop.Run`."""
        return states.taken(self.holders()) | {"certainty": self.certainty, "diagnosed": self.diagnosed, "turns": list(self.doctor.turns)}

    def restore(self, state: dict[str, Any]) -> None:
        """See `loop.Run`."""
        states.give(self.holders(), state | {name: state[older] for name, older in OLDER.items() if older in state})
        self.certainty, self.diagnosed = float(state.get("certainty", self.certainty)), int(state.get("diagnosed", 0))
        self.doctor.remember(state.get("turns", ()))

    @torch.no_grad()
    def _painted(self, net: nn.Module, z: Tensor, y: Tensor) -> Tensor:
        """Pictures of `net` in evaluation mode, on the CPU, a hundred at a time."""
        training, parts = net.training, []
        net.eval()
        for start in range(0, len(z), 100):
            parts.append(net(z[start : start + 100], y[start : start + 100]).float().cpu())
        net.train(training)
        return torch.cat(parts)

    def samples(self) -> Tensor | None:
        """Pictures of the average, in [0, 1]."""
        z, y, _ = self.fixed
        return (self._painted(self.average.net, z, y) + 1) / 2

    def sheets(self) -> dict[str, Tensor]:
        """Further pictures by name: "raw", of the generator as it is now; "rebuilt", what an encoder's codes of real ones give."""
        z, y, index = self.fixed
        if not self.manner.sheets:
            return {}
        sheets = {"raw": (self._painted(self.generator.net, z, y) + 1) / 2}
        if self.encoder:
            x, own = (part.to(self.place.device) for part in self.data.at(index))
            with torch.no_grad():
                codes = self.encoder.net.eval()(x, own)
            self.encoder.net.train()
            sheets["rebuilt"] = (self._painted(self.average.net, codes, own) + 1) / 2
        return sheets

    def examine(self, k: int) -> dict[str, Any]:
        """The health of the run after step k; see `Doctor.examine`. Advice is what these settings can still follow."""
        random = torch.Generator().manual_seed(mixed(mixed(self.seed, k), FIXED))
        n = self.doctor.samples
        z = torch.randn(n, self.settings.latent, generator=random).to(self.place.device)
        y = self.data.at(torch.randint(len(self.data), (n,), generator=random))[1].to(self.place.device)
        generated, raw = (self._painted(net, z, y) for net in (self.average.net, self.generator.net))
        lamps = self.doctor.examine(generated, raw, self.certainty if self.discriminator else None)
        settings = dataclasses.asdict(self.settings)
        return {name: {**lamp, "advice": advice.fitting(lamp["advice"], settings)} for name, lamp in lamps.items()}

    @property
    def handy(self) -> bool:
        """See `hand.Turns`: two players, whose turns depend on nothing but the state and the step."""
        return self.discriminator is not None and not self.manner.one_stream and self.place.world == 1

    def look(self) -> Look:
        """See `hand.Turns`: the first latent of every column of the sheets, beside real pictures."""
        return looked(self)

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        """See `loop.Run`."""
        s, classes = self.settings, len(self.data.classes)
        title = self.manner.title or ({"en": s.title, "zh": s.title} if s.title else self.data.title)
        promises = {"size": s.size, "channels": s.channels, "classes": classes, "latent": s.latent}
        nets = {"model": self.generator.trained(self.average.net)}
        for name, player in (("discriminator", self.discriminator), ("encoder", self.encoder)):
            if player:
                nets[name] = player.trained()
        origin = {"data": f"{s.data}, {len(self.data):,} training pictures", "classes": list(self.data.classes)}
        description = {"task": "sample", "title": title, "licence": "other", "promises": promises, "training": {**summary, **origin}}
        folder.write(path, description | {"licence": "mit"} if not s.source else description, nets)


def _put(net: nn.Module, gradients: tuple[Tensor, ...]) -> None:
    for parameter, gradient in zip(net.parameters(), gradients, strict=True):
        parameter.grad = gradient


def _numbers(report: Report) -> dict[str, float]:
    """The report as numbers, brought over from the device at once."""
    values = torch.stack([value.detach().float() for value in report.values()]).tolist()
    return dict(zip(report, values, strict=True))
