"""The later stages of the recipe `stanzas`: a critic of whole stanzas, and the game between writer and critic."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from ganapp.losses import gradient_penalty
from ganapp.models.lexicon import METRES, SCHEMES, Lexicon
from ganapp.nets import stanza_critic, stanza_writer
from ganapp.training.data import stanzas
from ganapp.training.recipes._stanzas_likelihood import fitted, perplexity
from ganapp.training.recipes._writing_game import MEASURED, Critic, Game, Players
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled
from ganapp.writing.metre import ANY, FRONT, LINES, LONGEST, Stand


@dataclasses.dataclass(frozen=True)
class Texts:
    """tokens: (b, n); where: (b, n, 5), where each token itself stands; weights: (b, n, tokens) or None, one-hot with slopes."""

    tokens: Tensor
    where: Tensor
    weights: Tensor | None = None

    def __len__(self) -> int:
        return len(self.tokens)


def rollout(net: stanza_writer.Net, known: Lexicon, b: int, temperature: Tensor, warmth: float = 0.0) -> Texts:
    """b rhymed stanzas that the writer draws, metre and scheme too. temperature: (b, 1) of its odds; warmth: above 0 the texts come with
    weights whose slopes are those of a Gumbel softmax of it (Jang et al. 2017)."""
    place, vectors = here(), net.vectors()
    after = int(torch.randint(2**62, (1,)))  # the same state for every process afterwards, however many places its texts take
    stand = Stand(known, np.full((b, LINES), ANY))
    chosen = torch.full((b,), known.start)
    inputs, past, kind = vectors[chosen][:, None], None, []
    for first, count in ((known.metre(0), len(METRES)), (known.scheme(0), len(SCHEMES) - 1)):  # "free" comes last, and is no verse
        h, past = net.think(inputs, torch.from_numpy(stand.where())[:, None], past)
        scores = (h[:, -1] @ vectors[first : first + count].T + net.bias[first : first + count]).detach()
        kind.append(place.chosen(scores.softmax(1)).squeeze(1))
        inputs = vectors[first + kind[-1]][:, None]
    stand.choose(*(each.numpy() for each in kind))
    rows: list[Tensor] = []
    wheres: list[Tensor] = []
    weights: list[Tensor] = []
    said = known.end + 1  # words, marks and the end of a line
    while len(rows) < LONGEST and (stand.line < LINES).any():
        where = torch.from_numpy(stand.where())
        h, past = net.think(inputs, where[:, None], past)
        scores = (h[:, -1] @ vectors[:said].T + net.bias[:said]) / temperature  # (b, said)
        noisy = scores - place.waits(scores).clamp(min=1e-9).log()  # plus Gumbel noise: its greatest is a draw
        chosen = torch.where(torch.from_numpy(stand.line < LINES), noisy.argmax(1), known.end)
        if warmth:
            soft = (noisy / warmth).softmax(1)
            weight = nn.functional.one_hot(chosen, said).float() + soft - soft.detach()
            weights.append(weight)
        inputs = (weights[-1] @ vectors[:said] if warmth else vectors[chosen])[:, None]
        rows.append(chosen)
        wheres.append(where)
        stand.push(chosen.numpy())
    torch.manual_seed(after)
    return Texts(torch.stack(rows, 1), torch.stack(wheres, 1), torch.stack(weights, 1) if warmth else None)


def texts_of(data: stanzas.Stanzas, index: Tensor) -> Texts:
    """Real stanzas as the critic reads them."""
    rows, where, _ = data.at(index, given=0.0)
    return Texts(rows[:, FRONT:], where[:, FRONT - 1 : -1])


@torch.no_grad()
def learned(critic: stanza_critic.Net, writer: stanza_writer.Net) -> None:
    """Let a critic begin from what the writer knows of words and of reading."""
    for part in ("layers", "words", "last"):
        getattr(critic, part).load_state_dict(getattr(writer, part).state_dict())
    for name in ("others", "line", "taken"):
        getattr(critic, name).copy_(getattr(writer, name))
    critic.place.copy_(writer.place[FRONT:])


class Rhymed(Players):
    """A writer of stanzas and its critic; stanzas with a scheme are what both are about."""

    task = "stanza"
    kinds: ClassVar[dict[str, type[nn.Module]]] = {"model": stanza_writer.Net, "critic": stanza_critic.Net}
    unfit = "has no critic of this make"
    net: stanza_writer.Net
    critic: stanza_critic.Net

    def read(self) -> None:
        self.learned, self.held_out = stanzas.load(self.settings.source)
        self.known = self.learned.known
        self.rhymed = self.learned.rhymed.nonzero().squeeze(1)
        self.order = Shuffled(len(self.rhymed), self.settings.batch, self.seed)

    def beginner(self) -> stanza_critic.Net:
        c = self.net.config
        critic = stanza_critic.Net(stanza_critic.Config(c.words, c.others, c.rhymes, c.kinds, LONGEST, c.width, c.layers, c.heads))
        fitted(critic.words, self.known)
        learned(critic, self.net)
        return critic

    def real(self, k: int) -> Texts:
        return texts_of(self.learned, self.place.part(self.rhymed[self.order(k)]))

    def rolled(self, temperature: Tensor, warmth: float = 0.0) -> Texts:
        return rollout(self.net, self.known, len(temperature), temperature, warmth)

    def scores(self, real: Texts, fake: Texts) -> tuple[Tensor, Tensor]:
        return self.score(real), self.score(fake)

    def score(self, real: Texts) -> Tensor:
        lines: Tensor = self.critic(real.tokens, real.where)
        return lines.mean(1)

    def felt(self, played: Texts) -> Tensor:
        assert played.weights is not None
        vectors = self.critic.vectors().detach()[: played.weights.shape[2]]
        return self.critic.judged(played.weights @ vectors, played.where).mean(1)

    def slope(self, real: Texts) -> Tensor:
        vectors = self.critic.vectors()[real.tokens].detach().requires_grad_(True)
        return gradient_penalty.zero_centred(self.critic.judged(vectors, real.where).mean(1), vectors)

    def judged_held_out(self) -> Tensor:
        index = torch.arange(min(MEASURED, len(self.held_out)))
        texts = [texts_of(self.held_out, part) for part in torch.split(index, 128)]
        return torch.cat([self.critic(each.tokens, each.where) for each in texts])

    def perplexity(self) -> float:
        return perplexity(self.net, self.held_out)


class CriticRun(Rhymed, Critic):
    """The critic learns; see `loop.Run`."""


class GameRun(Rhymed, Game):
    """Writer and critic play; see `loop.Run`."""
