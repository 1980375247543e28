"""A causal transformer that writes English stanzas a word at a time, every line from its rhyme backwards (Lau et al. 2018).

What it knows of a word before any training is in tables of its own: stresses, rhyme, first letter. Words alike in one of them share a part
of their embedding, coming in and going out, so that "rhymes with this" or "begins with L" is one direction. Beside every token it is told
where it stands: the line, the syllables taken and left, the rhyme and the first letter asked for.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Depth, Width
from ganapp.base.validation import settings_class
from ganapp.nets.causal_transformer import Causal, Layer

LETTERS, LINES, SYLLABLES = 26, 5, 13  # of what it is told: letters without ANY, lines and one more, syllables from 0 on


@settings_class
class Config:
    """words; others: tokens that are no words; rhymes: numbered ones; kinds: patterns of stress; length: tokens of a row; width: of a
    token's vector; layers; heads: of attention."""

    words: Width = 8000
    others: Width = 18
    rhymes: Width = 510
    kinds: Width = 32
    length: Width = 60
    width: Width = 160
    layers: Depth = 3
    heads: Depth = 4


class Words(nn.Module):
    """The vectors of words: their own, and what they share with others of their rhyme, stresses and first letter."""

    def __init__(self, words: int, rhymes: int, kinds: int, width: int) -> None:
        super().__init__()
        self.own = nn.Parameter(torch.randn(words, width) * 0.02)
        self.rhymes = nn.Parameter(torch.randn(rhymes, width) * 0.02)
        self.kinds = nn.Parameter(torch.randn(kinds, width) * 0.02)
        self.letters = nn.Parameter(torch.randn(LETTERS, width) * 0.02)
        self.rhyme: Tensor
        self.kind: Tensor
        self.letter: Tensor
        for name in ("rhyme", "kind", "letter"):
            self.register_buffer(name, torch.zeros(words, dtype=torch.long))

    def forward(self) -> Tensor:
        """(words, width). A rhyme without a number adds nothing."""
        return self.own + self.asked(self.rhymes, self.rhyme) + self.kinds[self.kind] + self.letters[self.letter]

    @staticmethod
    def asked(table: Tensor, numbers: Tensor) -> Tensor:
        """Rows of a table, (..., width); nothing for the number after the last."""
        return functional.pad(table, (0, 0, 0, 1))[numbers]


class Net(Causal):
    """Tokens (b, n) int64 and where they stand (b, n, 5) int64 -> scores of the next token (b, n, tokens), before the softmax.

    A row is START, metre, scheme, then the text. where: line, syllables taken, syllables left, rhyme asked for, letter asked for, after
    the token; see writing/metre.py. Tokens as models/lexicon.py counts them.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        if config.width % config.heads:
            raise ValueError("width must be a multiple of heads")
        self.config = c = config
        self.words = Words(c.words, c.rhymes, c.kinds, c.width)
        self.others = nn.Parameter(torch.randn(c.others, c.width) * 0.02)
        self.bias = nn.Parameter(torch.zeros(c.words + c.others))
        self.place = nn.Parameter(torch.randn(c.length, c.width) * 0.02)
        self.line = nn.Parameter(torch.randn(LINES, c.width) * 0.02)
        self.taken = nn.Parameter(torch.randn(SYLLABLES, c.width) * 0.02)
        self.rest = nn.Parameter(torch.randn(SYLLABLES, c.width) * 0.02)
        self.gains = nn.Parameter(torch.ones(2, c.width))  # how much rhyme and letter count
        self.layers = nn.ModuleList(Layer(c.width, c.heads) for _ in range(c.layers))
        self.last = nn.LayerNorm(c.width)

    def vectors(self) -> Tensor:
        """The vector of every token, (tokens, width)."""
        return torch.cat([self.words(), self.others])

    def told(self, where: Tensor) -> Tensor:
        """What `where` (b, n, 5) says, as vectors (b, n, width)."""
        line, taken, rest, rhyme, letter = where.unbind(2)
        asked = self.gains[0] * Words.asked(self.words.rhymes, rhyme) + self.gains[1] * Words.asked(self.words.letters, letter)
        return self.line[line] + self.taken[taken] + self.rest[rest] + asked

    def placed(self, inputs: Tensor, places: Tensor, told: Tensor) -> Tensor:
        return inputs + self.place[places] + self.told(told)
