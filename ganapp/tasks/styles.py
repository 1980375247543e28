"""List the styles that are here: shipped, trained, and of the Hub, each with its painting, its painter and a thumbnail."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp.base.errors import UserError
from ganapp.base.validation import request_class
from ganapp.models import catalog, painter
from ganapp.models.catalog import Entry
from ganapp.stylizing import mixture
from ganapp.tasks import _result


@request_class
class Request:
    """Nothing: all of them."""


@dataclass(frozen=True)
class Style:
    """A line of the list. id: of its model; style: what `stylize` takes for it; title, artist, work: by language, empty where nobody says;
    year: of the work; thumbnail: the painting as a data URI, "" without one; any: whether it takes its style from a picture that is sent;
    source: "shipped", "trained" or "hub"; licence: of the model; body: styles of one body mix stroke by stroke; side: short side in
    pixels of the pictures it learned from; seeds: whether its strokes lie by a seed."""

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
    body: str
    side: float
    seeds: bool


@dataclass(frozen=True)
class Result(_result.Table):
    """The list, shipped ones first and those of any style last among them."""

    styles: tuple[Style, ...]


def run(request: Request) -> Result:
    """Return the styles that are here, with title, painter, work, year and thumbnail of each: what `stylize` takes as `style`."""
    del request
    found = [line for entry in catalog.listing() if entry.ready and entry.task == mixture.TASK and (line := _line(entry)) is not None]
    return Result(tuple(sorted(found, key=lambda style: (style.source != "shipped", style.any, style.id))))


def _line(entry: Entry) -> Style | None:
    """The line of a model; none for one that went away meanwhile."""
    try:
        described = catalog.load(entry.id, mixture.TASK).description
    except UserError:
        return None
    values = described.values
    return Style(
        id=entry.id,
        style=entry.id.removeprefix(mixture.PREFIX) if entry.source == "shipped" else entry.id,
        title=described.title,
        artist=_words(values.get("artist")),
        work=_words(values.get("work")),
        year=str(values.get("year") or ""),
        thumbnail=_thumbnail(values.get("thumbnail")),
        any=bool(values.get("any")),
        source=entry.source,
        licence=entry.licence,
        body=str(values.get("body") or ""),
        side=painter.side_of(values.get("side")),
        seeds=bool(described.parts["model"].net.get("noise")),
    )


def _words(value: object) -> dict[str, str]:
    return {str(key): str(word) for key, word in value.items()} if isinstance(value, dict) else {}


def _thumbnail(value: object) -> str:
    return value if isinstance(value, str) and value.startswith("data:image/") else ""
