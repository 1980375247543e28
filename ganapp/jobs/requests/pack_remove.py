"""Take a pack away from all who use this server."""

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
    """Take a pack away that was installed here. Only an administrator may."""
    _fields.administrator(request)
    pack_install.remove(request.pack)
    return Result(request.pack)
