"""The gallery of what was trained here and shared."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from ganapp.base import members
from ganapp.base.errors import UserError
from ganapp.base.kinds import Whole
from ganapp.base.validation import about, request_class
from ganapp.jobs import gallery, outcome, reports, snapshot, visitor
from ganapp.jobs.gallery import Shown
from ganapp.jobs.requests import _fields, _rows, _schema, _sources, job_use
from ganapp.jobs.visitor import Visitor
from ganapp.tasks import _result

MOST = 60  # entries of one answer
SAID = ("source", "size", "channels", "conditional")  # settings that tell what it learnt, besides those that name what is known here
PLAYED = ("style", "content")  # what a style run measures of itself


@request_class
class Request:
    """Which part of the gallery."""

    key: _fields.Line = about(_fields.KEY, default="")
    first: Annotated[int, Whole(0, 10**9)] = about("how many of the newest to leave out", default=0)
    count: Annotated[int, Whole(1, MOST)] = about("how many to list, 60 at most", default=24)
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Facts):
    """entries: as `run` says; total: how many there are in all."""

    entries: tuple[dict[str, Any], ...]
    total: int


def run(request: Request) -> Result:
    """List the runs that their owners share and that have a result, the newest first.

    Each has id, name (names: in each language, where nobody named it), created and ended (seconds since 1970), state, recipe, step (whose
    weights the result holds), settings (data, architecture, loss, size ...), thumb (step of its newest sample sheet, read from
    /jobs/ID/samples/STEP.png; null without one), quality ({"step", "measures": [{"name", "value", "real"}], "ill": names} of its last look
    at its own health; null where it has none), model (the id of the model made of it, "" without one), opens (whether a page uses
    its result, see `job_use`), yours, and waits: "untested" or
    "copies" for a generator of your own pictures that only you find here. One that cannot be read has "broken": true.
    """
    who = visitor.of(request.key, request.password)
    every = gallery.listing(who)
    shown = every[request.first : request.first + request.count]
    return Result(tuple(_entry(each, who) for each in shown), len(every))


def _entry(shown: Shown, who: Visitor) -> dict[str, Any]:
    """An entry; one whose folder holds what no run writes is told to be unreadable, and ends no list."""
    job = shown.job
    known = {"id": job.id, "name": reports.text(job.name), "created": job.created, "ended": job.ended, "yours": who.may_change(job)}
    try:
        return {**known, **_facts(shown, who), "broken": False}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError, UserError):
        logging.getLogger(__name__).exception("the run %s cannot be shown in the gallery", job.id)
        nothing: dict[str, Any] = {
            "names": None,
            "state": "failed",
            "recipe": "",
            "step": 0,
            "settings": {},
            "thumb": None,
            "quality": None,
            "opens": False,
        }
        return {**known, **nothing, "model": "", "waits": shown.waits, "broken": True}


def _facts(shown: Shown, who: Visitor) -> dict[str, Any]:
    job = shown.job
    order, sheets = reports.order(job.folder), snapshot.samples(job.folder).get("", ())
    return {
        "names": _rows.names(job),
        "state": job.state,
        "recipe": job.recipe,
        "step": outcome.step(job.folder) or 0,
        "settings": _settings(order, who.may_change(job)),
        "opens": _task(job.folder) in job_use.ADDRESSES,
        "thumb": sheets[-1] if sheets else None,
        "quality": _quality(job.folder),
        "model": shown.model,
        "waits": shown.waits,
    }


def _settings(order: dict[str, Any], yours: bool) -> dict[str, Any]:
    """The settings that tell what an order learns; of those that name something, only what is known here, since pages have words for it."""
    settings = _sources.hidden(_schema.filled(order), yours)
    schema = _schema.facts()["schema"]
    named = {name: str(settings.get(name, "")).replace("-", "_") for name in ("data", "architecture", "loss")}
    known = {name: value for name, value in named.items() if value in schema[name]["choices"]}
    return known | {name: settings[name] for name in SAID if name in settings}


def _task(folder: Path) -> str:
    """What the result does, "" where it does not say."""
    config = reports.load(folder / "result" / outcome.CONFIG, outcome.LARGEST)
    return str(config.get("task", "")) if isinstance(config, dict) else ""


def _quality(folder: Path) -> dict[str, Any] | None:
    """What the run measured of itself last; None where it measured nothing."""
    _, last = reports.diagnoses(folder)
    known = {name: last[name] for name in members.names("diagnostics") if isinstance(last.get(name), dict)}
    measures = [{"name": name, **numbers} for name, lamp in known.items() if (numbers := _numbers(lamp))]
    if measures:
        return {"step": last["step"], "measures": measures, "ill": [name for name, lamp in known.items() if lamp.get("ill") is True]}
    said = reports.status(folder)
    latest = said.get("latest", {})
    played = [{"name": name, "value": latest[name], "real": None} for name in PLAYED if _finite(latest.get(name))]
    return {"step": said.get("step", 0), "measures": played, "ill": []} if played else None


def _numbers(lamp: dict[str, Any]) -> dict[str, Any]:
    """Its value, and that of real pictures where it is known; {} without a value."""
    value, real = lamp.get("value"), lamp.get("real")
    return {"value": value, "real": real if _finite(real) else None} if _finite(value) else {}


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
