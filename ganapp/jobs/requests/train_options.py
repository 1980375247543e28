"""What a training can be told to do here: presets, data sets, objectives, every setting with its range, limits, devices."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from ganapp import losses, models
from ganapp.base import locales, members, paths
from ganapp.base.errors import UserError
from ganapp.base.validation import about, request_class
from ganapp.jobs import lessons, queue, visitor
from ganapp.jobs.requests import _fields, _schema
from ganapp.metrics import vgg_weights
from ganapp.tasks import _result

JUDGE = "speech-judge"


@request_class
class Request:
    """Whoever asks gets the same answer, but for their account."""

    key: _fields.Line = about(_fields.KEY, default="")
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(_result.Whole):
    """options: as `run` says."""

    options: dict[str, Any]


def run(request: Request) -> Result:
    """List what a training can be told to do on this machine, with names and reasons in each language.

    presets: orders to start from, the best one first; objectives: the losses, with the value of each at equilibrium (null where there is
    none); datasets; clips: sets of sounds, sounds: every setting of the recipe "sounds", and judged: the words that the judge of
    spoken words knows; architectures; schema: every setting of the recipe "gan" with its default and its range, and the words of what is
    found
    by listing; order: the same of the numbers of an order; limits: what is allowed here (0: no limit); devices; borrowed: whether the card
    is lent for minutes, so that a job goes on in slices; lessons: runs that break on purpose, with the order that fails, the diagnoses that
    find it and what the cure changes; features: whether what a style learns by is "ready", will be "fetched" or is
    "missing", and the sentence about it; administrator: whether there is a password for one; training:
    "open" to everybody, with a "password", with an "account" that signs in, with "either", or "off"; account: {"name", "trains"} of who
    has signed in, {} for nobody, None where nobody can.
    """
    del request
    presets = json.loads((paths.assets() / "presets.json").read_text(encoding="utf-8"))
    facts = _schema.facts()
    architectures = facts["schema"]["architecture"]["choices"]
    return Result(
        {
            "presets": [{**preset, **_words(f"presets.{preset['id']}", "name", "why")} for preset in presets],
            "objectives": {name: _objective(name) for name in losses.names()},
            **{
                kind: [{**data, **_words(f"choices.data.{data['id']}", "name", "why")} for data in facts[kind]]
                for kind in ("datasets", "clips")
            },
            "sounds": facts["sounds"],
            "judged": _judged(),
            "architectures": [{"id": name, **_words(f"choices.architecture.{name}", "name", "why")} for name in architectures],
            "schema": {name: {**entry, **_regulariser(name)} for name, entry in facts["schema"].items()},
            "order": facts["order"],
            "lessons": [_lesson(name) for name in lessons.names()],
            "limits": dataclasses.asdict(paths.limits()),
            "devices": [] if paths.zero_gpu() else list(queue.slots()),
            "borrowed": paths.zero_gpu(),
            "features": {"state": vgg_weights.state(), "say": {each: vgg_weights.sentence(each) for each in locales.LANGUAGES}},
            "administrator": bool(paths.administrator_password()),
            "training": paths.training(),
            "account": _account(),
        }
    )


def _judged() -> list[str]:
    try:
        return list(models.load(JUDGE, "classify").names)
    except UserError:
        return []


def _account() -> dict[str, Any] | None:
    if not paths.training_accounts() or paths.openid() is None:
        return None
    who = visitor.account()
    return {} if who is None else {"name": who.name, "trains": who.trains}


def _lesson(name: str) -> dict[str, Any]:
    chosen = dataclasses.asdict(lessons.lesson(name))
    return {**chosen, **_words(f"{lessons.KIND}.{name}", *members.described(lessons.KIND)[name]["en"])}


def _objective(name: str) -> dict[str, Any]:
    """A loss: its value at equilibrium for each player, and its words."""
    return {**losses.objective(name).EQUILIBRIUM, **_words(f"losses.{name}", "name", "why", "equation", "source")}


def _regulariser(setting: str) -> dict[str, Any]:
    """The words of a regulariser, {} for another setting."""
    description = members.described("regularisers").get(setting, {})
    parts = {part for language in locales.LANGUAGES for part in description.get(language, ())}
    return {part: {language: description[language][part] for language in locales.LANGUAGES} for part in sorted(parts)}


def _words(key: str, *parts: str) -> dict[str, dict[str, str]]:
    """{part: {language: sentence}} of a locale entry."""
    return {part: {language: locales.text(f"{key}.{part}", language) for language in locales.LANGUAGES} for part in parts}
