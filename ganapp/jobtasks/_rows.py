"""A job as one line of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ganapp import locales
from ganapp.errors import UserError
from ganapp.jobs import actions, orders, progress, queue
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor
from ganapp.jobtasks import _schema

SUMMARY = ("data", "source", "loss", "architecture", "size", "channels", "conditional", "batch", "width")  # settings that tell runs apart


@dataclass(frozen=True)
class OneJob:
    """The Result of every request that answers with a job. job: as `jobs_list` shows it, after what was asked for."""

    job: dict[str, Any]

    def report(self) -> dict[str, Any]:
        """The job."""
        return {"job": self.job}


def both(job: Job) -> dict[str, str] | None:
    """The sentence of a job's reason in each language, None without one."""
    return {language: job.why(language) for language in locales.LANGUAGES} if job.reason else None


def row(job: Job, place: int, visitor: Visitor) -> dict[str, Any]:
    """What a list shows of a job. place: in its queue; thumb: step of its newest sheet, None without one; starting, ending, since: as in
    `Progress`."""
    sheets = progress.samples(job.folder).get("", ())
    return {
        "id": job.id,
        "name": job.name,
        "state": job.state,
        "place": place,
        "step": job.step,
        "steps": job.steps,
        "seconds": job.seconds,
        "device": job.device,
        "created": job.created,
        "ended": job.ended,
        "shared": bool(job.shared),
        "yours": visitor.may_change(job),
        "reason": both(job),
        "result": (job.folder / "result" / "config.json").is_file(),
        "thumb": sheets[-1] if sheets else None,
        "remote": bool(job.remote),
        "parent": job.parent,
        "order_summary": _summary(job),
        **progress.phase(job),
    }


def _summary(job: Job) -> dict[str, Any]:
    try:
        order = orders.read(job.folder)
    except UserError:
        return {"recipe": job.recipe}
    settings = _schema.filled(order)
    return {"recipe": job.recipe, "seed": order.get("seed", 0), **{name: settings[name] for name in SUMMARY if name in settings}}


def one(visitor: Visitor, job_id: str) -> dict[str, Any]:
    """The row of one job as it stands now. UserError when the visitor knows none."""
    job = actions.current(actions.find(visitor, job_id))
    return row(job, queue.place(job), visitor)
