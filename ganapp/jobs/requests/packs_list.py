"""Every pack: models in Python packages and on the Hub that can be installed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ganapp.base import paths
from ganapp.base.validation import request_class
from ganapp.models import pack_list
from ganapp.tasks import _result


@request_class
class Request:
    """Nothing is asked."""


@dataclass(frozen=True)
class Result(_result.Facts):
    """packs: of each its name, package, version, source, licence, makers, bytes, title, purpose and state by language, whether it is ready
    and can be removed, the command that installs it, and its models with what they measured here; administrator: whether there is one."""

    packs: list[dict[str, Any]]
    administrator: bool


def run(request: Request) -> Result:
    """List the packs that this server knows, those that are installed and those that can be."""
    return Result(pack_list.report(), bool(paths.administrator_password()))
