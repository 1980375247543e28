"""Recipe `replies`: a ranker of replies over the shipped dialogues, and a generator that proposes replies to fool it.

First both learn by likelihood: the reply among those of the batch, and the topic of every text. Then the game of IRGAN (Wang et al. 2017,
"IRGAN: A Minimax Game for Unifying Generative and Discriminative Information Retrieval Models", section 2): the generator chooses replies
of the corpus that the ranker takes for answers, by policy gradient; the ranker learns to put the true reply before them, by the paired
relativistic loss.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.kinds import Share
from ganapp.base.validation import settings_class
from ganapp.losses import relativistic
from ganapp.models import folder
from ganapp.nets import reply_ranker
from ganapp.training.run import states
from ganapp.training.run.descent import descend
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled, mixed
from ganapp.writing import dialogue

APART = -1e4  # score of a reply that may not be chosen


@settings_class
class Settings:
    """batch: pairs a step; rate, decay: of both players, the generator's rate a third in the game; likelihood: share of the steps before
    the game; pool: replies of the corpus, drawn anew for each step, among which the generator chooses `proposals` for each turn; topics:
    weight of the topics' likelihood; drop: share of the n-grams left out; buckets: numbers that n-grams are given as."""

    batch: int = 64
    rate: float = 2e-2
    decay: float = 0.05
    likelihood: Share = 0.6
    pool: int = 256
    proposals: int = 8
    topics: float = 1.0
    drop: Share = 0.3
    buckets: int = 8192


class Corpus:
    """The training pairs of both languages in memory. same (n, n): whether one's reply answers the other's turn too, or is of another
    language, so that it counts as no wrong reply."""

    def __init__(self, buckets: int) -> None:
        by_language = [(language, dialogue.pairs(language, "train")) for language in dialogue.LANGUAGES]
        every = [(language, pair) for language, known in by_language for pair in known]
        self.said = _joined([dialogue.bags([pair.said for pair in known], language, buckets) for language, known in by_language])
        self.replies = _joined([dialogue.bags([pair.reply for pair in known], language, buckets) for language, known in by_language])
        self.topics = torch.tensor([dialogue.topics().index(pair.topic) for _, pair in every])
        said, replies, languages = (_numbered(names) for names in zip(*((p.said.lower(), p.reply.lower(), lang) for lang, p in every)))
        self.same = (said[:, None] == said) | (replies[:, None] == replies) | (languages[:, None] != languages)

    def __len__(self) -> int:
        return len(self.said)


def _joined(parts: list[Tensor]) -> Tensor:
    """Bags (n, most) of several languages as one."""
    most = max(part.shape[1] for part in parts)
    return torch.cat([functional.pad(part, (0, most - part.shape[1])) for part in parts])


def _numbered(names: tuple[str, ...]) -> Tensor:
    """A number for each name, the same for the same (n,)."""
    known: dict[str, int] = {}
    return torch.tensor([known.setdefault(name, len(known)) for name in names])


