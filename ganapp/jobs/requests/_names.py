"""What a job is called that nobody named, in each language: its data, the preset it is nearest to, and what it does otherwise. When it
was begun is added by whoever shows it, in the time of the reader."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ganapp.base import locales, members, paths
from ganapp.jobs import lessons, orders
from ganapp.jobs.requests import _schema

MOST = 2  # differences that are named one by one
PLACES = ("data", "source", "title")  # settings that do not make another recipe of it
NUMBERS = ("steps", "seed")  # of the order itself


def of(order: dict[str, Any]) -> dict[str, str]:
    """{language: name} of an order, as `reports.order` reads it."""
    return {language: _of(order, language) for language in locales.LANGUAGES}


def _of(order: dict[str, Any], language: str) -> str:
    comma = locales.text("train.comma", language)
    if order.get("lesson") in lessons.names():
        lesson = lessons.lesson(order["lesson"])
        cured = [locales.text("train.lesson.cure", language)] if lesson.cured(order) else []
        return comma.join([lesson.say("name", language), *cured])
    known = locales.words(language)
    data = known.get(f"choices.data.{order.get('settings', {}).get('data', 'mnist')}.name", "")
    if order.get("recipe") != "gan":
        return data or str(order.get("recipe", ""))[: orders.LONGEST_NAME]
    preset, changed = _nearest(order)
    some = [_change(name, value, language) for name, value in changed.items()]
    if len(some) > MOST:
        some = [*some[: MOST - 1], locales.text("train.runs.changes", language, count=len(some) - MOST + 1)]
    return comma.join(each for each in (data, known.get(f"presets.{preset}.name", ""), *some) if each)


@cache
def _presets() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads((paths.assets() / "presets.json").read_text(encoding="utf-8")))


def _numbers(order: dict[str, Any]) -> dict[str, Any]:
    return {name: order.get(name, 0) for name in NUMBERS} | {n: v for n, v in _schema.filled(order).items() if n not in PLACES}


def _nearest(order: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The preset with the fewest settings that differ, and these as they are in `order`."""
    own = _numbers(order)
    changes = {}
    for preset in _presets():
        before = _numbers(preset["order"])
        changes[preset["id"]] = {name: value for name, value in own.items() if name not in before or before[name] != value}
    return min(changes.items(), key=lambda entry: len(entry[1]))


def _change(name: str, value: Any, language: str) -> str:
    """One setting and its value in words."""
    known = locales.words(language)
    regulariser = members.described("regularisers").get(name, {}).get(language, {})
    label = known.get(f"train.field.{name}") or regulariser.get("name") or name
    if isinstance(value, bool):
        shown = known["train.on" if value else "train.off"]
    elif isinstance(value, list | tuple):
        shown = "+".join(known.get(f"train.choice.{each}", str(each)) for each in value) or known["train.off"]
    else:
        shown = known.get(f"losses.{value}.name") or known.get(f"choices.{name}.{value}.name") or f"{value}"[:40]
    return f"{label} {shown}"
