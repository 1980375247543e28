"""The model card: README.md of a model folder, written from what the folder holds. Nothing in it is stated that is not recorded there."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from ganapp.base import locales, members, writing
from ganapp.models import folder
from ganapp.models.folder import Description

PIPELINES = {  # the Hub's names; the others edit pictures
    "sample": "unconditional-image-generation",
    "classify": "image-classification",
    "write": "text-generation",
    "stanza": "text-generation",
    "caption": "image-to-text",
    "illustrate": "text-to-image",
    "reply": "text-ranking",
    "speak": "text-to-speech",
    "listen": "text-to-audio",
    "vocode": "audio-to-audio",
}
RELIED = {
    "write": "tokens",
    "stanza": "stanza",
    "reply": "grams",
    "speak": "mels",
    "listen": "drawn_mels",
    "vocode": "mels_in",
}  # what says how a net of words is called; the others take pictures
MEASURED = ("measure", "value", "interval", "real", "bar", "samples")


def write(path: Path, name: str = "") -> Path:
    """Put the card in place at once and return its path. UserError for a folder that breaks the format."""
    writing.write(path / folder.CARD, render(path, name))
    return path / folder.CARD


def render(path: Path, name: str = "", language: str = "en") -> str:
    """The whole card, Markdown with the header that the Hub reads. `name`: the model's id, the folder's name unless given."""
    description = folder.describe(path)
    name = name or path.resolve().name
    evaluation, directions = folder.table(path, folder.EVALUATION) or {}, folder.table(path, folder.DIRECTIONS) or {}

    def say(key: str, **values: object) -> str:
        return locales.text(f"card.{key}", language, **values)

    title = description.title.get(language, description.title["en"])
    sections = {
        "use": _use(path, name, description, say),
        "data": [_known("data", _learned(description), say), *_painting(description, language, say)],
        "recipe": _recipe(description, say),
        "quality": [*_quality(name, _kind(description), evaluation, directions, language), *_fitted(description, say)],
        "limits": [_known("limits", "sounds" if _data(description) in members.names("clips") else _kind(description), say)],
        "licence": [say("licence_text", licence=description.licence)],
    }
    body = [f"# {title}", "", _known("what", _kind(description), say), ""]
    for key, lines in sections.items():
        body += [f"## {say(key)}", "", *lines, ""]
    return "\n".join([*_header(description), "", *body]).rstrip() + "\n"


def _kind(description: Description) -> str:
    """What a model is described as: its task, and where one task is done in several ways which."""
    if description.task == "speak" and "recorded" in description.values:
        return "speak_syllables"
    if description.task == "classify" and "initials" in description.values:
        return "classify_syllables"
    return description.task


def _data(description: Description) -> str:
    """Name of the training data, empty when none is recorded."""
    return str(description.training.get("data", "")).split(",")[0].strip()


def _learned(description: Description) -> str:
    """Which sentence tells what it learned from: its data's, or one of both where drawings stand beside recordings."""
    return "drawn_speech" if description.task == "listen" else _data(description)


def _painting(description: Description, language: str, say: Any) -> list[str]:
    """Which painting a style was learnt from, where it says."""
    told = [description.values.get(key) for key in ("artist", "work")]
    named = [each.get(language) or each.get("en") for each in told if isinstance(each, dict)]
    if len(named) < 2 or not all(named):
        return []
    artist, work = named
    return ["", say("painting", artist=artist, work=work, year=description.values.get("year", ""))]


def _known(group: str, key: str, say: Any) -> str:
    """The sentence for `key` where the group has one, else the group's own for anything else."""
    try:
        return str(say(f"{group}_of.{key}"))
    except KeyError:
        return str(say(f"{group}_of.other", name=key or "-"))


def _header(description: Description) -> list[str]:
    """The YAML header."""
    tags = ["likeness", description.task] if description.task == "classify" else ["likeness", "gan", description.task]
    tags += sorted({part.family.replace("_", "-") for part in description.parts.values()})
    pipeline = PIPELINES.get(description.task, "image-to-image")
    lines = ["---", f"license: {description.licence}", "library_name: likeness", f"pipeline_tag: {pipeline}"]
    lines += ["tags:", *(f"- {tag}" for tag in tags)]
    if on_hub := members.described("data").get(_data(description), {}).get("hub"):
        lines += ["datasets:", f"- {on_hub}"]
    return [*lines, "---"]


