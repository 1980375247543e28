"""Which nets enlarge, and how often: the shipped ones by kind and factor, any other by its name.

A photo model may name a fidelity model as its sibling; between the two lies a net for every strength (interpolated weights).
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from ganapp.base.errors import UserError
from ganapp.models import catalog, foreign
from ganapp.models.catalog import Loaded
from ganapp.nets import upscaler
from ganapp.upscaling import community, engine, layout
from ganapp.upscaling.engine import Enlarger

KINDS = ("photo", "fidelity")
SHIPPED = re.compile(r"upscale-x[24]-(photo|fidelity)")
STEP = 0.05  # strengths are rounded to this, so that a slider does not fill the memory
OPENED = 512  # models whose opening is remembered
KEPT = 6  # nets in between that are kept
_between: OrderedDict[tuple[Any, ...], upscaler.Net] = OrderedDict()
_opened: set[str] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Manner:
    """strength: 0 fidelity to 1 photo; denoise: 0 as it is to 1 clean it well."""

    strength: float = 1.0
    denoise: float = 0.25


def names(model: str, factor: float) -> tuple[str, ...]:
    """Names of the nets that enlarge a picture `factor` times, in their order: a kind or a shipped model's name stands for the shipped nets
    of that kind at the scale that fits; any other model is applied until the picture is large enough."""
    shipped = SHIPPED.fullmatch(model)
    kind = shipped[1] if shipped else model
    if kind in KINDS:
        scales = (2,) if factor <= 2 else (4,) if factor <= 4 else (4, 2)
        return tuple(f"upscale-x{scale}-{kind}" for scale in scales)
    return (model,) * layout.repeats(facts(model).scale, factor)


@dataclass(frozen=True)
class Facts:
    """What is known of a net before it is loaded. scale, reach, width, key: see engine.Enlarger."""

    scale: int
    reach: int
    width: int
    key: str


UNKNOWN = Facts(4, 24, 1024, "unknown")  # a large one, as far as anybody can tell before it is opened


def far(model: str) -> bool:
    """Whether a model must be fetched or opened before anything is known of it, which may take a while."""
    return ("/" in model or foreign.named(model)) and model not in _opened


def open_(model: str) -> None:
    """Fetch and open a model, so that its facts are known. UserError as `load`."""
    facts(f"upscale-x4-{model}" if model in KINDS else model)
    while len(_opened) >= OPENED:
        _opened.pop()
    _opened.add(model)


def facts(model: str) -> Facts:
    """What the description of a model says. UserError for one that is not there, is for another task or does not say."""
    if foreign.named(model):
        net = community.load(model).net
        return Facts(net.scale, net.reach, net.width, net.key)
    loaded = catalog.load(model, "upscale")
    scale, reach = _promise(loaded, "scale", 1, 8), _promise(loaded, "receptive", 0, 1024)
    settings = loaded.description.parts["model"].net
    width, depth = (settings.get(name) for name in ("width", "depth"))
    if not isinstance(width, int) or not isinstance(depth, int):
        raise UserError("upscale_promise", model=model, name="width")
    return Facts(scale, reach, max(width, 3 * scale**2), f"upscaler-{scale}-{width}-{depth}")


def _promise(loaded: Loaded, name: str, low: int, high: int) -> int:
    value = loaded.description.promises.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise UserError("upscale_promise", model=loaded.id, name=name)
    return value


def load(model: str, manner: Manner) -> Enlarger:
    """The net of one model, at that strength. UserError for a model that is not there, is for another task or is no upscaler."""
    if foreign.named(model):
        return community.load(model).net
    loaded = catalog.load(model, "upscale")
    net = _net(loaded)
    sibling = _sibling(loaded)
    share = round(round(manner.strength / STEP) * STEP, 2)
    if sibling is not None and share < 1:
        net = _mixed(sibling, loaded, share)
    more = {"denoise": manner.denoise} if net.config.denoise else {}
    told = facts(model)
    return Enlarger(model, net.config.scale, net.receptive, told.width, told.key, engine.ours(net, **more))


def _net(loaded: Loaded) -> upscaler.Net:
    net = loaded.net()
    if not isinstance(net, upscaler.Net):
        raise UserError("upscale_promise", model=loaded.id, name="family")
    return net


def _sibling(loaded: Loaded) -> Loaded | None:
    """The fidelity model that a photo model names, if it is there."""
    name = loaded.description.values.get("sibling")
    if not isinstance(name, str) or name == loaded.id:
        return None
    try:
        return catalog.load(name, "upscale")
    except UserError:
        return None


def _mixed(one: Loaded, other: Loaded, share: float) -> upscaler.Net:
    """The net at `share` of the way from one model to another, kept for the next time."""
    digests = tuple(each.description.parts["model"].sha256 for each in (one, other))
    key = (*digests, share)
    with _lock:
        held = _between.get(key)
        if held is not None:
            _between.move_to_end(key)
            return held
    a, b = _net(one), _net(other)
    try:
        made = upscaler.between(a, b, share)
    except ValueError:  # nets of different shape have none in between
        made = b
    with _lock:
        _between[key] = made
        while len(_between) > KEPT:
            _between.popitem(last=False)
    return made


def told(model: str) -> dict[str, Any]:
    """What there is to say of an opened model: the fields of tasks/upscale_model.Result. A kind stands for its net of the larger scale."""
    if foreign.named(model):
        other = community.load(model)
        found: dict[str, Any] = {
            "source": "other",
            "architecture": other.architecture,
            "channels": other.channels,
            "licence": other.licence,
        }
        found |= {"parameters": other.parameters, "megabytes": round(other.size / 1e6, 1), "strength": False, "denoise": False}
    else:
        loaded = catalog.load(f"upscale-x4-{model}" if model in KINDS else model, "upscale")
        net, part = _net(loaded), loaded.description.parts["model"]
        found = {"source": loaded.source, "architecture": part.family, "channels": 3, "licence": loaded.description.licence}
        found["parameters"] = sum(parameter.numel() for parameter in net.parameters())
        found["megabytes"] = round((loaded.folder / part.file).stat().st_size / 1e6, 1)
        found |= {"strength": _sibling(loaded) is not None, "denoise": net.config.denoise}
        model = loaded.id
    known = facts(model)
    return {"id": model, **found, "scale": known.scale, "reach": known.reach}
