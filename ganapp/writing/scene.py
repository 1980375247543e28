"""The closed world of the captions: one to three things, each in a place of its own; a digit or a shape, with colour, size and slant.

An attribute that a sentence leaves open is "".
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations

DIGITS = tuple(str(number) for number in range(10))
SHAPES = ("circle", "square", "triangle", "star", "heart")
VALUES = {
    "kind": (*DIGITS, *SHAPES),
    "colour": ("red", "orange", "green", "blue", "purple", "black"),
    "size": ("small", "large"),
    "slant": ("left", "upright", "right"),
}
COLUMNS, ROWS = ("left", "middle", "right"), ("top", "middle", "bottom")
PLACES = tuple(f"{row} {column}" for row in ROWS for column in COLUMNS)  # row by row
ATTRIBUTES = (*VALUES, "place")
MOST = 3  # things in a scene
GRID = 3  # places to a side
FIELDS = {"kind": len(VALUES["kind"]) + 1, **{name: len(values) for name, values in VALUES.items() if name != "kind"}}  # 0: no thing
WIDTH = sum(FIELDS.values())  # numbers that tell of one place


@dataclass(frozen=True)
class Thing:
    """kind: a digit or the name of a shape; place: one of PLACES; "" for what is left open."""

    kind: str
    colour: str = ""
    size: str = ""
    slant: str = ""
    place: str = ""

    def attribute(self, name: str) -> str:
        """One of ATTRIBUTES by its name."""
        value: str = getattr(self, name)
        return value


Scene = tuple[Thing, ...]


def drawn(random_: random.Random) -> Scene:
    """A whole scene at random, in reading order."""
    places = sorted(random_.sample(range(len(PLACES)), random_.randint(1, MOST)))
    return tuple(Thing(**{name: random_.choice(values) for name, values in VALUES.items()}, place=PLACES[place]) for place in places)


def whole(scene: Scene) -> bool:
    """Whether a scene leaves nothing open."""
    return bool(scene) and all(thing.attribute(name) for thing in scene for name in ATTRIBUTES)


def completed(scene: Scene, random_: random.Random) -> Scene:
    """The scene with all that is left open drawn at random; no place twice."""
    free = [place for place in PLACES if place not in {thing.place for thing in scene}]
    random_.shuffle(free)
    whole = []
    for thing in scene:
        told = {name: thing.attribute(name) or random_.choice(values) for name, values in VALUES.items()}
        whole.append(Thing(**told, place=thing.place or free.pop()))
    return ordered(whole)


def loosened(scene: Scene, random_: random.Random, share: float = 0.3) -> Scene:
    """The scene with each attribute but the kind left open with this probability, its things in any order."""
    things = [replace(thing, **{name: "" for name in ATTRIBUTES if name != "kind" and random_.random() < share}) for thing in scene]
    random_.shuffle(things)
    return tuple(things)


def altered(scene: Scene, random_: random.Random) -> Scene:
    """A scene that differs in one attribute that is told: another kind, colour, size, slant or place, or a thing that is gone."""
    told = [(i, name) for i, thing in enumerate(scene) for name in ATTRIBUTES if thing.attribute(name)]
    i, name = random_.choice(told)
    things = list(scene)
    if len(scene) > 1 and random_.random() < 0.1:
        del things[i]
        return tuple(things)
    taken = {thing.place for thing in scene} if name == "place" else {things[i].attribute(name)}
    others = [value for value in (PLACES if name == "place" else VALUES[name]) if value not in taken]
    things[i] = replace(things[i], **{name: random_.choice(others)})
    return tuple(things)


def ordered(things: Sequence[Thing]) -> Scene:
    """The things row by row; those without a place come last."""
    return tuple(sorted(things, key=lambda thing: PLACES.index(thing.place) if thing.place else len(PLACES)))


def right(told: Scene, real: Scene) -> dict[str, bool]:
    """Whether each attribute that `told` says of its things is so in `real`, a whole scene; "count"; and "all" when everything is.

    A thing is held beside the one in its place; things without a place beside those that they fit best.
    """
    places = {thing.place: thing for thing in real}
    placed = [(thing, places.get(thing.place)) for thing in told if thing.place]
    loose = [thing for thing in told if not thing.place]
    taken = {thing.place for thing, _ in placed}
    left: list[Thing | None] = [thing for thing in real if thing.place not in taken]
    left += [None] * (len(loose) - len(left))
    ways = [list(zip(loose, way)) for way in permutations(left, len(loose))]
    pairs = placed + max(ways, key=lambda way: sum(_agree(name, *pair) for pair in way for name in ATTRIBUTES))
    verdict = {name: all(_agree(name, *pair) for pair in pairs) for name in ATTRIBUTES}
    verdict["count"] = len(told) == len(real)
    return {**verdict, "all": all(verdict.values())}


def _agree(name: str, thing: Thing, real: Thing | None) -> bool:
    """Whether what is said of an attribute is so; it is where nothing is said."""
    return thing.attribute(name) in ("", real.attribute(name) if real else None)
