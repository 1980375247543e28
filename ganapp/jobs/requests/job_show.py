"""One job as it is now: state, curves, health, pictures."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any

from ganapp import losses
from ganapp.base import locales
from ganapp.base.kinds import Whole
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, lessons, reports, snapshot
from ganapp.jobs.requests import _adoptions, _advice, _class_names, _fields, _rows, _schema, _sources
from ganapp.jobs.snapshot import Progress
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor

PAIRED = "relativistic"  # the loss of the recipe `sounds`


@request_class
class Request:
    """Which job, and what of it is known already."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    since: Annotated[int, Whole(-1, 2**53 - 1)] = about(
        "the `mark` of an earlier answer, for only what is new since; -1 for everything", default=-1
    )
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result:
    """progress: of the job, which has its row."""

    progress: Progress
    job: Job

    def report(self) -> dict[str, Any]:
        """The progress, what a job without a name is called (`names`), its reason in words, the equilibrium of its losses, names of its
        classes, what can be done about its health, whether a model is being made of its result (see `_adoptions.Adoption.report`; None when
        there is none), and the lesson it belongs to: {"id", "cured": whether this is the run that heals, "found": see `Lesson.found`} or
        None."""
        now = self.progress
        shown = {entry.name: getattr(now, entry.name) for entry in dataclasses.fields(now)}
        settings = _schema.filled(now.order)
        loss = str(settings.get("loss", PAIRED if now.order.get("recipe") == "sounds" else ""))
        at = losses.objective(loss).EQUILIBRIUM if loss in losses.names() else None
        why = {language: now.why(language) for language in locales.LANGUAGES} if now.reason else None
        shown["order"] = _shown(now.order, now.yours)
        more = {"classes": _class_names.classes(settings), "advice": _advice.offered(now), "adoption": _adoptions.latest(now.id)}
        more |= {"lesson": _lesson(now.order, self.job), "names": _rows.names(self.job), "created": self.job.created}
        return {**shown, "why": why, "equilibrium": at, **more}


def _lesson(order: dict[str, Any], job: Job) -> dict[str, Any] | None:
    name = order.get("lesson", "")
    if name not in lessons.names():
        return None
    chosen = lessons.lesson(name)
    return {"id": name, "cured": chosen.cured(order), "found": chosen.verdict(job.folder)}


def run(request: Request) -> Result:
    """Tell how a job stands: its state, step and place in the queue, curves, the latest diagnosis, and which sample sheets there are.

    Sheets are read from /jobs/ID/samples/STEP.png. With `since`, curves, samples and diagnoses hold only what is new: keep the first
    `curves.from` points of what you have, and add or replace the others by their step.
    """
    visitor = _fields.who(request)
    return Result(snapshot.read(visitor, request.id, request.since), actions.find(visitor, request.id))


def ordered(visitor: Visitor, job_id: str) -> dict[str, Any]:
    """The order of a job as a visitor may see it. UserError when the visitor knows no such job."""
    job = actions.find(visitor, job_id)
    return _shown(reports.order(job.folder), visitor.may_change(job))


def _shown(order: dict[str, Any], yours: bool) -> dict[str, Any]:
    return {**order, "settings": _sources.hidden(order.get("settings", {}), yours)} if order else {}