class RepliesRun(states.Stateful):
    """Training of ranker and generator; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place = seed, here()
        self.data = Corpus(s.buckets)
        self.config = reply_ranker.Config(s.buckets, len(dialogue.topics()), s.drop)
        self.players = {name: self.place.ready(reply_ranker.Net(self.config)) for name in ("ranker", "generator")}
        rarity = self._rarity()
        for net in self.players.values():
            net.rarity.copy_(rarity)
        self.optimisers = {name: torch.optim.AdamW(net.parameters(), s.rate, weight_decay=s.decay) for name, net in self.players.items()}
        self.order = Shuffled(len(self.data), s.batch, seed)

    def _rarity(self) -> Tensor:
        """The inverse document frequency of each n-gram, its logarithm (buckets,)."""
        texts = torch.cat([self.data.said.flatten(), self.data.replies.flatten()])
        counts = torch.bincount(texts, minlength=self.settings.buckets).float()
        return torch.log((2 * len(self.data) + 1) / (counts + 1)).clamp(min=0)

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        index = self.order(k)
        if k < self.settings.likelihood * steps:
            return {"words": self._likelihood("ranker", index), "g_words": self._likelihood("generator", index)}
        return self._game(index)

    def _batch(self, name: str, index: Tensor) -> tuple[reply_ranker.Read, reply_ranker.Read, Tensor]:
        """What a player reads in a batch's turns and replies, and the topics' misfit."""
        net, topics = self.players[name], self.place.part(self.data.topics[index])
        said, replies = (net.read(self.place.part(part[index])) for part in (self.data.said, self.data.replies))
        return said, replies, functional.cross_entropy(said[1], topics) + functional.cross_entropy(replies[1], topics)

    def _gathered(self, replies: reply_ranker.Read) -> reply_ranker.Read:
        """What was read in all processes: every turn is compared with all replies."""
        return self.place.gathered(replies[0]), self.place.gathered(replies[1])

    def _likelihood(self, name: str, index: Tensor) -> float:
        """One step of a player towards the true reply among those of the batch."""
        self.players[name].train()
        said, replies, topics = self._batch(name, index)
        others = self.data.same[index][:, index] & ~torch.eye(len(index), dtype=torch.bool)
        scores = self.players[name].compare(said, self._gathered(replies)).masked_fill(self.place.part(others), APART)
        loss = functional.cross_entropy(scores, self.place.part(torch.arange(len(index))))
        descend(self.optimisers[name], loss + self.settings.topics * topics)
        return loss.item()

    def _game(self, index: Tensor) -> dict[str, float]:
        """One turn of each: the generator proposes replies, the ranker learns to tell them from the true one, and pays the generator."""
        ranker, generator = self.players["ranker"].train(), self.players["generator"].eval()
        for group in self.optimisers["generator"].param_groups:
            group["lr"] = self.settings.rate / 3
        pool = torch.randperm(len(self.data))[: self.settings.pool]
        others = self.place.part(self.data.replies[pool])
        proposed = generator.compare(generator.read(self.place.part(self.data.said[index])), self._gathered(generator.read(others)))
        unfit = self.place.part(self.data.same[index][:, pool])
        odds = proposed.masked_fill(unfit, APART).log_softmax(1)  # (b, pool)
        chosen = self.place.chosen(odds.detach().exp(), self.settings.proposals)  # (b, proposals)
        said, true, topics = self._batch("ranker", index)
        real = ranker.compare(said, true).diagonal()[:, None]  # (b, 1)
        wrong = ranker.compare(said, self._gathered(ranker.read(others))).gather(1, chosen)  # (b, proposals)
        loss = relativistic.discriminator(real, wrong)
        pay = torch.sigmoid(wrong - real).detach()
        reward = pay - pay.mean(1, keepdim=True)  # the mean of the proposals as baseline
        descend(self.optimisers["generator"], -(reward * odds.gather(1, chosen)).mean())
        descend(self.optimisers["ranker"], loss + self.settings.topics * topics)
        return {"d_loss": loss.item(), "fooled": pay.mean().item()}

    def holders(self) -> states.Holders:
        return {**self.players, **{f"{name}_optimiser": optimiser for name, optimiser in self.optimisers.items()}}

    def samples(self) -> Tensor | None:
        return None

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        folder.write(
            path,
            {
                "task": "reply",
                "title": {"en": "Replies", "zh": "应答"},
                "licence": "mit",
                "promises": {"features": self.settings.buckets},
                "training": {**summary, "data": "dialogues"},
            },
            {
                "model": folder.Trained("reply_ranker", self.config, self.players["ranker"]),
                "generator": folder.Trained("reply_ranker", self.config, self.players["generator"]),
            },
        )


def begin(settings: Settings, seed: int) -> RepliesRun:
    """A new run of the recipe."""
    return RepliesRun(settings, seed)
