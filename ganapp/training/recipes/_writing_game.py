"""The later stages of recipes that teach writing: a critic of whole texts, and the game between writer and critic, whatever is written."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from ganapp.losses import non_saturating, relativistic
from ganapp.models import catalog, folder
from ganapp.training.recipes._copies import own
from ganapp.training.recipes._writing_likelihood import LONGEST, paced
from ganapp.training.run import distributed, states
from ganapp.training.run.place import here
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import cosine

LAZY = 4  # the penalty comes every so many steps, with so many times the weight
COOLEST, WARMEST = 0.7, 1.05  # temperatures of the texts that a critic learns to tell from real ones
MEASURED, MARKS = 512, 41  # held-out texts, and quantiles of their scores
OFTEN = 100  # steps between two measurings


@torch.no_grad()
def marks(scores: Tensor) -> list[float]:
    """MARKS quantiles of scores, lowest first."""
    return [round(float(mark), 4) for mark in torch.quantile(scores.flatten().float(), torch.linspace(0, 1, MARKS))]


def learn(net: nn.Module, optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step of a player along its loss."""
    net.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    distributed.step(optimiser, LONGEST)


class Players(states.Stateful):
    """What both stages have: a writer from a folder, a critic, texts. A recipe says of what make they are."""

    task: str
    kinds: ClassVar[dict[str, type[nn.Module]]]  # of "model" and "critic"
    unfit = "is no writer of this make"  # what is said of a critic of another make
    net: Any
    critic: Any

    def __init__(self, settings: Any, seed: int) -> None:
        self.settings, self.seed, self.place = settings, seed, here()
        loaded = catalog.opened(settings.model, self.task)
        self.description = loaded.description
        self.net = own(loaded, self.kinds["model"]).to(self.place.device)
        self.read()
        torch.manual_seed(mixed(seed, 0))
        known = "critic" in loaded.description.parts
        critic = own(loaded, self.kinds["critic"], self.unfit, "critic") if known else self.beginner()
        self.critic = critic.to(self.place.device)
        self.judging = torch.optim.AdamW(self.critic.parameters(), settings.rate, (0.5, 0.99), weight_decay=0.01)

    def read(self) -> None:
        """Take the texts."""
        raise NotImplementedError

    def beginner(self) -> nn.Module:
        """A critic that knows what the writer knows."""
        raise NotImplementedError

    def real(self, k: int) -> Any:
        """The real texts of step k."""
        raise NotImplementedError

    def rolled(self, temperature: Tensor, warmth: float = 0.0) -> Any:
        """Texts of the writer at temperatures (b, 1); with a warmth above 0 slopes go through them."""
        raise NotImplementedError

    def scores(self, real: Any, fake: Any) -> tuple[Tensor, Tensor]:
        """The critic's, (b,) each."""
        raise NotImplementedError

    def score(self, real: Any) -> Tensor:
        """The critic's of real texts, (b,)."""
        raise NotImplementedError

    def felt(self, played: Any) -> Tensor:
        """The critic's of texts that slopes go through, (b,)."""
        raise NotImplementedError

    def slope(self, real: Any) -> Tensor:
        """R1 on the tokens' vectors, without its weight."""
        raise NotImplementedError

    def judged_held_out(self) -> Tensor:
        """The critic's scores (n, lines) of held-out real texts."""
        raise NotImplementedError

    def perplexity(self) -> float:
        """The writer's, of texts held out."""
        raise NotImplementedError

    def samples(self) -> Tensor | None:
        return None

    def drawn(self) -> Any:
        """This process's texts of the writer, at temperatures a critic is asked about."""
        self.net.eval()
        temperature = COOLEST + (WARMEST - COOLEST) * self.place.rand(self.settings.batch, 1)
        with torch.no_grad():
            return self.rolled(temperature)

    def penalty(self, k: int, real: Any) -> Tensor:
        """R1 with its weight, in the steps it is due."""
        if not self.settings.r1 or k % LAZY:
            return torch.zeros(())
        weight: float = LAZY * self.settings.r1 / 2
        return weight * self.slope(real)

    @torch.no_grad()
    def verdicts(self) -> dict[str, Any]:
        """Quantiles of the critic's scores of held-out real texts and their lines."""
        scores = self.judged_held_out()
        return {"lines": marks(scores), "poems": marks(scores.mean(1))}

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        kept = {key: value for key, value in dataclasses.asdict(self.description).items() if key not in ("format", "parts")}
        settings = {name: value for name, value in summary["settings"].items() if name != "model"}  # told by "before"
        before = kept["training"]
        told = ", ".join(f"{name} {before['settings'][name]}" for name in ("stage", "batch", "rate") if name in before.get("settings", {}))
        note = f"It began from {before.get('steps', 0):,} steps of the same recipe with seed {before.get('seed', 0)} ({told})."
        note = " ".join(filter(None, [note, before.get("note", "")]))
        kept["training"] = {**summary, "settings": settings, "data": before.get("data", ""), "before": before, "note": note}
        kept["values"] = {**kept["values"], "critic": self.verdicts()}
        families = {part: kind.__module__.rpartition(".")[2] for part, kind in self.kinds.items()}
        nets = {"model": self.net, "critic": self.critic}
        folder.write(path, kept, {part: folder.Trained(families[part], net.config, net) for part, net in nets.items()})


class Critic(Players):
    """The critic learns to tell real texts from the writer's, which stays as it is; see `loop.Run`."""

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        paced((self.judging,), k, steps, self.settings.rate)
        real, fake = self.real(k), self.drawn()
        self.critic.train()
        scores_real, scores_fake = self.scores(real, fake)
        loss = non_saturating.discriminator(scores_real, scores_fake) + self.penalty(k, real)
        learn(self.critic, self.judging, loss)
        right = ((scores_real > 0).float().mean() + (scores_fake < 0).float().mean()) / 2
        return {"loss": loss.item(), "accuracy": right.item()}

    def holders(self) -> states.Holders:
        return {"critic": self.critic, "judging": self.judging}


class Game(Players):
    """Writer and critic play, relativistic and paired, from the weights of the stages before; see `loop.Run`."""

    def __init__(self, settings: Any, seed: int) -> None:
        super().__init__(settings, seed)
        self.writing = torch.optim.AdamW(self.net.parameters(), settings.rate, (0.5, 0.99), weight_decay=0.0)

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        paced((self.judging, self.writing), k, steps, self.settings.rate)
        real = self.real(k)
        plain = torch.ones(len(real), 1)
        with torch.no_grad():
            fake = self.rolled(plain)
        self.critic.train()
        loss_d = relativistic.discriminator(*self.scores(real, fake)) + self.penalty(k, real)
        learn(self.critic, self.judging, loss_d)

        played = self.rolled(plain, cosine(1.0, self.settings.warmth, k, steps))
        self.critic.requires_grad_(False)
        scores = self.felt(played)
        with torch.no_grad():
            scores_real = self.score(real)
        loss_g = relativistic.generator(scores_real, scores)
        learn(self.net, self.writing, loss_g)
        self.critic.requires_grad_(True)
        values = {"d_loss": loss_d.item(), "g_loss": loss_g.item()}
        if (k + 1) % OFTEN == 0 or k + 1 == steps:
            values["perplexity"] = self.perplexity()
        return values

    def holders(self) -> states.Holders:
        return {"net": self.net, "critic": self.critic, "judging": self.judging, "writing": self.writing}
