"""How many requests a visitor and an address may send in a minute. A key can be made up, so that the address has a limit of its own."""

from __future__ import annotations

from functools import cache

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.guesses import Guesses
from ganapp.jobs import visitor
from ganapp.ui.server import tickets

HEAVY = 10  # what a request counts that keeps the machine busy


@cache
def _spent(kind: str, most: int) -> Guesses:  # noqa: ARG001 - one for each kind
    return Guesses(burst=max(most, HEAVY), seconds=60 / most)


def count(heavy: bool) -> None:
    """Count the present request. UserError("rate_limit") for one too many, which is not counted."""
    limits, address = paths.limits(), visitor.address()
    if not address:  # the shell, or another part of the program
        return
    for kind, most, whose in (("visitor", limits.requests, tickets.present().visitor), ("address", limits.address_requests, "")):
        if most and (whose or kind == "address"):
            seconds = _spent(kind, most).take(f"{address} {whose}", HEAVY if heavy else 1)
            if seconds:
                raise UserError("rate_limit", most=most, seconds=seconds)
