"""A card that a ZeroGPU Space lends for the length of a call (https://huggingface.co/docs/hub/spaces-zerogpu).

A call that is lent one runs in a process of its own, copied from this one, and only its answer is sent back: what it remembers is not known
afterwards, and nobody sees how far it is. Nets that were read before the copy was made need not be read again; they go to the card inside
of the call, the largest of ours in some milliseconds, so that everything else, previews and measurements, goes on on the processor.
Everywhere else nothing here does anything.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ganapp.base import paths
from ganapp.base.errors import UserError

if TYPE_CHECKING:
    from torch import nn

CARD, PROCESSOR = "cuda", "cpu"
LEAST, MOST = 10, 120  # seconds that a call asks for; a visitor's quota must hold as many, and only those that it takes are taken
START, FASTER = 10.0, 5.0  # seconds until a lent card computes; how many times as fast as a processor it is at least
WORTH = 3.0  # seconds of nets on a processor below which no card is asked for: it would be no sooner, and cost minutes of the day
Request = TypeVar("Request")
Answer = TypeVar("Answer")
Net = TypeVar("Net", bound="nn.Module")
_place = [PROCESSOR]


def lends() -> bool:
    """Whether cards are lent here."""
    return paths.zero_gpu() and importlib.util.find_spec("spaces") is not None


def lent(run: Callable[[Request], Answer], seconds: Callable[[Request], float]) -> Callable[[Request], Answer]:
    """`run`, with a card lent for it where cards are lent, and else itself. seconds: how long a request will want it, 0 for not at all.

    UserError when the card is refused, as it is to who has used up the minutes of the day; those of `run` come through.
    """
    if not lends():
        return run
    spaces = importlib.import_module("spaces")

    def settled(request: Request) -> tuple[Answer | None, UserError | None]:
        _place[0] = CARD
        try:
            return run(request), None
        except UserError as problem:  # what else than an answer comes back from there is the package's own business
            return None, problem
        finally:
            _place[0] = PROCESSOR

    borrowed = spaces.GPU(settled, duration=lambda request: round(min(MOST, max(LEAST, seconds(request)))))

    @functools.wraps(run)
    def call(request: Request) -> Answer:
        if seconds(request) <= 0:
            return run(request)
        try:
            answer, problem = borrowed(request)
        except Exception as refusal:
            if not type(refusal).__module__.startswith("gradio"):
                raise
            raise UserError("card_refused", problem=str(refusal)[:300]) from refusal
        if problem is not None:
            raise problem
        return answer  # type: ignore[no-any-return]

    return call


def wish(net: float, other: float) -> float:
    """Seconds that a card is wanted for work that takes a processor `net` seconds in nets, and `other` seconds beside them, for which a
    card would only be held; 0 for none, where that is most of it or all is done soon."""
    return START + net / FASTER + other if net >= max(WORTH, other) else 0.0


def place() -> str:
    """Where nets compute now: on the card that this call was lent, or on the processor."""
    return _place[0]


def movable(net: Net) -> Net:
    """The net, which from now on computes where `place` says, wherever what it is given lies; its answers come back to the processor."""
    if lends() and not hasattr(net, "lies_on"):
        net.register_forward_pre_hook(_before, with_kwargs=True)
        net.register_forward_hook(lambda _, given, made: _moved(made, PROCESSOR))
        net.lies_on = PROCESSOR  # type: ignore[assignment]
    return net


def computed(net: nn.Module, call: Callable[..., Answer], *given: Any) -> Answer:
    """What `call`, of a net that is `movable`, answers: it is computed where the net is, as its forward is."""
    if not hasattr(net, "lies_on"):
        return call(*given)
    there, _ = _before(net, given, {})
    return cast(Answer, _moved(call(*there), PROCESSOR))


def _before(net: Any, given: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, Any]:
    if net.lies_on != place():
        net.to(place())
        net.lies_on = place()
    return _moved(given, place()), _moved(named, place())


def _moved(value: Any, place: str) -> Any:
    """A value with all its tensors on a device."""
    import torch

    if isinstance(value, torch.Tensor):
        return value.to(place)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{each.name: _moved(getattr(value, each.name), place) for each in dataclasses.fields(value)})
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(_moved(each, place) for each in value))
    if isinstance(value, tuple | list):
        return type(value)(_moved(each, place) for each in value)
    return {name: _moved(each, place) for name, each in value.items()} if isinstance(value, dict) else value
