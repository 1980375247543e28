"""Who calls a tool: under which address it knows the app, and in which language it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from ganapp.ui import binding
from ganapp.ui.server import address


@dataclass(frozen=True)
class Caller:
    """base: address of the app as the caller sees it, without a slash at its end; language: "en" or "zh"."""

    base: str
    language: str = "en"

    @classmethod
    def of(cls, scope: Scope) -> Caller:
        """Who sent a request."""
        return cls(address.outside(scope), binding.preferred(Headers(scope=scope).get("accept-language", "")))
