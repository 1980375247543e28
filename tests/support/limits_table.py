"""The table of limits in docs/deploy.md, written from what the code allows: `python -m tests.support.limits_table`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ganapp.base import limits, paths, results
from ganapp.jobs import copying, uploads, visitor
from ganapp.sounds import files
from ganapp.training.data.clips import collection
from ganapp.ui import app, binding
from ganapp.ui.server import cleaning, sent, turns
from ganapp.ui.server import limits as bodies

PAGE = Path(__file__).resolve().parents[2] / "docs" / "deploy.md"
PLACE = re.compile(r"(<!-- limits -->\n).*?(<!-- end of limits -->)", re.S)
SAID = {  # field of Limits: what it limits, the word for 0
    "requests": ("requests of a visitor in a minute; one that keeps the machine busy counts as ten", "no limit"),
    "address_requests": ("the same of all visitors at one address", "no limit"),
    "megapixels": ("millions of pixels of a picture that is sent, 1 to 50; a file of 6 KB may hold 50, a gigabyte and half a minute", ""),
    "result_megapixels": ("millions of pixels of a result", "no limit"),
    "upload_mb": ("MB of the pictures or sounds of one upload for a training", "no limit"),
    "disk_mb": ("MB of all a visitor's jobs and pictures; a running job is saved and stopped", "no limit"),
    "address_disk_mb": ("the same of all visitors at one address", "no limit"),
    "free_mb": ("MB that stay free on the disk: a new job or pictures are refused before", "nothing"),
    "hub_mb": ("MB of models that visitors fetched from the Hub; the one used longest ago goes first", ""),
    "seconds": ("seconds of training of a job; then it is saved and stopped, with its result", "no limit"),
    "steps": ("steps of an order", "no limit"),
    "jobs": ("jobs of a visitor that wait or run", "no limit"),
    "address_jobs": ("the same of all visitors at one address", "no limit"),
    "waiting": ("jobs of all visitors in the queue", "no limit"),
    "hand": ("seconds that a run driven by hand may wait for its driver in all; then it is saved and paused", "no limit"),
    "days": ("days after which an ended job is removed, never while somebody watches it", "for ever"),
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    what: str
    variable: str
    private: str
    space: str


def shown(value: int, none: str) -> str:
    return f"{value:,}" if value else none


def settings() -> list[Row]:
    private, space = limits.Limits(), limits.ON_A_SPACE
    return [
        Row(what, f"`GANAPP_{limits.VARIABLES[field]}`", *(shown(getattr(each, field), none) for each in (private, space)))
        for field, (what, none) in SAID.items()
    ]


def fixed() -> list[Row]:
    """What is the same everywhere and has no setting."""
    work = binding.LANES.items()
    said = (
        ("MB of one request", bodies.LARGEST >> 20),
        ("MB of all requests on their way from one address", bodies.OF_ADDRESS >> 20),
        ("MB of all requests on their way", bodies.OF_ALL >> 20),
        *((f"requests of a visitor, of an address, at {name} at once", f"{each.of_visitor}, {each.of_address}") for name, each in work),
        *((f"places at {name}", lane.places) for name, lane in work),
        ("requests that wait in one line, of all together", turns.LONG_LINE),
        ("seconds that a large result is kept", int(results.SECONDS)),
        ("seconds that a picture which was sent is held in memory", int(sent.SECONDS)),
        ("seconds that an answer nobody fetches is held", int(cleaning.UNREAD)),
        ("seconds after which Gradio's cache is cleaned", app.CACHED),
        ("sessions that Gradio keeps", app.SESSIONS),
        ("MB of all large results together; the oldest go first", results.MOST_MB),
        ("files of one upload", uploads.FILES),
        ("sounds of a set, at least and at most", f"{collection.FEWEST}, {collection.MOST:,}"),
        ("seconds of a sound of a set, at least and at most", f"{collection.SHORTEST:g}, {collection.LONGEST:g}"),
        ("MB of one file of sound", files.MOST_BYTES >> 20),
        ("recordings of one's own below which a voice is neither shared nor published", copying.LEAST_SOUNDS),
        ("days that pictures which no job needs are kept", int(uploads.UNUSED / 86_400)),
        ("wrong passwords of an address at once, then one in so many seconds", f"{visitor.guesses.burst}, {visitor.guesses.seconds:g}"),
    )  # fmt: skip
    return [Row(what, "", *(2 * [f"{value:,}" if isinstance(value, int) else value])) for what, value in said]


def table() -> str:
    rows = [*settings(), *fixed()]
    lines = [f"| {row.what} | {row.variable} | {row.private} | {row.space} |" for row in rows]
    return "\n".join(["| what | setting | where nothing is set | on a Space where nothing is set |", "|---|---|---|---|", *lines]) + "\n"


def page(text: str) -> str:
    assert PLACE.search(text)
    return PLACE.sub(lambda place: place[1] + table() + place[2], text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    assert paths.ROOT in PAGE.parents
