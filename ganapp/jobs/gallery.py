"""The gallery: runs that their owners share and that have a result, the newest first.

A generator of somebody's own pictures stands there for everybody only once the test for copies (`copying`) has noted in its result that it
passes; until then its owner alone finds it, with what it waits for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ganapp.jobs import actions, copying, outcome, reports, store, trained_models
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor

UNTESTED, COPIES = "untested", "copies"  # what a generator of own pictures waits for, or why it stays out


@dataclass(frozen=True)
class Shown:
    """A run of the gallery. waits: "" for one that everybody finds, else UNTESTED or COPIES; model: the id of the model that was made of
    it, "" without one."""

    job: Job
    waits: str = ""
    model: str = ""


def listing(visitor: Visitor) -> list[Shown]:
    """All that a visitor finds there."""
    models = trained_models.made()
    shown = (Shown(job, waits(job), models.get(job.id, "")) for job in store.select("shared != 0") if outcome.step(job.folder) is not None)
    return [each for each in shown if not each.waits or visitor.may_change(each.job)]


def waits(job: Job) -> str:
    """Why a shared run is not for everybody to find: "" where nothing keeps it."""
    if not copying.own_pictures(reports.order(job.folder)):
        return ""
    config = reports.load(job.folder / "result" / outcome.CONFIG, outcome.LARGEST)
    noted = _inside(config, "values", copying.VALUE)
    if not isinstance(noted, dict) or noted.get("weights") != _inside(config, "parts", "model", "sha256"):
        return UNTESTED  # never, or with other weights: the run went on
    return "" if noted.get("passes") is True else COPIES


def _inside(value: Any, *keys: str) -> Any:
    """What stands in nested objects under these keys, None for nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def remove(visitor: Visitor, job_id: str) -> str:
    """Take a run down: nobody but its owner sees it any more, and the model that was made of it goes from all pages. The model's id,
    "" where there was none. UserError for a run that is not the visitor's."""
    job = actions.share(visitor, job_id, shared=False)
    model = trained_models.made().get(job.id, "")
    if model:
        trained_models.remove(visitor, model)
    return model
