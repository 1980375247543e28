"""A log of any length as a few hundred points: every point the mean, least and greatest of equally many lines.

The log is JSON lines {"step", "seconds", name: number, ...}. `Curves` takes them one by one and never holds more than
`MOST` points: when it is full, neighbours are joined. The job that writes the log keeps a companion beside it, so that a
reader has to parse only what came since.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST = 600
LOG, COMPANION = "metrics.jsonl", "curves.json"
LARGEST = 1e300  # number that is taken in: means of such numbers are finite
WHOLE = 2**53 - 1  # the greatest whole number that every page reads exactly
TAIL = 4_000  # lines that a reader parses one by one; of a longer tail it takes a sample


@dataclass
class Curves:
    """lines: log lines in a full point; offset: bytes of the log taken in;
    points: [step, seconds, lines, {name: [mean, least, greatest, count]}], the last one perhaps not full yet;
    sampled: whether they were made from a sample of the lines, so that a later reading may give other ones."""

    lines: int = 1
    offset: int = 0
    points: list[list[Any]] = field(default_factory=list)
    sampled: bool = False

    def add(self, line: dict[str, Any], weight: int = 1) -> None:
        """Take in one line of the log, which stands for `weight` lines."""
        if not self.points or self.points[-1][2] >= self.lines:
            if len(self.points) >= MOST:
                self._halve()
            self.points.append([0, 0.0, 0, {}])
        point = self.points[-1]
        seconds = line.get("seconds", 0.0)
        point[0], point[1], point[2] = line["step"], seconds if _number(seconds) else point[1], point[2] + weight
        for name, value in line.items():
            if name not in ("step", "seconds") and _number(value) and _whole_text(name):
                _join(point[3], name, [value, value, value, weight])

    def _halve(self) -> None:
        """Join neighbours; the points stay where they are for a reader, only every other one goes."""
        self.lines *= 2
        for left, right in zip(self.points[::2], self.points[1::2], strict=False):
            for name, values in left[3].items():
                _join(right[3], name, values)
            right[2] += left[2]
        self.points = self.points[1::2] + (self.points[-1:] if len(self.points) % 2 else [])

    def columns(self, first: int = 0) -> dict[str, Any]:
        """{"from": first, "step": [...], "seconds": [...], "series": {name: {"mean", "least", "greatest": [number or None, ...]}}},
        of the points from number `first` on."""
        points = self.points[first:]
        names = list(dict.fromkeys(name for point in self.points for name in point[3]))
        series = {
            name: {
                label: [None if name not in point[3] else _short(point[3][name][i]) for point in points]
                for i, label in enumerate(("mean", "least", "greatest"))
            }
            for name in names
        }
        return {"from": first, "step": [p[0] for p in points], "seconds": [p[1] for p in points], "series": series}

    def text(self) -> str:
        """What stands in the companion."""
        return json.dumps({"lines": self.lines, "offset": self.offset, "points": self.points}, separators=(",", ":"))


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def _join(into: dict[str, list[float]], name: str, values: list[float]) -> None:
    mean, least, greatest, count = into.get(name, [0.0, math.inf, -math.inf, 0])
    both = count + values[3]
    into[name] = [mean + (values[0] - mean) * values[3] / both, min(least, values[1]), max(greatest, values[2]), both]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) <= LARGEST  # false for NaN


def _count(value: Any, least: int = 0) -> bool:
    return type(value) is int and least <= value <= WHOLE


def _whole_text(name: str) -> bool:
    """Whether an answer can carry it: half a character (a lone surrogate) it cannot."""
    return name.encode("utf-8", "replace").decode("utf-8") == name


def _point(value: Any) -> bool:
    """Whether a value read from JSON is a point of `Curves`."""
    if not (isinstance(value, list) and len(value) == 4 and isinstance(value[3], dict)):
        return False
    joined = all(
        isinstance(each, list) and len(each) == 4 and all(map(_number, each)) and each[3] > 0 and _whole_text(name)
        for name, each in value[3].items()
    )
    return joined and _count(value[0]) and _number(value[1]) and _count(value[2])


def _companion(folder: Path, size: int) -> Curves:
    """What the companion holds; empty without one, when it knows more of the log than there is, and when it is none: it may come from a
    rented machine."""
    try:
        kept = Curves(**json.loads((folder / COMPANION).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return Curves()
    whole = _count(kept.lines, 1) and _count(kept.offset) and isinstance(kept.sampled, bool)
    fits = whole and isinstance(kept.points, list) and len(kept.points) <= MOST and all(map(_point, kept.points))
    return kept if fits and kept.offset <= size else Curves()


def _parsed(line: bytes) -> dict[str, Any] | None:
    """A line of the log; None for one that is not whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) and _count(values.get("step")) else None


def read(folder: Path) -> Curves:
    """The curves of the log in `folder`, in a few milliseconds for a log of any length."""
    log = folder / LOG
    try:
        size = log.stat().st_size
    except OSError:
        return Curves()
    curves = _companion(folder, size)
    with log.open("rb") as handle:
        handle.seek(curves.offset)
        head = handle.read(1 << 16)
        width = max(1, len(head) // max(1, head.count(b"\n")))
        if (size - curves.offset) // width > TAIL:
            return _sampled(handle, curves, size, width)
        for line in (head + handle.read()).splitlines(keepends=True):
            values = _parsed(line)
            if values is not None:
                curves.add(values)
            if line.endswith(b"\n"):
                curves.offset += len(line)
    return curves


def _sampled(handle: Any, curves: Curves, size: int, width: int) -> Curves:
    """`curves` with every n-th line of a long tail, n a power of two: the lines chosen stay the same while the log grows."""
    curves.sampled = True
    stride = 1 << math.ceil(math.log2((size - curves.offset) / TAIL * 2))
    weight = max(1, stride // width)
    start = curves.offset
    for place in range(start, size, stride):
        handle.seek(max(start, place - 1))
        if place > start:
            handle.readline()
        values = _parsed(handle.readline())
        if values is not None:
            curves.add(values, weight)
    handle.seek(max(start, size - 4 * width))
    last = [values for line in handle.read().splitlines(keepends=True)[1:] if (values := _parsed(line))]
    if last and curves.points and last[-1]["step"] > curves.points[-1][0]:
        curves.add(last[-1])
    curves.offset = size
    return curves