def _use(path: Path, name: str, description: Description, say: Any) -> list[str]:
    """How to load it, what it promises, what parts it has."""
    code = ["```python", "from ganapp.models import catalog", "", f'net = catalog.load("{name}", "{description.task}").net()', "```"]
    if description.task == "stylize":
        style = "painting.jpg" if (description.values or {}).get("any") else name.removeprefix("stylize-")
        code += ["", "```bash", f"python -m ganapp stylize photo.jpg --style {style} --out painted.png", "```"]
    if description.task == "reply":
        code += ["", "```bash", f'python -m ganapp reply --model {name} --text "What is AI?" --json', "```"]
    if description.task == "sample":
        classes = int(description.promises.get("classes", 0))
        flag, out = (f" --digit {min(7, classes - 1)}", "seven" if classes == 10 else "picture") if classes else ("", "picture")
        code += ["", "```bash", f"python -m ganapp sample --model {name}{flag} --seed 1 --out {out}.png", "```"]
    if description.task == "write":
        code += ["", "```bash", f"python -m ganapp write --heads 春夏秋冬 --model {name} --json", "```"]
    if _kind(description) == "speak_syllables":
        code += ["", "```bash", f'python -m ganapp say --text "我有三只猫。" --model {name} --out cats.wav', "```"]
    if description.task == "speak" and _kind(description) != "speak_syllables":
        known = [str(word) for word in description.values.get("words", ())]
        word, out = ("7", "seven") if {"seven", "七", "7"} & set(known) else (known[0] if known else "7", "sound")
        code += ["", "```bash", f"python -m ganapp speak --word {shlex.quote(word)} --seed 1 --model {name} --out {out}.wav", "```"]
    if description.task == "listen":
        code += ["", "```bash", f"python -m ganapp listen digit.png --language zh --model {name} --out digit.wav", "```"]
    if description.task == "stanza":
        code += ["", "```bash", f"python -m ganapp stanza --letters LOVE --model {name} --json", "```"]
    promises = ", ".join(f"{key} {value}" for key, value in description.promises.items())
    parts = [["part", "family", "file", "bytes"]]
    for part, entry in description.parts.items():
        file = path / entry.file
        parts.append([part, entry.family, entry.file, f"{file.stat().st_size:,}" if file.is_file() else "-"])
    head, *rows = parts
    relied = say(RELIED.get(description.task, "promises"), promises=promises or "-")
    copies = [f"{name} ({(path / name).stat().st_size:,})" for name in (folder.BROWSER, folder.BROWSER_CRITIC) if (path / name).is_file()]
    browser = ["", say("browser", files=", ".join(copies))] if copies else []
    return [*code, "", relied, "", *table([say(f"columns.{key}") for key in head], rows), *browser]


def _recipe(description: Description, say: Any) -> list[str]:
    """How the weights came about."""
    training = description.training
    if not training:
        return [say("recipe_unknown")]
    minutes = round(float(training.get("seconds", 0)) / 60)
    facts = {"recipe": training.get("recipe", "-"), "steps": training.get("steps", 0), "seed": training.get("seed", "-")}
    lines = [say("recipe_text", minutes=minutes, **facts)]
    settings = training.get("settings") or {}
    lines[0] += " " + say("settings_differ" if settings else "settings_own")
    if training.get("note"):
        lines[0] += f" {training['note']}"
    if settings:
        lines += ["", *table([say("columns.setting"), say("columns.value")], [[str(k), str(v)] for k, v in settings.items()])]
    return lines


def _quality(name: str, kind: str, evaluation: dict[str, Any], directions: dict[str, Any], language: str) -> list[str]:
    """What was measured of a model of this kind, as tables; a sentence that says how to measure where nothing was."""

    def say(key: str, **values: object) -> str:
        return locales.text(f"card.{key}", language, **values)

    rows = evaluation.get("rows") or []
    if rows:
        head = [_known("real", kind, say) if key == "real" else say(f"columns.{key}") for key in MEASURED]
        lines = table(*_filled(head, [_measured(row, language) for row in rows]))
        lines += ["", *(f"- **{_title(row, language)}**: {_note(row, language)}" for row in rows if row.get("note"))]
        facts = {key: _listed(evaluation.get(key)) for key in ("samples", "seeds", "machine", "date")}
        lines += ["", say("measured_with", **facts), *_methods(evaluation, language)]
    else:
        lines = [say("not_measured", name=name)]
    tried = (evaluation.get("details") or {}).get("section") == "digit_sliders"  # which stand in a table already, measured afresh
    return [*lines, *_sliders(directions, say, tried)]


