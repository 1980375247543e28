"""The later stages of the recipe `verse`: a critic of whole poems, and the game between writer and critic."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from ganapp.losses import gradient_penalty
from ganapp.nets import causal_transformer, text_discriminator
from ganapp.training.data import verse
from ganapp.training.recipes._verse_likelihood import fitted, perplexity
from ganapp.training.recipes._writing_game import MEASURED, Critic, Game, Players
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled
from ganapp.writing.prosody import LENGTH, LINES


def rollout(net: causal_transformer.Net, b: int, temperature: Tensor, warmth: float = 0.0) -> tuple[Tensor, Tensor]:
    """b poems that the writer draws, form and rhyme too. temperature: (b, 1) of its odds. Tokens (b, 28), and as weights of the characters
    (b, 28, signs): one-hot, and with `warmth` above 0 slopes go through as those of a Gumbel softmax of it (Jang et al. 2017)."""
    c, signs, place = net.config, net.config.signs, here()
    vectors = net.vectors()
    condition = torch.zeros(b, 2, dtype=torch.long)
    inputs = vectors[torch.full((b, LINES), signs)]  # no first character is asked for
    past = None
    bounds = ((signs + 1, causal_transformer.FORMS), (signs + 1 + causal_transformer.FORMS, c.rhymes))
    for number, (start, size) in enumerate(bounds):
        h, past = net.think(inputs, condition, past)
        scores = (h[:, -1] @ vectors[start : start + size].T + net.bias[start : start + size]).detach()
        condition = condition.clone()  # what came before still needs it as it was, for its slopes
        condition[:, number] = place.chosen(scores.softmax(1)).squeeze(1)
        inputs = vectors[condition[:, number] + start][:, None]
    tokens, weights = [], []
    for _ in range(LENGTH):
        h, past = net.think(inputs, condition, past)
        scores = (h[:, -1] @ vectors[:signs].T + net.bias[:signs]) / temperature  # (b, signs)
        noisy = scores - place.waits(scores).clamp(min=1e-9).log()  # plus Gumbel noise: its greatest is a draw
        chosen = noisy.argmax(1)
        weight = nn.functional.one_hot(chosen, signs).float()
        if warmth:
            soft = (noisy / warmth).softmax(1)
            weight = weight + soft - soft.detach()
        inputs = (weight @ vectors[:signs] if warmth else vectors[chosen])[:, None]
        tokens.append(chosen)
        weights.append(weight)
    return torch.stack(tokens, dim=1), torch.stack(weights, dim=1)


@torch.no_grad()
def learned(critic: text_discriminator.Net, writer: causal_transformer.Net) -> None:
    """Let a critic begin from what the writer knows of characters and of reading."""
    critic.layers.load_state_dict(writer.layers.state_dict())
    critic.embedding.copy_(writer.embedding[: writer.config.signs])
    critic.kinds.copy_(writer.kinds)
    critic.place.copy_(writer.places()[writer.front - 1 :])
    critic.last.load_state_dict(writer.last.state_dict())


class Poems(Players):
    """A writer of quatrains and its critic."""

    task = "write"
    kinds: ClassVar[dict[str, type[nn.Module]]] = {"model": causal_transformer.Net, "critic": text_discriminator.Net}
    net: causal_transformer.Net
    critic: text_discriminator.Net

    def read(self) -> None:
        self.poems, self.held_out = verse.load(self.settings.source)
        self.order = Shuffled(len(self.poems), self.settings.batch, self.seed)

    def beginner(self) -> text_discriminator.Net:
        c = self.net.config
        critic = text_discriminator.Net(text_discriminator.Config(c.signs, c.rhymes, c.lines, c.columns, c.width, c.layers, c.heads))
        fitted(critic, self.poems.alphabet)
        learned(critic, self.net)
        return critic

    def real(self, k: int) -> Tensor:
        """(b, 28)."""
        return self.place.part(self.poems.poems[self.order(k)])

    def rolled(self, temperature: Tensor, warmth: float = 0.0) -> Tensor:
        """Tokens (b, 28), or with a warmth the weights of the characters (b, 28, signs)."""
        tokens, weights = rollout(self.net, len(temperature), temperature, warmth)
        return weights if warmth else tokens

    def scores(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        scores_real, scores_fake = self.critic(torch.cat([real, fake])).chunk(2)
        return scores_real, scores_fake

    def score(self, real: Tensor) -> Tensor:
        scores: Tensor = self.critic(real)
        return scores

    def felt(self, played: Tensor) -> Tensor:
        return self.critic.judged(played @ self.critic.vectors().detach()).mean(1)

    def slope(self, real: Tensor) -> Tensor:
        vectors = self.critic.vectors()[real].detach().requires_grad_(True)
        return gradient_penalty.zero_centred(self.critic.judged(vectors).mean(1), vectors)

    def judged_held_out(self) -> Tensor:
        return torch.cat([self.critic.of_lines(part) for part in torch.split(self.held_out.poems[:MEASURED], 256)])

    def perplexity(self) -> float:
        return perplexity(self.net, self.held_out)


class CriticRun(Poems, Critic):
    """The critic learns; see `loop.Run`."""


class GameRun(Poems, Game):
    """Writer and critic play; see `loop.Run`."""
