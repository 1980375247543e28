"""A job as one line of a list."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from ganapp.base import locales
from ganapp.base.errors import UserError
from ganapp.jobs import actions, queue, reports, snapshot, store
from ganapp.jobs.requests import _names, _schema, _sources
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor
from ganapp.tasks import _result

SUMMARY = ("data", "source", "loss", "architecture", "size", "channels", "conditional", "batch", "width")  # settings that tell runs apart
SAME = ("id", "name", "state", "step", "steps", "seconds", "device", "created", "ended", "parent")  # fields of a row shown as they are


@dataclass(frozen=True)
class OneJob(_result.Facts):
    """The Result of every request that answers with a job. job: as `jobs_list` shows it, after what was asked for."""

    job: dict[str, Any]


def both(job: Job) -> dict[str, str] | None:
    """The sentence of a job's reason in each language, None without one."""
    because = job.because()
    return {language: store.sentence(because, language) for language in locales.LANGUAGES} if because else None


def row(job: Job, place: int, visitor: Visitor) -> dict[str, Any]:
    """What a list shows of a job. place: in its queue; thumb: step of its newest sheet, None without one; starting, ending, since,
    fetched: as in `Progress`; names: see `names`."""
    sheets, order = snapshot.samples(job.folder).get("", ()), reports.order(job.folder)
    return {
        **{name: getattr(job, name) for name in SAME},
        "names": _names.of(order) if job.unnamed else None,
        "place": place,
        "shared": bool(job.shared),
        "yours": visitor.may_change(job),
        "reason": both(job),
        "result": (job.folder / "result" / "config.json").is_file(),
        "thumb": sheets[-1] if sheets else None,
        "remote": bool(job.remote),
        "order_summary": _summary(job, order, visitor),
        **snapshot.phase(job),
    }


def names(job: Job) -> dict[str, str] | None:
    """What a job that nobody named is called in each language, without when it was begun; None for one with a name."""
    return _names.of(reports.order(job.folder)) if job.unnamed else None


def _summary(job: Job, order: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
    if not order:
        return {"recipe": job.recipe}
    settings = _sources.hidden(_schema.filled(order), visitor.may_change(job))
    return {"recipe": job.recipe, "seed": order.get("seed", 0), **{name: settings[name] for name in SUMMARY if name in settings}}


def listed(job: Job, place: int, visitor: Visitor) -> dict[str, Any]:
    """`row`; a job whose folder holds what no run writes is shown as unreadable, and ends no list."""
    try:
        return row(job, place, visitor)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError, UserError):
        logging.getLogger(__name__).exception("the job %s cannot be shown", job.id)
        return _unreadable(job, visitor)


def _unreadable(job: Job, visitor: Visitor) -> dict[str, Any]:
    """The row of a job of which nothing but its name and whose it is can be told."""
    known = {"id": job.id, "name": reports.text(job.name), "created": job.created, "ended": job.ended, "shared": bool(job.shared)}
    nothing = {"place": 0, "step": 0, "steps": 0, "seconds": 0.0, "device": "", "result": False, "thumb": None}
    why = {language: locales.text("errors.job_unreadable", language) for language in locales.LANGUAGES}
    nothing |= {"names": None, "remote": bool(job.remote), "parent": "", **snapshot.QUIET}
    state = {"state": "failed", "yours": visitor.may_change(job), "reason": why, "order_summary": {}}
    return {**known, **nothing, **state}


def one(visitor: Visitor, job_id: str) -> dict[str, Any]:
    """The row of one job as it stands now. UserError when the visitor knows none."""
    job = actions.current(actions.find(visitor, job_id))
    return listed(job, queue.place(job), visitor)
