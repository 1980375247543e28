"""Training in bfloat16: recipes that use it, what stays in single precision, that it learns and resumes. On any processor, only slowly."""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ganapp.base.order_file import Order
from ganapp.machine import precision as measured
from ganapp.machine import processor
from ganapp.metrics import vgg
from ganapp.nets import patch_discriminator, stylizer
from ganapp.training.run import checkpoint, loop, precision
from ganapp.training.run.place import Place
from tests.training import test_together, together

CPU = Place(torch.device("cpu"))
SINGLE = (  # the nets of words, without convolutions for the most part
    *("verse", "verse-critic", "verse-game", "stanzas-critic", "stanzas-game"),
    *("replies", "replies-game", "captions", "drawn-speech-reading"),
)
NOISY = {"accuracy", "d_order", "d_right_real", "d_right_fake"}  # shares of a few pictures


@pytest.fixture(autouse=True)
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor with the instructions, on which they pay."""
    torch.set_num_threads(1)
    monkeypatch.delenv("GANAPP_PRECISION", raising=False)
    monkeypatch.setattr(processor, "abilities", lambda: frozenset({"avx512_bf16"}))
    monkeypatch.setattr(precision, "_pays", lambda _: True)
    monkeypatch.setattr(precision, "_begun", None)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Order]]:
    with pytest.MonkeyPatch.context() as patch:
        eye = together.Eye().requires_grad_(False)
        patch.setattr(vgg, "features", lambda: eye)
        yield together.orders(tmp_path_factory.mktemp("pictures"))


def halves(net: nn.Module) -> list[torch.dtype]:
    """The kinds of numbers that convolutions of the net give from now on."""
    seen: list[torch.dtype] = []
    for each in net.modules():
        if isinstance(each, nn.Conv2d):
            each.register_forward_hook(lambda _, __, out: seen.append(out.dtype))
    return seen


def kinds(held: Any) -> set[torch.dtype]:
    """Kinds of the broken numbers in a state."""
    return {each.dtype for each in checkpoint.tensors(held) if each.is_floating_point()}


def test_a_net_computes_in_half_and_answers_in_single_precision_and_so_do_its_copies() -> None:
    net = CPU.ready(patch_discriminator.Net(patch_discriminator.Config(4)))
    for each in (net, copy.deepcopy(net)):
        seen, x = halves(each), torch.zeros(1, 3, 32, 32)
        answers = [each(x), *each.features(x), each.score(each.features(x))]
        assert set(seen) == {torch.bfloat16}
        assert {answer.dtype for answer in answers} == {torch.float32}
        with CPU.fast():
            assert each(x).dtype == torch.bfloat16
    assert net.state_dict().keys() == patch_discriminator.Net(patch_discriminator.Config(4)).state_dict().keys()
    twin = copy.deepcopy(net)
    with torch.no_grad():
        twin.head.bias.add_(1.0)
    assert not torch.equal(twin(x), net(x))


def test_what_is_first_computed_without_gradients_has_some_afterwards() -> None:
    """Within one block: the candidates are drawn without, the chosen one with them."""
    net, x = nn.Conv2d(3, 4, 3), torch.rand(1, 3, 8, 8)
    with measured.autocast():
        with torch.no_grad():
            net(x)
        net(x).float().sum().backward()
    assert net.weight.grad is not None
    assert net.weight.grad.abs().sum() > 0


def test_parts_in_a_dictionary_are_made_ready_too() -> None:
    parts = CPU.ready(nn.ModuleDict({"critic": patch_discriminator.Net(patch_discriminator.Config(4))}))
    seen = halves(parts)
    critic: Any = parts["critic"]
    assert critic(torch.zeros(1, 3, 32, 32)).dtype == torch.float32
    assert set(seen) == {torch.bfloat16}


def test_statistics_and_colours_stay_in_single_precision() -> None:
    net = stylizer.Net(stylizer.Config(8, 8, 4, (1,)))
    x = torch.rand(1, 3, 32, 32) * 2 - 1
    with torch.no_grad():
        exact = net.look(x)
        with CPU.fast():
            look = net.look(x)
    assert torch.equal(look.mean, exact.mean)
    assert torch.equal(look.matrix, exact.matrix)
    assert kinds(list(look.norms)) == {torch.float32}
    for one, other in zip(look.norms, exact.norms, strict=True):
        torch.testing.assert_close(one, other, rtol=0.05, atol=0.02)


def carried_out(order: Order, fast: bool, monkeypatch: pytest.MonkeyPatch) -> tuple[list[dict[str, float]], dict[str, Any]]:
    """What two steps of an order log, and the state after them."""
    monkeypatch.setattr(precision, "has_bf16", lambda: fast)
    torch.manual_seed(order.seed)
    run = loop.begin(order)
    return [run.step(k, 20) for k in range(2)], run.state()


@pytest.mark.parametrize("name", [name for name in test_together.NAMES if name not in SINGLE])
def test_recipes_step_as_in_single_precision(name: str, orders: dict[str, Order], monkeypatch: pytest.MonkeyPatch) -> None:
    (exact, single), (fast, state) = (carried_out(orders[name], half, monkeypatch) for half in (False, True))
    assert kinds(state) == {torch.float32}
    pairs = zip(checkpoint.tensors(single), checkpoint.tensors(state), strict=True)
    assert not all(torch.equal(one, other) for one, other in pairs), "nothing was computed in bfloat16"
    for one, other in zip(exact, fast, strict=True):
        assert one.keys() == other.keys()
        for key in one.keys() - NOISY:
            assert math.isfinite(other[key])
            assert other[key] == pytest.approx(one[key], rel=0.15, abs=0.05), key


@pytest.mark.parametrize("name", SINGLE)
def test_recipes_of_words_stay_in_single_precision(name: str, orders: dict[str, Order], monkeypatch: pytest.MonkeyPatch) -> None:
    (exact, single), (fast, state) = (carried_out(orders[name], half, monkeypatch) for half in (False, True))
    assert fast == exact
    for one, other in zip(checkpoint.tensors(single), checkpoint.tensors(state), strict=True):
        assert torch.equal(one, other)


def test_it_learns_as_well_as_in_single_precision(orders: dict[str, Order], monkeypatch: pytest.MonkeyPatch) -> None:
    order = orders["upscale-fidelity"]
    ends = []
    for fast in (False, True):
        monkeypatch.setattr(precision, "has_bf16", lambda fast=fast: fast)
        torch.manual_seed(1)
        run = loop.begin(order)
        told = [run.step(k, 60)["l1"] for k in range(60)]
        ends.append(sum(told[-15:]) / sum(told[:15]))
    assert ends[1] < 1
    assert ends[1] == pytest.approx(ends[0], rel=0.03)


@pytest.mark.parametrize("fast", [True, False])
def test_a_run_goes_on_in_the_precision_it_began_with(
    fast: bool, orders: dict[str, Order], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = dataclasses.replace(orders["gan"], steps=4, every=2)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for place in (whole, parts):
        place.mkdir()
    monkeypatch.setattr(precision, "_pays", lambda _: fast)
    loop.train(order, whole)
    with loop.Training(order, parts) as training:
        while training.done < 2:
            training.advance()
    monkeypatch.setattr(precision, "_pays", lambda _: not fast)  # the machine is busier now, or less so
    loop.train(order, parts)
    ends = [torch.load(place / loop.CHECKPOINT, weights_only=True) for place in (whole, parts)]
    assert [end["bfloat16"] for end in ends] == [fast, fast]
    for one, other in zip(*(list(checkpoint.tensors(end["run"])) for end in ends), strict=True):
        assert torch.equal(one, other)


def trial(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., bool]:
    """The trial itself, nothing known."""
    monkeypatch.undo()
    monkeypatch.delenv("GANAPP_PRECISION", raising=False)
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setattr(processor, "abilities", lambda: frozenset({"avx512_bf16"}))
    monkeypatch.setattr(measured, "_kinds", {})
    monkeypatch.setattr(precision, "_begun", None)
    precision._pays.cache_clear()
    return precision.has_bf16


def test_what_pays_is_remembered_and_what_does_not_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pays = trial(monkeypatch, tmp_path)
    trials: list[int] = []

    def answering(exact: float, fast: float) -> None:
        def seconds(*works: Callable[[], object], clock: object) -> list[float]:
            trials.append(len(works))
            for work in works:
                work()
            return [exact, fast]

        monkeypatch.setattr(measured, "seconds", seconds)

    drawn = torch.random.get_rng_state()
    for exact, fast, known in ((1.0, 1.2, False), (2.0, 1.0, True), (1.0, 3.0, True)):
        answering(exact, fast)
        precision._pays.cache_clear()  # another process
        assert pays() is known
    assert len(trials) == 2
    assert torch.equal(torch.random.get_rng_state(), drawn), "a trial must not draw from the numbers of the run"
    precision._pays.cache_clear()


def test_without_the_instructions_nothing_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pays = trial(monkeypatch, tmp_path)
    monkeypatch.setattr(processor, "abilities", lambda: frozenset({"avx2"}))
    monkeypatch.setattr(precision, "_pays", lambda _: pytest.fail("it was tried"))
    assert not pays()
    x: Tensor = CPU.ready(nn.Conv2d(3, 4, 3))(torch.zeros(1, 3, 8, 8))
    assert x.dtype == torch.float32
