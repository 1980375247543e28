"""The first stage of the recipe `stanzas`: maximum likelihood."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.models import catalog, folder
from ganapp.models.lexicon import Lexicon
from ganapp.nets import stanza_writer
from ganapp.training.data import stanzas
from ganapp.training.recipes._copies import own
from ganapp.training.recipes._writing_likelihood import Likelihood, neighbours
from ganapp.training.run.randomness import Shuffled

if TYPE_CHECKING:
    from ganapp.training.recipes.stanzas import Settings

MEASURED = 1024  # held-out stanzas
GROUP = 8  # batches whose stanzas are sorted by length among them, so that little of a batch is filled up
TITLE = {"en": "English stanzas", "zh": "英文诗节"}


@torch.no_grad()
def fitted(words: stanza_writer.Words, known: Lexicon) -> None:
    """Give a net what the lexicon says of its words."""
    words.rhyme.copy_(torch.tensor(known.rhyme))
    words.kind.copy_(torch.tensor([known.kinds.index(stress) for stress in known.stress]))
    words.letter.copy_(torch.tensor(known.letters))


@torch.no_grad()
def begun(net: stanza_writer.Net, texts: Tensor, known: Lexicon) -> None:
    """Begin from what counting says: how often tokens come, and which words stand near each other. texts: (n, length)."""
    n = len(known)
    counts = torch.bincount(texts.flatten(), minlength=known.size).float() + 0.1
    net.bias.copy_((counts / counts.sum()).log())
    pairs = torch.zeros(n, n)
    for gap in range(1, 6):
        one, other = texts[:, :-gap].flatten(), texts[:, gap:].flatten()
        both = (one < n) & (other < n)
        pairs.index_put_((one[both], other[both]), torch.full((int(both.sum()),), 1.0 / gap), accumulate=True)
    neighbours(net.words.own, pairs, counts[:n])


def surprises(net: stanza_writer.Net, rows: Tensor, where: Tensor, sizes: Tensor) -> Tensor:
    """-log p of metre, scheme and every token of rows (b, n), all in one row."""
    vectors = net.vectors()
    h, _ = net.think(vectors[rows[:, :-1]], where[:, :-1])
    inside = torch.arange(rows.shape[1] - 1) < (sizes - 1)[:, None]  # (b, n - 1)
    scores = functional.linear(h[inside], vectors, net.bias)
    return functional.cross_entropy(scores.float(), rows[:, 1:][inside], reduction="none")


@torch.no_grad()
def perplexity(net: stanza_writer.Net, held_out: stanzas.Stanzas, most: int = MEASURED) -> float:
    """By word; what marks, ends of lines, metre and scheme cost is counted in, nothing is asked for."""
    net.eval()
    index = torch.arange(min(most, len(held_out)))
    total = sum(surprises(net, *held_out.at(part, given=0.0)).sum().item() for part in torch.split(index, 128))
    return math.exp(total / int(held_out.words[index].sum()))


def description(settings: Settings, summary: dict[str, Any], known: Lexicon, count: int) -> dict[str, Any]:
    """What config.json says, but for the nets."""
    return {
        "task": "stanza",
        "title": TITLE,
        "licence": "" if settings.source else "mit",
        "training": {**summary, "data": stanzas.OTHER if settings.source else stanzas.SHIPPED, "poems": count},
        "values": {"lexicon": known.table()},
    }


class LikelihoodRun(Likelihood):
    """Training of the writer; see `loop.Run`."""

    net: stanza_writer.Net

    def read(self) -> None:
        """An epoch reads rhymed stanzas so many times."""
        s = self.settings
        self.learned, self.held_out = stanzas.load(s.source)
        rhymed = self.learned.rhymed.nonzero().squeeze(1)
        self.chosen = torch.cat([torch.arange(len(self.learned)), *[rhymed] * (s.rhymed - 1)])
        self.order = Shuffled(len(self.chosen), s.batch, self.seed)

    def writer(self) -> stanza_writer.Net:
        s, known = self.settings, self.learned.known
        if s.model:
            return own(catalog.opened(s.model, "stanza"), stanza_writer.Net)
        sizes = {"words": len(known), "others": known.size - len(known), "rhymes": known.rhymes, "kinds": len(known.kinds)}
        net = stanza_writer.Net(stanza_writer.Config(**sizes, length=stanzas.LENGTH, width=s.width, layers=s.layers))
        fitted(net.words, known)
        begun(net, self.learned.tokens, known)
        return net

    def batch(self, k: int) -> Tensor:
        """The stanzas of step k, of about one length."""
        group, part = divmod(k, GROUP)
        index = self.chosen[torch.cat([self.order(group * GROUP + each) for each in range(GROUP)])]
        alike = torch.chunk(index[self.learned.sizes[index].argsort(stable=True)], GROUP)
        return alike[(3 * part + group) % GROUP]  # short and long by turns

    def cost(self, k: int) -> Tensor:
        rows, where, sizes = (self.place.part(each) for each in self.learned.at(self.batch(k)))
        with self.place.fast():
            lost = surprises(self.net, rows, where, sizes)
        return lost.mean() * self.place.weight(len(lost))

    def perplexity(self) -> float:
        return perplexity(self.net, self.held_out)

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        nets = {"model": folder.Trained("stanza_writer", self.net.config, self.net)}
        folder.write(path, description(self.settings, summary, self.learned.known, len(self.learned)), nets)
