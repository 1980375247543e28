"""What the named sliders of a generator of digits do, tried on digits that they were not fitted on (ganapp/metrics/trials.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import numpy as np
import torch

from ganapp.base.errors import UserError
from ganapp.evaluation.report import MethodsReport, Report, Row, machine
from ganapp.metrics import attributes, trials
from ganapp.metrics.trials import CLASSES, Bench, Trial
from ganapp.models import folder, sampler
from ganapp.models.catalog import Loaded

SECTION = "digit_sliders"
SEED = 8
HEADS = ("method", "digits", "r2", "spearman", "moves", "class_kept", "holds")


@dataclass(frozen=True)
class DigitsReport(MethodsReport):
    """The report of a generator of digits, with a row for each slider."""

    section: ClassVar[str] = SECTION
    heads: ClassVar[tuple[str, ...]] = HEADS

    def table(self, language: str = "en") -> str:
        """Both tables as text; one where the generator has no named sliders."""
        return super().table(language) if "methods" in self.details else Report.table(self, language)


def measured(net: Any, judge: Any, subject: sampler.Sampler, count: int) -> list[dict[str, Any]]:
    """A row for each named slider: for which digits it is, the worst of each measure among them, and of how many all bars are met."""
    on = trials.bench(net, judge, subject.latent, count, SEED)
    ink = trials.painted(net, on.z, on.labels)
    frames = [subject.directions.under(np.eye(CLASSES, dtype=np.float32)[kind]) for kind in range(CLASSES)]
    rows = []
    for name in subject.directions.attributes:
        results = {kind: _tried(on, ink, kind, name, torch.from_numpy(frame[name])) for kind, frame in enumerate(frames) if name in frame}
        held = sum(trial.holds for trial in results.values())
        worst = {key: value for key, value in trials.least(results.values()).items() if key in HEADS}
        rows.append({"method": name, "digits": _listed(list(results)), **worst, "holds": f"{held} / {len(results)}"})
    return rows


def _tried(on: Bench, ink: torch.Tensor, kind: int, name: str, vector: torch.Tensor) -> Trial:
    own = on.labels == kind
    share = trials.correlated(on.z[own] @ vector, attributes.measured(ink[own], [name])[:, 0])
    return trials.tried(on.of(kind), name, vector, share)


def _listed(kinds: list[int]) -> str:
    return "0 – 9" if len(kinds) == CLASSES else ", ".join(map(str, kinds))


def details(subject: Loaded, judge: Any, count: int) -> dict[str, Any]:
    """What a report's details say of the sliders."""
    rows = measured(subject.net(), judge, sampler.of_folder(subject), count)
    return {"section": SECTION, "methods": rows} if rows else {}


def renewed(subject: Loaded, judge: Any, count: int) -> DigitsReport:
    """The model's own report with its sliders measured anew and all else as it stands. UserError without a report."""
    kept = folder.table(subject.folder, folder.EVALUATION)
    if not kept:
        raise UserError("evaluation_only", model=subject.id)
    rows = tuple(Row(**{**row, "interval": tuple(row["interval"]) if row.get("interval") else None}) for row in _plain(kept["rows"]))
    today = {"date": datetime.now(UTC).date().isoformat(), "machine": machine()}
    told = {**kept["details"], **details(subject, judge, count), "sliders_measured": today}
    same = {key: kept[key] for key in ("judge_sha256", "seconds", "date", "quick", "machine")}
    samples = {**kept["samples"], "sliders": count}
    return DigitsReport(kept["model"], rows, seeds={**kept["seeds"], "sliders": SEED}, samples=samples, details=told, **same)


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key in Row.__dataclass_fields__} for row in rows]
