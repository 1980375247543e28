"""The first stage of the recipe `verse`: maximum likelihood."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.models import catalog, folder
from ganapp.models.alphabet import Alphabet
from ganapp.nets import causal_transformer
from ganapp.training.data import verse
from ganapp.training.recipes._copies import own
from ganapp.training.recipes._writing_likelihood import Likelihood, neighbours
from ganapp.training.run.randomness import Shuffled
from ganapp.writing.prosody import COLUMNS, LENGTH, LINES

if TYPE_CHECKING:
    from ganapp.training.recipes.verse import Settings

MEASURED = 512  # held-out poems
TITLE = {"en": "Quatrains", "zh": "七言绝句"}


def fitted(net: nn.Module, alphabet: Alphabet) -> None:
    """Give a net what the alphabet says of its characters."""
    net.tone.copy_(torch.tensor(alphabet.tones))  # type: ignore[operator]
    net.rhyme.copy_(torch.tensor(alphabet.rhyme))  # type: ignore[operator]


@torch.no_grad()
def begun(net: causal_transformer.Net, poems: Tensor) -> None:
    """Begin from what counting says: how often characters come, and with which others they share a line."""
    c = net.config
    counts = torch.bincount(poems.flatten(), minlength=c.signs).float() + 0.1
    net.bias[: c.signs] = (counts / counts.sum()).log()
    lines = poems.view(-1, COLUMNS)
    pairs = torch.zeros(c.signs, c.signs)
    for gap in range(1, COLUMNS):
        one, other = lines[:, :-gap].flatten(), lines[:, gap:].flatten()
        pairs.index_put_((one, other), torch.full((len(one),), 1.0 / gap), accumulate=True)
    neighbours(net.embedding[: c.signs], pairs, counts)


def surprises(net: causal_transformer.Net, rows: Tensor, condition: Tensor) -> Tensor:
    """-log p of form, rhyme and every character, (b, 2 + 28); 0 where a first character was asked for."""
    scores = net(rows[:, :-1], condition)[:, LINES - 1 :]  # (b, 30, tokens)
    lost = functional.cross_entropy(scores.flatten(0, 1), rows[:, LINES:].flatten(), reduction="none").view(len(rows), -1)
    free = torch.ones_like(lost)
    free[:, 2::COLUMNS] = rows[:, :LINES].eq(net.config.signs)
    return lost * free


@torch.no_grad()
def perplexity(net: causal_transformer.Net, poems: verse.Poems, most: int = MEASURED) -> float:
    """By character, the choice of form and rhyme counted in, nothing asked for."""
    net.eval()
    total = 0.0
    for index in torch.split(torch.arange(min(most, len(poems))), 256):
        total += surprises(net, *poems.at(index, given=0.0)).sum().item()
    return math.exp(total / (min(most, len(poems)) * LENGTH))


def description(settings: Settings, summary: dict[str, Any], alphabet: Alphabet, count: int) -> dict[str, Any]:
    """What config.json says, but for the nets."""
    shipped = not settings.source
    return {
        "task": "write",
        "title": TITLE,
        "licence": "mit" if shipped else "",
        "training": {**summary, "data": verse.SHIPPED if shipped else verse.OWN, "poems": count},
        "values": {"alphabet": alphabet.table()},
    }


class LikelihoodRun(Likelihood):
    """Training of the writer; see `loop.Run`."""

    net: causal_transformer.Net

    def read(self) -> None:
        self.poems, self.held_out = verse.load(self.settings.source)
        self.order = Shuffled(len(self.poems), self.settings.batch, self.seed)

    def writer(self) -> causal_transformer.Net:
        s, alphabet = self.settings, self.poems.alphabet
        if s.model:
            return own(catalog.opened(s.model, "write"), causal_transformer.Net)
        net = causal_transformer.Net(causal_transformer.Config(len(alphabet), len(alphabet.rhymes), width=s.width, layers=s.layers))
        fitted(net, alphabet)
        begun(net, self.poems.poems)
        return net

    def cost(self, k: int) -> Tensor:
        rows, condition = (self.place.part(each) for each in self.poems.at(self.order(k)))
        return surprises(self.net, rows, condition).sum() / (len(rows) * LENGTH)

    def perplexity(self) -> float:
        return perplexity(self.net, self.held_out)

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        nets = {"model": folder.Trained("causal_transformer", self.net.config, self.net)}
        folder.write(path, description(self.settings, summary, self.poems.alphabet, len(self.poems)), nets)
