"""Teach the writer a reader's own poems: the text is kept as an upload of the visitor, and the recipe `verse` learns from it.

The run is a job as any other. It begins from what a writer here has learnt, or from nothing, at a small size.
"""

from __future__ import annotations

import secrets
from typing import Annotated

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Text
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, uploads
from ganapp.jobs.incoming import Incoming
from ganapp.jobs.requests import _fields, _rows
from ganapp.jobs.requests._rows import OneJob as Result
from ganapp.writing import corpus

LONGEST = 4_000_000  # characters: some 100,000 poems
READINGS = {"writer": 3, "nothing": 5}  # of the poems: after more of a few hundred, held-out poems are foretold worse, and poems are copied
STARTS = {  # at most: about fifteen minutes each on two quiet cores
    "writer": {"steps": 1200, "settings": {"model": "write-quatrains", "batch": 32, "rate": 5e-4}},
    "nothing": {"steps": 4000, "settings": {"width": 96, "layers": 2, "batch": 32, "rate": 3e-3}},
}


@request_class
class Request:
    """Poems, what the writer is to be called, and what it begins from."""

    key: _fields.Line = about(_fields.KEY)
    poems: Annotated[str, Text(LONGEST)] = about("the poems: quatrains of seven characters a line, in either script")
    name: _fields.Line = about("what the writer is called", default="")
    start: Annotated[str, Choice(tuple(STARTS))] = about("what it begins from: writer (the shipped one), or nothing", default="writer")
    shared: bool = about("whether others may watch it", default=False)
    password: _fields.Line = about(_fields.PASSWORD, default="")


def run(request: Request) -> Result:
    """Start the training of a writer on somebody's own poems, and return its job, which is watched as any other on the training page.

    Its result is a writer of this server once it is used (`job_use`). At least 40 quatrains are needed; what is no quatrain of seven
    characters a line is left out.
    """
    visitor = _fields.who(request)
    found = corpus.of_text(request.poems)
    if len(found) < corpus.FEWEST:
        raise UserError("too_few_poems", found=len(found), needed=corpus.FEWEST)
    number = secrets.token_hex(16)
    with Incoming(visitor, number, "poems.txt") as incoming:
        incoming.write(request.poems.encode("utf-8"))
    name = " ".join(request.name.split()) or locales.text("write.own.unnamed", paths.language())
    chosen = STARTS[request.start]
    settings = {**chosen["settings"], "source": f"{paths.UPLOAD}{uploads.name(visitor, number)}"}  # type: ignore[dict-item]
    steps = min(chosen["steps"], max(1, round(READINGS[request.start] * len(found) / chosen["settings"]["batch"])))  # type: ignore[call-overload, index]
    order = {"recipe": "verse", "steps": steps, "every": 200, "settings": settings}
    return Result(_rows.one(visitor, actions.submit(visitor, order, name, request.shared).id))
