"""What an evaluation found: rows of numbers, each beside the same number of real pictures, as JSON and as a table."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import torch

from ganapp.base import writing
from ganapp.base.locales import text
from ganapp.machine import processor


@dataclass(frozen=True)
class Row:
    """One measure. name: a key of the locale section "measures"; value: the model's; real: of real pictures against real ones;
    interval: 95 %, of value; bar: what a shipped model must reach; better: "higher" or "lower"; samples: pictures measured."""

    name: str
    value: float
    samples: int
    better: str = "higher"
    real: float | None = None
    interval: tuple[float, float] | None = None
    bar: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bar is reached; None without one."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.better == "higher" else self.value <= self.bar

    def as_json(self) -> dict[str, Any]:
        """The row with its English note, without what is not known."""
        values = {key: value for key, value in dataclasses.asdict(self).items() if value is not None or key == "real"}
        return {**values, "note": text(f"measures.{self.name}.note")}


@dataclass(frozen=True)
class Report:
    """All rows; model: its id; judge_sha256: of the weights of the net that measured; details: what no row holds; seconds: taken."""

    model: str
    rows: tuple[Row, ...]
    seeds: dict[str, int]
    samples: dict[str, int]
    judge_sha256: str
    seconds: float
    date: str
    quick: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    machine: str = field(default_factory=lambda: machine())

    def as_json(self) -> str:
        """The report as JSON, one line at the end; never a NaN."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        values["rows"] = [row.as_json() for row in self.rows]
        return json.dumps(_rounded(values), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def write(self, path: Path) -> None:
        """Put the JSON in `path` at once."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing.telling_when_full():
            writing.write(path, self.as_json())

    def table(self, language: str = "en") -> str:
        """The rows under headings, columns aligned."""
        heads = ("measure", "value", "interval", "real", "bar", "samples")
        lines = [[text(f"measures.table.{head}", language) for head in heads], *(_cells(row, language) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines)]
        first, others = widths[0], widths[1:]
        return "\n".join("  ".join([line[0].ljust(first), *(c.rjust(w) for c, w in zip(line[1:], others))]).rstrip() for line in lines)


@dataclass(frozen=True)
class MethodsReport(Report):
    """A report with a table of all methods, `details["methods"]`, below its rows; section: of the locale's `measures`; heads: columns."""

    section: ClassVar[str] = ""
    heads: ClassVar[tuple[str, ...]] = ()

    def table(self, language: str = "en") -> str:
        """Both tables as text."""
        lines = [[text(f"measures.{self.section}.{head}", language) for head in self.heads]]
        lines += [[_cell(row.get(head)) for head in self.heads] for row in self.details["methods"]]
        widths = [max(map(len, column)) for column in zip(*lines)]
        return super().table(language) + "\n\n" + "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths)).rstrip() for line in lines)


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


def _short(value: float | None) -> str:
    """Four digits after the point, or as many significant ones where that would hide a small number."""
    if value is None:
        return ""
    return f"{value:.4f}" if abs(value) >= 0.01 or value == 0 else f"{value:.1e}"


def _cells(row: Row, language: str) -> list[str]:
    interval = f"{_short(row.interval[0])} – {_short(row.interval[1])}" if row.interval else ""
    name = text(f"measures.{row.name}.name", language)
    return [name, _short(row.value), interval, _short(row.real), _bar(row, language), f"{row.samples:,}"]


def _bar(row: Row, language: str) -> str:
    if row.bar is None:
        return ""
    sign = "≥" if row.better == "higher" else "≤"
    return f"{sign} {_short(row.bar)} {text('measures.table.met' if row.met else 'measures.table.missed', language)}"


def _rounded(value: Any) -> Any:
    """Floats to 6 significant digits, all through lists and dicts."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def machine() -> str:
    """The processor, the threads used, and torch's version."""
    return f"{processor.name()}, {torch.get_num_threads()} threads, torch {torch.__version__}"
