"""The precision a net is computed in: bfloat16 where this processor multiplies it, a trial shows that it pays, and the picture stays.

Processors with AVX-512 BF16 or AMX do a convolution in bfloat16 in half the time or less. What that is worth to a kind of net is measured
at its first use, on one thread in processor seconds, so that whatever else the machine does has no say in it; it is kept in the runs folder
with the processor's name and torch's version. Convolutions and matrices are computed so (torch's autocast); what must be exact, such as the
short way past a net or the statistics of a picture, its own code keeps in single precision.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import torch
from torch import Tensor

from ganapp.base import paths, writing
from ganapp.machine import lending, processor

EXACT, FAST = "float32", "bfloat16"
INSTRUCTIONS = ("avx512_bf16", "amx_bf16")
PAYS = 0.9  # of the time in single precision that bfloat16 may take at most
TURNS, ENOUGH = 3, 0.5  # measurements of each at most, the least counts; seconds after which no more are made
LEVELS = 1.0  # of 255 that a picture may differ by in the mean
LOST = 0.05  # dB of its PSNR to an original that a picture may lose
NEAR = 33.0  # dB of it that any net here reaches at most

_lock = threading.Lock()
_kinds: dict[str, bool] = {}  # what this process knows of kinds of nets: whether bfloat16 pays


def able() -> bool:
    """Whether this processor multiplies bfloat16 (as far as Linux says), and nobody forbids it (`GANAPP_PRECISION`). On a card that is lent
    nothing is tried out."""
    return paths.precision() != EXACT and lending.place() == lending.PROCESSOR and not processor.abilities().isdisjoint(INSTRUCTIONS)


def autocast(device: str = "cpu") -> AbstractContextManager[object]:
    """Inside, convolutions and matrices are computed in bfloat16 on a kind of device. Weights are cast anew for each use: torch before 2.11
    gives those that were cast without gradients to what is to have some, which breaks the step, or the process."""
    return torch.autocast(device, torch.bfloat16, cache_enabled=False)


def of_kind(kind: str) -> str:
    """The precision that nets of a kind are computed in, as far as is known without a trial; EXACT before that."""
    return FAST if able() and _known(kind) else EXACT


def picture(side: int) -> Tensor:
    """Waves with an edge and some grain, (1, 3, side, side) in [0, 1]: what a net is tried with."""
    y, x = torch.meshgrid(torch.arange(side) / 9, torch.arange(side) / 7, indexing="ij")
    waves = torch.stack([torch.sin(x + y / 2), torch.cos(y - x / 3), torch.sin(x * y / 20)])
    waves[:, side // 3 :, : side // 2] *= -0.7
    grain = torch.randn(waves.shape, generator=torch.Generator().manual_seed(0))
    return (0.5 + 0.35 * waves + 0.03 * grain).clamp(0, 1).unsqueeze(0)


@dataclass
class Quick:
    """A net's call in the precision that suits it here; safe for threads. kind: nets of one kind take the same time; call: gives a picture;
    given: what it is tried with; span: of its levels, 1 for [0, 1]; near: dB of PSNR to an original that its pictures reach at most."""

    kind: str
    call: Callable[..., Tensor] = field(repr=False)
    given: Callable[[], Sequence[Any]] = field(repr=False)
    span: float = 1.0
    near: float = NEAR
    _fast: bool | None = field(default=None, repr=False)

    def __call__(self, *given: Any) -> Tensor:
        """What the call gives, in single precision."""
        return self._in(self.engine() == FAST, *given)

    def engine(self) -> str:
        """The precision it is computed in, after a trial where there was none yet."""
        if not able():
            return EXACT
        if self._fast is None:
            self._fast = _tried(self)
        return FAST if self._fast else EXACT

    def _in(self, fast: bool, *given: Any) -> Tensor:
        with autocast() if fast else nullcontext():
            return self.call(*given).float()


def _tried(quick: Quick) -> bool:
    """Whether a net gives the same picture in bfloat16, and that pays."""
    if _known(quick.kind) is False:
        return False
    with _lock, torch.inference_mode():
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            given = quick.given()
            if not alike(quick._in(False, *given), quick._in(True, *given), quick.span, quick.near):
                return False
            if _known(quick.kind) is None:
                keep(quick.kind, *seconds(lambda: quick._in(False, *given), lambda: quick._in(True, *given)))
        except (RuntimeError, TypeError):  # a layer that cannot do it, or too little memory for the trial
            return False
        finally:
            torch.set_num_threads(threads)
        return bool(_known(quick.kind))


def alike(exact: Tensor, fast: Tensor, span: float = 1.0, near: float = NEAR) -> bool:
    """Whether pictures are the same within what is allowed, LEVELS and LOST, which adds so much to the squared error of a picture of `near`
    dB. span: of their levels."""
    apart = (fast.double() - exact.double()) / span
    most = (10 ** (LOST / 10) - 1) * 10 ** (-near / 10)
    return float(apart.abs().mean()) * 255 <= LEVELS and float(apart.square().mean()) <= most


def seconds(*works: Callable[[], object], clock: Callable[[], float] = time.thread_time) -> list[float]:
    """Least processor seconds that each of some works takes, done in turns."""
    taken: list[list[float]] = [[] for _ in works]
    while len(taken[0]) < TURNS and sum(map(sum, taken)) < ENOUGH:
        for work, its in zip(works, taken):
            begun = clock()
            work()
            its.append(clock() - begun)
    return [min(each) for each in taken]


def _known(kind: str) -> bool | None:
    """Whether bfloat16 pays for a kind of net; None where nobody has tried."""
    if kind not in _kinds and kind in (kept := _kept()):
        exact, fast = kept[kind]
        _kinds[kind] = fast <= PAYS * exact
    return _kinds.get(kind)


def keep(kind: str, exact: float, fast: float) -> None:
    """Remember the seconds that a kind of work took in single precision and in bfloat16, here and in the runs folder."""
    _kinds[kind] = fast <= PAYS * exact
    kinds = {**_kept(), kind: [round(exact, 5), round(fast, 5)]}
    with suppress(OSError):  # a folder that cannot be written: it is measured again
        place = paths.processor_trials()
        place.parent.mkdir(parents=True, exist_ok=True)
        writing.write(place, json.dumps({**_here(), "kinds": kinds}, indent=1) + "\n")


def _kept() -> dict[str, tuple[float, float]]:
    """Seconds in single precision and in bfloat16 by the kind of net, as measured on this processor with this torch."""
    try:
        held = json.loads(paths.processor_trials().read_text(encoding="utf-8"))
        if {name: held[name] for name in _here()} == _here():
            return {str(kind): (float(exact), float(fast)) for kind, (exact, fast) in held["kinds"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        pass
    return {}


@cache
def _here() -> dict[str, str]:
    return {"processor": processor.name(), "torch": torch.__version__}
