"""List the styles that are here: shipped, trained, and of the Hub, each with its painting, its painter and a thumbnail."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.validation import request_class
from ganapp.models import catalog, packs, painter
from ganapp.models.catalog import Entry
from ganapp.stylizing import mixture
from ganapp.tasks import _result


@request_class
class Request:
    """Nothing: all of them."""


@dataclass(frozen=True)
class Style:
    """A line of the list. id: of its model; style: what `stylize` takes for it; title, artist, work: by language, empty where nobody says;
    year: of the work; thumbnail: the painting, or a photo in that style, as a data URI, "" without one; any: whether it takes its style
    from a picture that is sent; source: "pack", "shipped", "trained" or "hub"; licence: of the model; makers: of one from a pack; body:
    styles of one body mix stroke by stroke; side: short side in pixels of a photo whose strokes have their natural width; seeds: whether
    its strokes lie by a seed."""

    id: str
    style: str
    title: dict[str, str]
    artist: dict[str, str]
    work: dict[str, str]
    year: str
    thumbnail: str
    any: bool
    source: str
    licence: str
    makers: str
    body: str
    side: float
    seeds: bool


@dataclass(frozen=True)
class Result(_result.Table):
    """The list: the style for those who name none; then those of packs, shipped ones, all others; those of any style last among each."""

    styles: tuple[Style, ...]


def run(request: Request) -> Result:
    """Return the styles that are here, with title, painter, work, year and thumbnail of each: what `stylize` takes as `style`."""
    del request
    entries = [entry for entry in catalog.listing() if entry.ready and entry.task == mixture.TASK]
    known = {line.id: line for entry in entries if (line := _line(entry)) is not None}  # a pack's model hides a folder of its name
    first, ranks = mixture.first(), {"pack": 0, "shipped": 1}
    return Result(tuple(sorted(known.values(), key=lambda one: (one.style != first, ranks.get(one.source, 2), one.any))))


def _line(entry: Entry) -> Style | None:
    """The line of a model; none for one that went away meanwhile."""
    if entry.source == "pack":
        pack = packs.of_model(entry.id)
        assert pack is not None
        model = pack.models[entry.id]
        return _styled(entry, model.title, {"makers": pack.makers, **model.values})
    try:
        described = catalog.load(entry.id, mixture.TASK).description
    except UserError:
        return None
    return _styled(entry, described.title, {**described.values, "seeds": bool(described.parts["model"].net.get("noise"))})


def _styled(entry: Entry, title: Mapping[str, str], values: Mapping[str, Any]) -> Style:
    return Style(
        id=entry.id,
        style=entry.id.removeprefix(mixture.PREFIX) if entry.source in ("pack", "shipped") else entry.id,
        title=dict(title),
        artist=_words(values.get("artist")),
        work=_words(values.get("work")),
        year=str(values.get("year") or ""),
        thumbnail=_picture(values["picture"]) if entry.source == "pack" and "picture" in values else _sent(values.get("thumbnail")),
        any=bool(values.get("any")),
        source=entry.source,
        licence=entry.licence,
        makers=str(values.get("makers") or ""),
        body=str(values.get("body") or ""),
        side=painter.side_of(values.get("side")),
        seeds=bool(values.get("seeds")),
    )


def _words(value: object) -> dict[str, str]:
    return {str(key): str(word) for key, word in value.items()} if isinstance(value, dict) else {}


def _sent(value: object) -> str:
    return value if isinstance(value, str) and value.startswith("data:image/") else ""


@cache
def _picture(name: str) -> str:
    """A WebP file of assets/ as a data URI."""
    return "data:image/webp;base64," + base64.b64encode((paths.assets() / name).read_bytes()).decode()
