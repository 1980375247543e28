"""Lessons: runs that break a GAN on purpose and heal it, found by listing assets/lessons, one file each.

{"rank": its place, "facts": {"symptoms": names of diagnoses that all find it ill, "order": what fails,
 "cure": {"onward": whether it goes on from the sick nets, "changes": as `orders.changed` takes them}},
 "en", "zh": {"name", "breaks": what is wrong on purpose, "watch": what to look at, "why": why it fails, "cure": what the cure changes and
 why it heals, "healed": what to look at then}}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganapp.base import locales, members
from ganapp.base.errors import UserError
from ganapp.jobs import actions, reports, snapshot
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor

KIND = "lessons"
PREFIX = "lesson:"  # of a lesson's name in the shell
LOOKS = 3  # diagnoses of a run that are asked


@dataclass(frozen=True)
class Lesson:
    """See the module. onward, changes: the cure."""

    id: str
    order: dict[str, Any]
    symptoms: tuple[str, ...]
    onward: bool
    changes: dict[str, Any]

    def say(self, part: str, language: str = "en") -> str:
        """One of its words."""
        return locales.text(f"{KIND}.{self.id}.{part}", language)

    def cured(self, order: dict[str, Any]) -> bool:
        """Whether an order is that of the cure."""
        settings = order.get("settings", {})
        return all(settings.get(name) == value for name, value in self.changes["settings"].items() if value is not None)

    def found(self, diagnoses: Sequence[dict[str, Any]]) -> bool | None:
        """Whether diagnoses find every symptom, by most of them; False when they find none of them, None in between or before they have
        looked. One look alone errs: where a run is well, a kind of ten may be drawn seldom at that moment."""
        ill = {_most([bool(each[name].get("ill")) for each in diagnoses if name in each]) for name in self.symptoms}
        return ill.pop() if len(ill) == 1 else None

    def verdict(self, folder: Path) -> bool | None:
        """What the last diagnoses of a run found."""
        return self.found(reports.recent(folder, LOOKS))


def _most(votes: list[bool]) -> bool | None:
    """What most say; None where as many say the one as the other, or nobody says anything."""
    yes, no = sum(votes), len(votes) - sum(votes)
    return None if yes == no else yes > no


def names() -> tuple[str, ...]:
    """The ids of all lessons, in their order."""
    return members.names(KIND)


def lesson(name: str) -> Lesson:
    """The lesson called `name`. UserError that lists all of them for another one."""
    if name not in names():
        raise UserError("lesson_unknown", lesson=name[:40], known=", ".join(names()))
    facts = members.described(KIND)[name]["facts"]
    cure = facts["cure"]
    return Lesson(name, {**facts["order"], "lesson": name}, tuple(facts["symptoms"]), cure["onward"], cure["changes"])


def start(visitor: Visitor, name: str, title: str = "") -> Job:
    """A new job that breaks as the lesson says."""
    chosen = lesson(name)
    return actions.submit(visitor, chosen.order, title)


def cure(visitor: Visitor, job_id: str) -> Job:
    """Stop a job of a lesson, and start the copy that heals: onward from its weights, or anew. UserError for a job of no lesson."""
    now = snapshot.read(visitor, job_id)
    chosen = lesson(str(now.order.get("lesson", "")))
    if chosen.onward and not now.checkpoint:
        raise UserError("no_checkpoint", name=now.name)
    actions.settle(visitor, now.id)
    return actions.duplicate(visitor, now.id, chosen.changes, chosen.onward)