def _filled(head: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """A table's head and rows without the columns in which no row has anything."""
    kept = [at for at in range(len(head)) if any(row[at] for row in rows)]
    return [head[at] for at in kept], [[row[at] for at in kept] for row in rows]


def _methods(evaluation: dict[str, Any], language: str) -> list[str]:
    """What else was measured in the same run, where its words say so: `measures.<section>.card`, named in the evaluation's details."""
    details = evaluation.get("details") or {}
    section, words = f"measures.{details.get('section')}", locales.words(language)
    if f"{section}.card" not in words:
        return []
    rows = details["methods"]
    columns = [key for key in rows[0] if f"{section}.{key}" in words]
    named = [{**row, "method": words.get(f"{section}.methods.{row['method']}", row["method"])} for row in rows]
    cells = [[row[key] if isinstance(row.get(key), str) else _short(row.get(key)) for key in columns] for row in named]
    return ["", words[f"{section}.card"], "", *table([words[f"{section}.{key}"] for key in columns], cells)]


def _sliders(directions: dict[str, Any], say: Any, tried: bool) -> list[str]:
    """What the sliders move: their measures where no evaluation tried them, their leakage into each other, and what measured too badly to
    have one."""
    attributes, changes = directions.get("attributes") or [], _unnamed(directions, say)
    if not attributes:
        return changes
    measures = [key for key, value in attributes[0].items() if key == "unit" or isinstance(value, int | float)]
    head = [say("columns.slider"), *measures]
    cells = [[a[m] if m == "unit" else _short(a.get(m)) for m in measures] for a in attributes]
    lines = [] if tried else ["", say("sliders"), "", *table(head, [[a["name"], *row] for a, row in zip(attributes, cells, strict=True)])]
    spilt = [
        [a["name"], ", ".join(f"{other} {share:.2f}" for other, share in a["leakage"].items())] for a in attributes if a.get("leakage")
    ]
    if spilt:
        lines += ["", say("leakage"), "", *table([say("columns.slider"), say("columns.leaks")], spilt)]
    left_out = directions.get("left_out") or []
    if left_out:
        lines += ["", say("left_out", names="; ".join(map(_failed, left_out)))]
    return lines + changes


def _failed(each: dict[str, Any]) -> str:
    """What was tried in vain: its name, for which digits, and what was measured of it."""
    digits = f" ({', '.join(map(str, each['digits']))})" if each.get("digits") else ""
    measures = ", ".join(f"{key} {each[key]:.2f}" for key in ("r2", "spearman", "moves", "class_kept") if key in each)
    return f"{each['name']}{digits}" + (f": {measures}" if measures else "")


def _unnamed(directions: dict[str, Any], say: Any) -> list[str]:
    """How much the picture changes along the directions without a name, where that was measured."""
    changes = [(each["name"], each["change"]) for each in directions.get("raw") or [] if "change" in each]
    if not changes:
        return []
    head = [say("columns.slider"), say("columns.change")]
    return ["", say("unnamed"), "", *table(head, [[name, _short(value)] for name, value in changes])]


def _fitted(description: Description, say: Any) -> list[str]:
    """What was fitted for the page after training, and what the test for copies found, as far as the folder has it."""
    lines: list[str] = []
    copies = description.values.get("memorising")
    if isinstance(copies, dict) and isinstance(copies.get("passes"), bool):
        facts = {key: value for key, value in copies.items() if isinstance(value, int | float) and key != "passes"}
        lines += ["", say(f"memorising_{'passes' if copies['passes'] else 'fails'}", **facts)]
    for name in ("discriminator", "inversion", "nearest"):
        values = description.values.get(name)
        if isinstance(values, dict):
            plain = {key: value for key, value in values.items() if isinstance(value, int | float)}
            kind = "" if "digits" in values else "_held_out" if values.get("held_out") else "_trained_on"
            lines += ["", say(f"fitted.{name}{kind}", **plain)]
    return lines


def _measured(row: dict[str, Any], language: str) -> list[str]:
    """A row's cells."""
    low, high = row.get("interval") or (None, None)
    sign = "≤" if row.get("better") == "lower" else "≥"
    bar = "" if row.get("bar") is None else f"{sign} {_short(row['bar'])}"
    interval = "" if low is None else f"{_short(low)} – {_short(high)}"
    samples = row.get("samples")
    return [_title(row, language), _short(row.get("value")), interval, _short(row.get("real")), bar, f"{samples:,}" if samples else ""]


def _title(row: dict[str, Any], language: str) -> str:
    """A measure's name in words where the locale has one."""
    return locales.words(language).get(f"measures.{row['name']}.name", str(row["name"]))


def _note(row: dict[str, Any], language: str) -> str:
    """What the measure means; the row's own note is English."""
    return locales.words(language).get(f"measures.{row['name']}.note", str(row["note"]))


def _listed(value: Any) -> str:
    """A table's field as words: "key value, key value" of a dict."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {item:,}" if isinstance(item, int) else f"{key} {item}" for key, item in value.items()) or "-"
    return "-" if value is None else str(value)


def _short(value: Any) -> str:
    """Four digits after the point, two significant ones for a number that would vanish there."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4f}" if abs(value) >= 0.01 or value == 0 else f"{value:.1e}"


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines]
