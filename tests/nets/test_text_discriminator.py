"""The critic of poems: an opinion on every line, in the sight of the whole, with slopes that go through to the characters."""

from __future__ import annotations

import torch

from ganapp.nets import text_discriminator

CONFIG = text_discriminator.Config(signs=20, rhymes=3, width=16, layers=2, heads=2)


def net() -> text_discriminator.Net:
    torch.manual_seed(0)
    return text_discriminator.Net(CONFIG)


def test_a_poems_score_is_the_mean_of_its_lines() -> None:
    poems = torch.randint(0, 20, (5, 28), generator=torch.Generator().manual_seed(0))
    critic = net()
    assert critic.of_lines(poems).shape == (5, 4)
    assert torch.allclose(critic(poems), critic.of_lines(poems).mean(1))


def test_a_line_is_judged_in_the_sight_of_the_others() -> None:
    poems = torch.randint(0, 20, (1, 28), generator=torch.Generator().manual_seed(0))
    other = poems.clone()
    other[0, -1] = (other[0, -1] + 1) % 20
    assert not torch.allclose(net().of_lines(poems)[:, 0], net().of_lines(other)[:, 0])


def test_a_penalty_on_slopes_reaches_the_weights() -> None:
    critic = net()
    vectors = critic.vectors()[torch.zeros(2, 28, dtype=torch.long)].detach().requires_grad_(True)
    slope = torch.autograd.grad(critic.judged(vectors).sum(), vectors, create_graph=True)[0]
    slope.square().sum().backward()
    assert float(critic.layers[0].mixing.weight.grad.abs().sum()) > 0
