"""A causal transformer that writes poems a character at a time (Vaswani et al. 2017; layer norm before each part, Xiong et al. 2020).

In front of a poem stand the first characters its lines are to have, one a line, then its form and its rhyme, which the net chooses itself
where nobody does. What it knows of a character before any training is in two tables of its own, tone and rhyme; characters alike in both
share a part of their embedding, coming in and going out, so that the net can ask for "a level tone, rhyme ang" by one direction.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Depth, Width
from ganapp.base.validation import settings_class

TONES = 3  # level, oblique, either
FORMS = 4


@settings_class
class Config:
    """signs: characters; rhymes: how many there are; lines, columns: of a poem; width: of a token's vector; layers; heads: of attention."""

    signs: Width = 3000
    rhymes: Width = 13
    lines: Depth = 4
    columns: Depth = 7
    width: Width = 160
    layers: Depth = 3
    heads: Depth = 4


class Parts(nn.Module):
    """What a layer is made of, whatever its attention sees: attention, then two linear maps at every place."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mixing, self.joining = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.widening, self.narrowing = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def split(self, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Query, key and value (b, heads, n, d) of h (b, n, width)."""
        b, n, width = h.shape
        query, key, value = self.mixing(self.before(h)).view(b, n, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        return query, key, value

    def joined(self, h: Tensor, mixed: Tensor) -> Tensor:
        """h (b, n, width) with what attention mixed (b, heads, n, d), and both maps."""
        h = h + self.joining(mixed.transpose(1, 2).reshape(h.shape))
        after: Tensor = h + self.narrowing(functional.gelu(self.widening(self.between(h))))
        return after


class Layer(Parts):
    """Attention to what came before."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__(width, heads)
        for last in (self.joining, self.narrowing):
            nn.init.normal_(last.weight, std=0.008)  # small, as parts are summed over the layers

    def forward(self, h: Tensor, seen: Tensor, past: Tensor | None) -> tuple[Tensor, Tensor]:
        """h (b, n, width), seen (n, t + n) of truths, past (2, b, heads, t, d) or None -> h and past, now of t + n places."""
        query, key, value = self.split(h)
        if past is not None:
            key, value = torch.cat([past[0], key], dim=2), torch.cat([past[1], value], dim=2)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        return self.joined(h, mixed), torch.stack([key, value])


class Causal(nn.Module):
    """A net that goes from token to token: what one place may look at, and what is kept of it. Another make says how a token's place is
    told, and gives `layers`, `last`, `bias` and `vectors()`."""

    layers: nn.ModuleList
    last: nn.Module
    bias: nn.Parameter

    def vectors(self) -> Tensor:
        """Of all tokens, (tokens, width)."""
        raise NotImplementedError

    def placed(self, inputs: Tensor, places: Tensor, told: Tensor) -> Tensor:
        """inputs (b, n, width) with what places (n,) and `told` say."""
        raise NotImplementedError

    def think(self, inputs: Tensor, told: Tensor, past: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """As `continue_`, from the tokens' vectors (b, n, width), and with the state before the scores, (b, n, width)."""
        n, before = inputs.shape[1], 0 if past is None else past.shape[4]
        places = torch.arange(n, device=inputs.device) + before
        h = self.placed(inputs, places, told)
        seen = torch.arange(before + n, device=inputs.device) <= places[:, None]  # (n, t + n)
        kept = []
        for number, layer in enumerate(self.layers):
            h, pair = layer(h, seen, None if past is None else past[number])
            kept.append(pair)
        return self.last(h), torch.stack(kept)

    def continue_(self, tokens: Tensor, told: Tensor, past: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Scores after each token of (b, n), and what the next call needs as past, (layers, 2, b, heads, t + n, d)."""
        vectors = self.vectors()
        h, past = self.think(vectors[tokens], told, past)
        return functional.linear(h, vectors, self.bias), past

    def forward(self, tokens: Tensor, told: Tensor) -> Tensor:
        return self.continue_(tokens, told)[0]


class Net(Causal):
    """Tokens (b, n) int64, form and rhyme (b, 2) int64 -> scores of the next token (b, n, tokens), before the softmax.

    A whole row is `lines` tokens for first characters, the form's, the rhyme's, then the characters; the last one need not be put in.
    Tokens: characters, "any", forms, rhymes, as models/alphabet.py counts them.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        if config.width % config.heads:
            raise ValueError("width must be a multiple of heads")
        self.config = c = config
        self.front = c.lines + 2
        self.length = c.lines * c.columns
        tokens = c.signs + 1 + FORMS + c.rhymes
        self.embedding = nn.Parameter(torch.randn(tokens, c.width) * 0.02)
        self.kinds = nn.Parameter(torch.randn(TONES * c.rhymes, c.width) * 0.02)  # of characters alike in tone and rhyme
        self.bias = nn.Parameter(torch.zeros(tokens))
        self.line, self.column = nn.Parameter(torch.randn(c.lines, c.width) * 0.02), nn.Parameter(torch.randn(c.columns, c.width) * 0.02)
        self.place = nn.Parameter(torch.randn(self.front + self.length - 1, c.width) * 0.02)
        self.turns = nn.Parameter(torch.randn(FORMS, self.length, c.width) * 0.02)  # what a form asks for at each place
        self.rhyming = nn.Parameter(torch.zeros(self.length))  # how much the rhyme counts at each place
        self.layers = nn.ModuleList(Layer(c.width, c.heads) for _ in range(c.layers))
        self.last = nn.LayerNorm(c.width)
        self.tone: Tensor
        self.rhyme: Tensor
        self.register_buffer("tone", torch.zeros(c.signs, dtype=torch.long))
        self.register_buffer("rhyme", torch.zeros(c.signs, dtype=torch.long))

    def vectors(self) -> Tensor:
        """The vector of every token, (tokens, width)."""
        alike = self.kinds[self.tone * self.config.rhymes + self.rhyme]  # (signs, width)
        level = self.kinds[: self.config.rhymes]  # what the rhyme words of a regulated poem share
        signs, others, rhymes = self.embedding.tensor_split([self.config.signs, -self.config.rhymes])
        return torch.cat([signs + alike, others, rhymes + level])

    def asked(self, condition: Tensor) -> Tensor:
        """What form and rhyme (b, 2) ask for at every place, (b, front - 1 + length, width): nothing in front of the poem."""
        level = self.kinds[: self.config.rhymes][condition[:, 1]]  # (b, width)
        poem = self.turns[condition[:, 0]] + self.rhyming[:, None] * level[:, None]  # (b, length, width)
        return functional.pad(poem, (0, 0, self.front - 1, 0))

    def places(self) -> Tensor:
        """The vector of every place, (front - 1 + length, width)."""
        grid = (self.line[:, None] + self.column).flatten(0, 1)  # (length, width)
        return self.place + functional.pad(grid, (0, 0, self.front - 1, 0))

    def placed(self, inputs: Tensor, places: Tensor, told: Tensor) -> Tensor:
        return inputs + self.places()[places] + self.asked(told)[:, places]
