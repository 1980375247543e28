"""Install a pack for all who use this server."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp.base.validation import about, request_class
from ganapp.jobs.requests import _fields
from ganapp.models import pack_install
from ganapp.tasks import _result

FAR = True


@request_class
class Request:
    """Which pack."""

    pack: _fields.Line = about("the pack's name, as packs_list has it")
    password: _fields.Line = about(_fields.PASSWORD)


@dataclass(frozen=True)
class Result(_result.Facts):
    """pack: its name."""

    pack: str


def run(request: Request) -> Result:
    """Fetch a pack, check its files and put them in place; the progress is in bytes. Only an administrator may."""
    _fields.administrator(request)
    pack_install.add(request.pack)
    return Result(request.pack)
