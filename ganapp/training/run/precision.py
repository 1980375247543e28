"""Mixed precision in training, where a trial shows that it pays: the nets in bfloat16, what is done with their answers in single precision.

A processor with the instructions computes a convolution, forwards and backwards, in half the time; but its threads wait for each other
more often, so that on a busy machine several of them can be slower than in single precision. So the trial takes as many threads as the
run, and counts what their waiting costs. Losses, penalties, optimisers and averages see numbers of single precision.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache, wraps
from types import MethodType
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from ganapp.machine import precision

AnyNet = TypeVar("AnyNet", bound=nn.Module)
ANSWERS = ("forward", "features", "score", "layers", "distribution")  # methods by which nets of ours answer
BATCH, WIDTH, SIDE = 16, 32, 24  # of what is tried
_begun: bool | None = None


def go_on(fast: bool | None) -> None:
    """What this process trains from now on goes on in the precision that it began with; None for what begins now."""
    global _begun  # noqa: PLW0603 - a process trains one run
    _begun = fast


def has_bf16() -> bool:
    """Whether nets are trained in bfloat16: this CPU has AVX-512 BF16 or AMX, and the run began so, or a trial says that it pays."""
    return precision.able() and (_pays(torch.get_num_threads()) if _begun is None else _begun)


@cache
def _pays(threads: int) -> bool:
    """Whether a step of two convolutions, forwards and backwards, is done sooner in bfloat16 on so many threads. What pays is remembered;
    what does not is tried again by the next process, since the machine may have been busy."""
    kind = f"training, threads: {threads}"
    if precision.of_kind(kind) == precision.FAST:
        return True
    with torch.random.fork_rng(devices=[]), torch.inference_mode(False), torch.enable_grad():
        down, up = nn.Conv2d(WIDTH, 2 * WIDTH, 4, 2, 1), nn.ConvTranspose2d(2 * WIDTH, WIDTH, 4, 2, 1)
        net = channels_last(nn.Sequential(down, nn.LeakyReLU(0.2), up))
        x = torch.randn(BATCH, WIDTH, SIDE, SIDE).contiguous(memory_format=torch.channels_last).requires_grad_()

    def step(fast: bool) -> None:
        with torch.enable_grad(), precision.autocast() if fast else nullcontext():
            net(x).float().square().mean().backward()

    for fast in (False, True):  # the first time takes longer
        step(fast)
    exact, quick = precision.seconds(lambda: step(False), lambda: step(True), clock=time.process_time)
    if quick <= precision.PAYS * exact:
        precision.keep(kind, exact, quick)
        return True
    return False


def fast() -> AbstractContextManager[object]:
    """Autocast to bfloat16 on a CPU where it pays, else nothing."""
    return precision.autocast() if has_bf16() else nullcontext()


def channels_last(net: AnyNet) -> AnyNet:
    """`net` with its weights laid out as (h, w, c): quicker convolutions on a CPU. Its inputs may stay as they are."""
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return net


def mixed(net: AnyNet, fast: Callable[[], AbstractContextManager[object]]) -> AnyNet:
    """`net`, which computes within `fast()` and answers in single precision; where the caller is within autocast already it answers as
    that has it. Copies of the net do the same."""
    for part in net.values() if isinstance(net, nn.ModuleDict) else [net]:
        for name in ANSWERS:
            if hasattr(type(part), name):
                setattr(part, name, MethodType(_within(getattr(type(part), name), fast), part))
    return net


def _within(method: Callable[..., Any], fast: Callable[[], AbstractContextManager[object]]) -> Callable[..., Any]:
    @wraps(method)
    def answer(net: nn.Module, *given: Any, **more: Any) -> Any:
        if torch.is_autocast_enabled("cpu") or torch.is_autocast_enabled("cuda"):
            return method(net, *given, **more)
        with fast():
            return _single(method(net, *given, **more))

    return answer


def _single(answer: Any) -> Any:
    """Tensors of half precision in an answer made single; lists and tuples of them too."""
    if isinstance(answer, Tensor):
        return answer.float() if answer.dtype == torch.bfloat16 else answer
    return type(answer)(map(_single, answer)) if type(answer) in (list, tuple) else answer
