"""The card of a pack: what it is for, who made it, under which licence, and how its models measured here. Nothing of it needs its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ganapp.base import locales
from ganapp.base.errors import UserError
from ganapp.models import card, pack_list, packs
from ganapp.models.packs import Pack


def named(name: str) -> str:
    """The pack called so, or the one with a model of that id. UserError where there is neither."""
    for each, pack in packs.packs().items():
        if name in (each, pack.package) or name in pack.models:
            return each
    raise UserError("not_a_model_folder", folder=name)


def render(name: str, language: str = "en") -> str:
    """The card of the pack `name`, Markdown."""
    pack = packs.packs()[name]

    def say(key: str, **values: object) -> str:
        return locales.text(f"card.{key}", language, **values)

    sections = {
        "use": [say("pack_use", package=pack.package, version=pack.version, size=f"{pack.bytes / 1e6:.1f}", name=name)],
        "makers": [f"{pack.makers}{'' if pack.makers.endswith('.') else say('stop')}"],
        "quality": _quality(name, pack, language),
        "licence": [say("licence_text", licence=pack.licence)],
    }
    lines = [f"# {pack.title.get(language, name)}", "", pack.purpose.get(language, ""), ""]
    for key, told in sections.items():
        lines += [f"## {say(key)}", "", *told, ""]
    return "\n".join(lines).rstrip() + "\n"


def _quality(name: str, pack: Pack, language: str) -> list[str]:
    """A row for each model, or for the pack where it has none; then what the time is of, and what else there is to say."""
    figures = pack_list.figures(name)
    told = [(model.title[language], figures.get(each, {})) for each, model in pack.models.items()]
    told = told or [(pack.title.get(language, name), figures.get(name, {}))]
    measures = list(dict.fromkeys(row["name"] for _, held in told for row in held.get("rows", [])))
    if not any(held for _, held in told):
        return [locales.text("card.pack_unmeasured", language)]
    heads = [locales.text("card.columns.model", language), locales.text("models.packs.seconds", language)]
    heads += [locales.text("models.packs.memory_mb", language), *(locales.text(f"measures.{each}.name", language) for each in measures)]
    rows = [[title, _number(held.get("seconds")), _number(held.get("megabytes")), *_values(held, measures)] for title, held in told]
    seconds = heads[1]
    notes = [f"**{seconds}**: {held['for'][language]}" for _, held in told if "for" in held]
    notes += [held["note"][language] for _, held in told if "note" in held]
    notes += [f"**{head}**: {locales.text(f'measures.{each}.note', language)}" for head, each in zip(heads[3:], measures, strict=True)]
    return [*card.table(heads, rows), "", *(f"- {note}" for note in dict.fromkeys(notes))]


def _values(held: dict[str, Any], measures: Sequence[str]) -> list[str]:
    values = {row["name"]: row["value"] for row in held.get("rows", [])}
    return [_number(values.get(each)) for each in measures]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
