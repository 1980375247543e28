"""A lesson in the shell: a run breaks on purpose, its symptom is named, and the cure follows. `python -m ganapp train lesson:collapse`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, lessons, snapshot, visitor
from ganapp.jobs.lessons import PREFIX, Lesson

SHELL = visitor.shell()
Follow = Callable[[str], int]


def _say(key: str, **values: object) -> str:
    return locales.text(f"train.lesson.{key}", paths.language(), **values)


def named(argument: str) -> Lesson:
    """The lesson of "lesson:NAME". UserError for another name, after a list of all."""
    name = argument.removeprefix(PREFIX)
    try:
        return lessons.lesson(name)
    except UserError:
        for each in lessons.names():
            print(f"{PREFIX}{each:<14} {lessons.lesson(each).say('name', paths.language())}", file=sys.stderr)
        raise


def carry_out(chosen: Lesson, name: str, follow: Follow) -> int:
    """Break, name, heal, each followed to its end; 0 when the symptom came and went, 1 when not, or when a run was stopped."""
    language = paths.language()
    print(f"{chosen.say('breaks', language)}\n{chosen.say('watch', language)}")
    job = lessons.start(SHELL, chosen.id, name or chosen.say("name", language))
    if follow(job.id) or _verdict(chosen, job.id, "found") is not True:
        return 1
    print(f"{chosen.say('why', language)}\n{chosen.say('cure', language)}")
    if sys.stdin.isatty():
        input(f"{_say('heal')} ↵ ")
    cured = lessons.cure(SHELL, job.id)
    if follow(cured.id) or _verdict(chosen, cured.id, "healed") is not False:
        return 1
    print(chosen.say("healed", language))
    return 0


def _verdict(chosen: Lesson, job_id: str, kind: str) -> bool | None:
    """Say what the last diagnoses of a run found, and return it; None for a run that did not come to its end."""
    now = snapshot.read(SHELL, job_id)
    if now.state != "done":
        return None
    found = chosen.verdict(actions.find(SHELL, job_id).folder)
    key = {"found": "found" if found else "missing", "healed": "healed" if found is False else "not_healed"}[kind]
    print(_say(key, symptoms=_symptoms(chosen, now)))
    return found


def _symptoms(chosen: Lesson, now: snapshot.Progress) -> str:
    """ "Modes covered 2, healthy from 9.5" for every symptom."""
    said = []
    for name in chosen.symptoms:
        lamp, label = now.lamps.get(name, {}), locales.text(f"diagnostics.{name}.name", paths.language())
        key = "from" if lamp.get("better") == "higher" else "up_to"
        said.append(_say(key, name=label, value=f"{lamp['value']:.3g}", threshold=f"{lamp['threshold']:.3g}") if lamp else label)
    return locales.text("train.comma", paths.language()).join(said)
