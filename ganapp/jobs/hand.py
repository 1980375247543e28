"""Driving a run by hand: what is asked of it, and what it says its last turn changed. See `ganapp.base.by_hand`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganapp.base import writing
from ganapp.base.by_hand import ACTS, ANSWER, COMMAND, GO, TURNS
from ganapp.base.errors import UserError
from ganapp.jobs import actions, queue, reports
from ganapp.jobs.store import UNFINISHED, Job
from ganapp.jobs.visitor import Visitor

BYTES = 4 << 20  # of an answer: forty coloured pictures of 64 x 64
PACKED = re.compile(r"[A-Za-z0-9+/]{1,1000000}={0,2}")
PICTURES = ("pictures", "pull")
SCORES = ("real", "generated")


def ask(visitor: Visitor, job_id: str, act: str) -> int:
    """Ask the visitor's own run for `act`, one of `by_hand.ACTS`; the serial number of the command.

    UserError for a job that cannot be driven, is over, or still takes the turn before.
    """
    queue.tick()
    job = actions.own(visitor, job_id)
    _check(job)
    if job.state not in UNFINISHED:
        raise UserError("hand_over", name=job.name)
    before = _serial(job.folder / COMMAND)
    if act in TURNS and (job.state == "waiting" or before > _serial(job.folder / ANSWER)):
        raise UserError("hand_busy")
    writing.write(job.folder / COMMAND, json.dumps({"serial": before + 1, "act": act}))
    return before + 1


def _check(job: Job) -> None:
    """UserError for a job that cannot be driven: without two players whose turns are known, or not in one process of this machine."""
    order = reports.order(job.folder)
    alone = order.get("settings", {}).get("architecture") == "vae"
    if job.recipe != "gan" or alone or job.remote or job.device == queue.BORROWED or order.get("processes", 1) != 1:
        raise UserError("hand_unfit", name=job.name)


def _serial(path: Path) -> int:
    """The number in a command or an answer, 0 without one."""
    values = reports.load(path, BYTES)
    serial = values.get("serial") if isinstance(values, dict) else 0
    return serial if isinstance(serial, int) and 0 <= serial <= reports.WHOLE else 0


def answer(job: Job, since: int = -1) -> dict[str, Any] | None:
    """What a run said last, None where it said nothing that can be; without the two looks where it is no newer than number `since`.

    left: seconds until it saves itself and makes room, in place of "until".
    """
    said = reports.load(job.folder / ANSWER, BYTES)
    if not isinstance(said, dict) or not all(name in said and fits(said[name]) for name, fits in PLAIN.items()):
        return None
    shown = {name: said[name] for name in PLAIN if name != "until"}
    shown["left"] = round(max(0.0, said["until"] - time.time()), 1) if said["held"] and job.state == "running" else None
    if said["act"] != GO and said["serial"] > since and reports.is_values(said.get("values")):
        looks = {name: _look(said.get(name)) for name in ("before", "after")}
        shown |= {"values": reports.plain(said["values"]), **looks} if all(looks.values()) else {}
    return shown


PLAIN: dict[str, Callable[[Any], bool]] = {
    "serial": reports.is_whole,
    "held": lambda value: isinstance(value, bool),
    "step": reports.is_whole,
    "turns": reports.is_whole,
    "until": reports.SECONDS,
    "act": lambda value: value in ACTS if isinstance(value, str) else False,
}


def _look(value: Any) -> dict[str, Any] | None:
    """One look of a run, None for what is none."""
    if not isinstance(value, dict) or not reports.SECONDS(value.get("strength")):
        return None
    scores = {name: reports.plain(value.get(name)) for name in SCORES}
    pictures = {name: value.get(name) for name in PICTURES}
    whole = all(isinstance(each, list) and all(isinstance(score, int | float) for score in each) for each in scores.values())
    whole = whole and all(isinstance(each, str) and PACKED.fullmatch(each) for each in pictures.values())
    return {**scores, **pictures, "strength": value["strength"]} if whole else None
