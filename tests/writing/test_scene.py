"""Scenes: drawn whole, loosened, altered in what they say, and compared."""

from __future__ import annotations

import random

from ganapp.writing import scene
from ganapp.writing.scene import Thing

SEVEN = Thing("7", "red", "large", "right", "top left")
STAR = Thing("star", "blue", "small", "upright", "bottom middle")


def test_scenes_are_whole_and_in_reading_order() -> None:
    chance = random.Random(1)
    counts = set()
    for _ in range(300):
        drawn = scene.drawn(chance)
        counts.add(len(drawn))
        assert all(thing.attribute(name) for thing in drawn for name in scene.ATTRIBUTES)
        assert drawn == scene.ordered(drawn)
        assert len({thing.place for thing in drawn}) == len(drawn)
    assert counts == {1, 2, 3}


def test_a_loosened_scene_is_still_true_and_an_altered_one_is_not() -> None:
    chance = random.Random(2)
    for _ in range(300):
        real = scene.drawn(chance)
        loose = scene.loosened(real, chance)
        assert all(scene.right(loose, real).values())
        assert not scene.right(scene.altered(real, chance), real)["all"]
        completed = scene.completed(loose, chance)
        assert all(scene.right(loose, completed).values())
        assert all(thing.attribute(name) for thing in completed for name in scene.ATTRIBUTES)


def test_what_is_wrong_is_named() -> None:
    real = (SEVEN, STAR)
    assert scene.right((Thing("7"), Thing("star")), real)["all"]
    assert scene.right((Thing("star"), Thing("7")), real)["all"]
    wrong = scene.right((Thing("7", "blue"), Thing("star")), real)
    assert [name for name, value in wrong.items() if not value] == ["colour", "all"]
    wrong = scene.right((Thing("7", place="top right"),), (SEVEN,))
    assert not wrong["place"]
    assert not scene.right((SEVEN,), real)["count"]
    assert not scene.right((), real)["all"]
    assert not scene.right(real, ())["kind"]
