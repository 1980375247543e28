"""What was measured of each method so far, and a file of it, so that a long evaluation goes on where it was stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ganapp.base import writing
from ganapp.metrics.patch_distance import Crowd

NAMES = ("psnr", "ssim", "lpips", "seconds")
Key = tuple[int, str, str]  # size, class of masks, method


@dataclass
class Tally:
    """What one method did on all cases of a size and class: a list per measure, and its holes' patches."""

    values: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in NAMES})
    crowd: Crowd = field(default_factory=Crowd)


@dataclass
class Tallies:
    """All tallies of one evaluation. about: what is measured with what; pictures: how many are done."""

    about: str
    pictures: int = 0
    of: dict[Key, Tally] = field(default_factory=dict)

    def at(self, key: Key) -> Tally:
        """The tally of that key, empty at first."""
        return self.of.setdefault(key, Tally())

    def keep(self, path: Path) -> None:
        """Write all of it to `path` at once, as an .npz file."""
        head = {"about": self.about, "pictures": self.pictures, "keys": list(self.of), "values": [t.values for t in self.of.values()]}
        crowds = [tally.crowd for tally in self.of.values()]
        arrays: dict[str, Any] = {
            "head": np.array(json.dumps(head)),
            "counts": np.array([crowd.count for crowd in crowds]),
            "totals": np.array([crowd.total for crowd in crowds]),
            "squares": np.array([crowd.squares for crowd in crowds]),
        }

        path.parent.mkdir(parents=True, exist_ok=True)
        with writing.telling_when_full(), writing.replacing(path) as partial, partial.open("wb") as file:
            np.savez(file, **arrays)


def resumed(path: Path | None, about: str) -> Tallies:
    """The tallies that `path` keeps, if they are about the same; else new ones."""
    if path is None or not path.is_file():
        return Tallies(about)
    with np.load(path, allow_pickle=False) as kept:
        head = json.loads(str(kept["head"]))
        if head["about"] != about:
            return Tallies(about)
        crowds = [Crowd(int(n), total, squares) for n, total, squares in zip(kept["counts"], kept["totals"], kept["squares"])]
    keys = [(int(size), str(kind), str(method)) for size, kind, method in head["keys"]]
    return Tallies(about, head["pictures"], {key: Tally(*each) for key, each in zip(keys, zip(head["values"], crowds))})
