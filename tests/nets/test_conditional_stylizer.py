"""The conditional stylizer's promises: how far it looks, tiles by the look of the whole, batches, and styles between two codes."""

import pytest
import torch

from ganapp.nets import conditional_stylizer
from ganapp.nets.conditional_stylizer import Config
from tests.nets.test_fields_of_view import seen
from tests.nets.test_stylizer import picture

KINDS = [Config(3, 6, 6, 8, blocks=2), Config(5, 4, 6, 8, normed=False, blocks=1, wide=6, fine=6)]
CODE = torch.tensor([0.7, 0.3, 0, 0.1, -0.2])


def net(config: Config) -> conditional_stylizer.Net:
    torch.manual_seed(0)
    made = conditional_stylizer.Net(config).eval().requires_grad_(False)
    made.tell.bias += 0.5
    return made


@pytest.mark.parametrize("config", KINDS)
def test_it_looks_no_further_than_it_says(config: Config) -> None:
    made, code, x = net(config), CODE[: config.codes], torch.randn(1, 3, 128, 128)
    look = made.look(x, code)
    spans = [(place, *seen(lambda x: made(x, code, look), x, place)) for place in range(64, 72)]
    furthest = max(max(place - first, last - place) for place, first, last in spans)
    assert furthest <= made.receptive < furthest + conditional_stylizer.MULTIPLE


@pytest.mark.parametrize("config", KINDS)
@torch.no_grad()
def test_a_tile_with_the_look_of_the_whole_is_that_part_of_it(config: Config) -> None:
    made, code, x = net(config), CODE[: config.codes], picture(160, 208)
    whole, look = made(x, code), made.look(x, code)
    assert torch.allclose(made(x, code, look), whole, atol=1e-4)
    assert len(look) == 2 * config.blocks + 3 + 3 * config.normed
    reach = -(-made.receptive // 8) * 8
    assert reach < 100
    tile = made(x[..., 96 - reach :], code, look)[..., reach:]
    assert torch.allclose(tile, whole[..., 96:], atol=1e-4)
    assert (made(x[..., 96:], code) - whole[..., 96:]).abs().max() > 0.05  # its own statistics are others


@torch.no_grad()
def test_a_mixture_of_codes_is_a_mixture_of_scales_and_shifts() -> None:
    made = net(KINDS[0])
    one, other = torch.eye(3)[0], torch.eye(3)[2]
    numbers = made.tell(torch.lerp(one, other, 0.25))
    assert torch.allclose(numbers, 0.75 * made.tell(one) + 0.25 * made.tell(other), atol=1e-6)
    assert len(numbers) == made.numbers
