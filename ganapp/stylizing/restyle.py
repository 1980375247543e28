"""A whole photo in a style: made small, painted, and brought back to its full size. What was painted is kept for a while, so that another
strength, mask or choice of colours only needs the last step."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from ganapp.models.painter import Painter
from ganapp.pictures.box import Box
from ganapp.pictures.canvas import Canvas
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Photo
from ganapp.pictures.tiling import Work
from ganapp.stylizing import compose, paint, stroke_size
from ganapp.stylizing.compose import Manner

MIXED = 0.5  # strength below which a picture painted in its own look and the photo are mixed
KEPT = 96 * 2**20  # bytes of small pictures that are held
_held: OrderedDict[tuple[str, ...], Array] = OrderedDict()
_lock = threading.Lock()

Mixture = tuple[tuple[Painter, float], ...]  # painters, and how much each counts; in sum 1


@dataclass(frozen=True)
class Order:
    """What is wanted. mixture: who paints; strokes: how wide, 1 = natural; manner: how it comes back; tile: side of the tiles; digest: what
    the photo is known by, "" where nothing is to be kept; seed: of the noise that strokes are placed by, for painters that take some."""

    mixture: Mixture
    strokes: float
    manner: Manner
    tile: int
    digest: str = ""
    seed: int = 0

    def size(self, shot: Photo) -> tuple[int, int]:
        """Width and height at which it is painted."""
        side = sum(painter.side * share for painter, share in self.mixture)
        return stroke_size.painted((shot.width, shot.height), side, self.strokes)

    @property
    def look(self) -> int:
        """Bytes for each pixel that a look at a whole picture takes, see Painter."""
        return max(painter.look for painter, _ in self.mixture)


@dataclass(frozen=True)
class Restyled:
    """photo: the result; size: width and height at which it was painted; tiles: how many were painted now; work: what it took."""

    photo: Photo
    size: tuple[int, int]
    tiles: int
    work: Work


def restyle(shot: Photo, order: Order) -> Restyled:
    """The photo in a style, of exactly its size. Raises progress.Cancelled between two tiles or strips, and UserError when the memory does
    not suffice."""
    size, work = order.size(shot), Work(order.tile, 0)
    small = _find(order, size, "")
    if small is None:
        small = _keep(order, size, "", compose.reduced(shot, size))
    order = _weakened(order, small)
    missing = [painter for painter, _ in order.mixture if _find(order, size, _called(order, painter)) is None]
    work.total = sum(paint.count(painter, size, order.tile) for painter in missing) + len(compose.strips(shot))
    work.canvas = Canvas.of((small * 255).astype(np.uint8), shot.width, shot.height)
    painted = np.zeros_like(small)
    for painter, share in order.mixture:
        painted += share * _painted(small, painter, order, work)
    tiles = work.done
    made = compose.composed(shot, small, painted, order.manner, work)
    return Restyled(made, size, tiles, work)


def _weakened(order: Order, small: Array) -> Order:
    """The order by painters who are on the way from the small picture's own look to their style, where all of them can: strength is the
    share of that way. As the picture painted in its own look is not quite itself, the last bit of the way to it is a mixture with it."""
    strength = order.manner.strength
    ways = [painter.towards for painter, _ in order.mixture if painter.towards is not None]
    if strength >= 1 or len(ways) < len(order.mixture):
        return order
    weaker = [(towards(small, strength), share) for towards, (_, share) in zip(ways, order.mixture)]
    return replace(order, mixture=tuple(weaker), manner=replace(order.manner, strength=min(1.0, strength / MIXED)))


def _painted(small: Array, painter: Painter, order: Order, work: Work) -> Array:
    """The small picture as one painter paints it."""
    height, width = small.shape[:2]
    key = _called(order, painter)
    held = _find(order, (width, height), key)
    if held is not None:
        return held

    def seen(tile: Array, box: Box) -> None:
        if work.canvas is not None:
            work.canvas.lay((tile * 255).astype(np.uint8), box, height, width)

    return _keep(order, (width, height), key, paint.painted(small, painter, work, seen, order.seed))


def _called(order: Order, painter: Painter) -> str:
    """What is painted alike: by one painter and, where it takes noise, by one seed."""
    return f"{painter.key}~{order.seed}" if painter.noise else painter.key


def _key(order: Order, size: tuple[int, int], painter: str) -> tuple[str, ...]:
    return (order.digest, f"{size[0]}x{size[1]}", painter)


def _find(order: Order, size: tuple[int, int], painter: str) -> Array | None:
    """What is held of a picture at that size: by whom, or the small copy itself under ""."""
    if not order.digest:
        return None
    key = _key(order, size, painter)
    with _lock:
        if key in _held:
            _held.move_to_end(key)
        return _held.get(key)


def _keep(order: Order, size: tuple[int, int], painter: str, made: Array) -> Array:
    """Hold it for the next time; the oldest go when it is too much."""
    if order.digest and made.nbytes <= KEPT // 4:
        with _lock:
            _held[_key(order, size, painter)] = made
            total = sum(each.nbytes for each in _held.values())
            while total > KEPT:
                total -= _held.popitem(last=False)[1].nbytes
    return made
