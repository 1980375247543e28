"""Who has signed in with an account of Hugging Face, and whether that account may train here.

A signed cookie says so, and the server keeps nothing: the account's name, and those of its organisations that the deployer has named.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

from ganapp.base import paths

COOKIE = "likeness-account"
ANYBODY = "*"
SECONDS = 8 * 3600  # that somebody stays signed in
LONGEST = 4000  # characters of a cookie


@dataclass(frozen=True)
class Account:
    """name: of the user; groups: organisations of theirs that `GANAPP_TRAINING_ACCOUNTS` named when they signed in."""

    name: str
    groups: tuple[str, ...] = ()

    @property
    def trains(self) -> bool:
        """Whether the deployer lets this account train. Asked anew each time: a name that is taken from the list is out at once."""
        allowed = paths.training_accounts()
        return ANYBODY in allowed or not allowed.isdisjoint(each.casefold() for each in (self.name, *self.groups))


def sealed(purpose: str, facts: dict[str, Any], seconds: float) -> str:
    """Facts as a text that only this installation can write, and that ends after so many seconds; whoever has it can read it."""
    body = json.dumps({**facts, "until": time.time() + seconds}, separators=(",", ":")).encode()
    text = base64.urlsafe_b64encode(body).decode().rstrip("=")
    return f"{text}.{_signature(purpose, text)}"


def opened(purpose: str, text: str) -> dict[str, Any] | None:
    """The facts of a text that `sealed` made for that purpose; None for any other, and for one that is over."""
    body, _, signature = text.partition(".")
    if len(text) > LONGEST or not hmac.compare_digest(signature.encode(), _signature(purpose, body).encode()):
        return None
    facts: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return facts if facts["until"] > time.time() else None


def _signature(purpose: str, text: str) -> str:
    return hmac.new(paths.secret(), f"{purpose}:{text}".encode("utf-8", "replace"), "sha256").hexdigest()


def kept(account: Account) -> str:
    """What the account's browser keeps."""
    named = tuple(each for each in account.groups if each.casefold() in paths.training_accounts())
    return sealed("account", {"name": account.name, "groups": named}, SECONDS)


def shown(cookies: str) -> Account | None:
    """The account in a Cookie header; None for none, and where nobody is asked to sign in."""
    pairs = (each.strip().partition("=") for each in cookies.split(";")) if paths.training_accounts() else ()
    held = next((text for name, _, text in pairs if name == COOKIE), "")
    facts = opened("account", held) if held else None
    return Account(facts["name"], tuple(facts["groups"])) if facts else None
