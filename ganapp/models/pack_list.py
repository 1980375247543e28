"""Every pack as it is told: in the shell, by the API, on the page of models, and in the table of docs/models.md."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.models import packs
from ganapp.models.packs import Pack

ALL = "*"  # instead of a model's id, where all models of a pack measured the same
HEAD = ("Pack", "What it is for", "Made by", "Licence", "Fetched", "Model", "Time", "Memory", "Measured here")


@dataclass(frozen=True)
class Line:
    """A pack. name: as `packs add` takes it; source: "pypi" or "hub"; bytes: that are fetched; ready: whether it is here, whole, and can be
    used; removable: whether `packs remove` takes it away; title, purpose, state: by language; state is "ready" or the sentence that says
    why not; models: {id, task, title, and what it measured here: see docs/models.md}; measured: the same of a pack without models;
    command: the line that installs it."""

    name: str
    package: str
    version: str
    source: str
    licence: str
    makers: str
    bytes: int
    ready: bool
    removable: bool
    title: Mapping[str, str]
    purpose: Mapping[str, str]
    state: Mapping[str, str]
    models: list[dict[str, Any]]
    measured: dict[str, Any]
    command: str


def lines() -> tuple[Line, ...]:
    """Every pack there is, those of the package index first, and of these those with models. No request is made."""
    return tuple(_line(name, pack) for name, pack in _ordered())


def _ordered() -> list[tuple[str, Pack]]:
    return sorted(packs.packs().items(), key=lambda entry: (entry[1].on_hub, not entry[1].models, entry[0]))


def _line(name: str, pack: Pack) -> Line:
    state, ready = {language: locales.text("models.ready", language) for language in locales.LANGUAGES}, True
    try:
        pack.usable()
    except UserError as problem:
        state, ready = {language: problem.sentence(language) for language in locales.LANGUAGES}, False
    measured = figures(name)
    return Line(
        name, pack.package, pack.version, "hub" if pack.on_hub else "pypi", pack.licence, pack.makers, pack.bytes, ready,
        any((root / pack.folder).is_dir() for root in paths.packs()),
        dict(pack.title) or dict.fromkeys(locales.LANGUAGES, name), dict(pack.purpose), state,
        [{"id": model, "task": each.task, "title": dict(each.title), **(measured.get(model) or {})} for model, each in pack.models.items()],
        measured.get(name, {}), f"python -m ganapp packs add {name}",
    )  # fmt: skip


def figures(name: str) -> dict[str, dict[str, Any]]:
    """What the models of a pack measured here, by their ids, from the JSON file beside the pack; {} where nothing was measured. What stands
    under "*" goes for each of its models, as far as it has nothing else of its own."""
    file = Path(packs.__path__[0]) / f"{name.replace('-', '_')}.json"
    if not file.is_file():
        return {}
    held: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    every = held.pop(ALL, {})
    return held | {model: every | held.get(model, {}) for model in packs.packs()[name].models if every or model in held}


def report() -> list[dict[str, Any]]:
    """The lines as JSON has them."""
    return [dataclasses.asdict(line) for line in lines()]


def table() -> str:
    """The packs as a table in Markdown, as docs/models.md holds it: what the packs say and what was measured, nothing of this machine."""
    rows = [HEAD, tuple("---" for _ in HEAD)]
    for name, pack in _ordered():
        first = (f"`{name}`", pack.purpose.get("en", ""), pack.makers, pack.licence, f"{pack.bytes / 1e6:.1f} MB")
        for models, measured in _grouped(name, pack):
            rows.append((*first, models, *_told(measured)))
            first = ("", "", "", "", "")
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') or ' ' for cell in row)} |" for row in rows) + "\n"


def _grouped(name: str, pack: Pack) -> list[tuple[str, list[dict[str, Any]]]]:
    """Models of a pack that take the same time and memory and were measured by the same measures, as they are called together, with their
    figures."""
    measured, groups = figures(name), dict[str, list[str]]()
    for model in pack.models:
        told = measured.get(model, {})
        alike = {**told, "rows": [row["name"] for row in told.get("rows", [])]}
        groups.setdefault(json.dumps(alike, sort_keys=True), []).append(model)
    called = (", ".join(f"`{model}`" for model in ids) if len(ids) < 4 else f"{len(ids)} models" for ids in groups.values())
    figured = [[measured.get(model, {}) for model in ids] for ids in groups.values()]
    return list(zip(called, figured)) or [("-", [measured.get(name, {})])]


def _told(models: list[dict[str, Any]]) -> tuple[str, str, str]:
    """Time, memory and measures of models as cells; of several the least and the greatest."""
    measured = models[0]
    time = f"{measured['seconds']:g} s: {measured['for']['en']}" if "seconds" in measured else "not measured"
    memory = f"{measured['megabytes']:g} MB" if "megabytes" in measured else ""
    cells = []
    for place, row in enumerate(measured.get("rows", [])):
        values = [each["rows"][place]["value"] for each in models]
        cells.append(f"{row['name']} {min(values):.3g}" + (f" to {max(values):.3g}" if max(values) > min(values) else ""))
    cells += [measured["note"]["en"]] if "note" in measured else []
    return time, memory, "<br>".join(cells) or "not measured"
