"""The writer's net: causal, the same a character at a time, and told of tone and rhyme by its tables."""

from __future__ import annotations

import pytest
import torch

from ganapp.nets import causal_transformer, text_discriminator

SMALL = causal_transformer.Config(signs=20, rhymes=3, width=16, layers=2, heads=2)


def net() -> causal_transformer.Net:
    torch.manual_seed(0)
    built = causal_transformer.Net(SMALL).eval()
    built.tone.copy_(torch.arange(20) % 3)
    built.rhyme.copy_(torch.arange(20) // 7)
    torch.nn.init.normal_(built.rhyming, std=0.5)
    return built


def rows(b: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    poem = torch.randint(0, 20, (b, 27), generator=generator)
    condition = torch.stack([torch.randint(0, 4, (b,), generator=generator), torch.randint(0, 3, (b,), generator=generator)], dim=1)
    front = torch.cat([torch.full((b, 4), 20), condition[:, :1] + 21, condition[:, 1:] + 25], dim=1)
    return torch.cat([front, poem], dim=1), condition


def test_a_later_character_changes_nothing_before_it() -> None:
    tokens, condition = rows()
    before = net()(tokens, condition)
    changed = tokens.clone()
    changed[:, 20] = (changed[:, 20] + 1) % 20
    after = net()(changed, condition)
    assert torch.equal(before[:, :20], after[:, :20])
    assert not torch.allclose(before[:, 20:], after[:, 20:])


def test_step_by_step_gives_what_the_whole_row_gives() -> None:
    tokens, condition = rows()
    whole = net()(tokens, condition)
    scores, past = net().continue_(tokens[:, :6], condition)
    parts = [scores]
    for place in range(6, 33):
        scores, past = net().continue_(tokens[:, place : place + 1], condition, past)
        parts.append(scores)
    assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-5)
    assert past.shape == (2, 2, 3, 2, 33, 8)


def test_characters_alike_in_tone_and_rhyme_share_a_direction() -> None:
    built = net()
    before = built.vectors()
    with torch.no_grad():
        built.kinds[1 * 3 + 0] += 1.0  # oblique, rhyme 0: characters 1 and 4
    moved = (built.vectors() - before).abs().sum(1).nonzero().flatten().tolist()
    assert moved == [1, 4]


def test_the_form_and_rhyme_asked_for_change_the_poem_and_not_the_front() -> None:
    tokens, condition = rows()
    other = condition.clone()
    other[:, 1] = (other[:, 1] + 1) % 3
    before, after = net()(tokens, condition), net()(tokens, other)
    assert torch.equal(before[:, :5], after[:, :5])
    assert not torch.allclose(before[:, 5:], after[:, 5:])


@pytest.mark.parametrize("family", [causal_transformer, text_discriminator])
def test_a_width_that_heads_do_not_share_makes_no_net(family: object) -> None:
    with pytest.raises(ValueError, match="multiple of heads"):
        family.Net(family.Config(signs=20, rhymes=3, width=10, heads=4))  # type: ignore[attr-defined]


def test_the_size_that_ships_has_under_two_million_numbers() -> None:
    with torch.device("meta"):
        count = sum(weight.numel() for weight in causal_transformer.Net(causal_transformer.Config()).parameters())
    assert 1_000_000 < count < 2_000_000
