"""Trainings as agents name them: one text for a job and the private key that opens it, since an agent's session keeps nothing here."""

from __future__ import annotations

import re
import secrets
from typing import Any

from ganapp.base.errors import UserError

HANDLE = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{4,20})")
ARGUMENT = {"training": {"type": "string", "description": "the training, as start_training returned it"}}


def new_key() -> str:
    """A key that nobody can guess."""
    return secrets.token_hex(16)


def handle(key: str, job: str) -> str:
    """What stands for a job."""
    return f"{key}.{job}"


def opened(given: dict[str, Any]) -> tuple[str, str]:
    """Key and job of the argument `training`. UserError for what is none."""
    found = HANDLE.fullmatch(str(given.get("training", "")).strip())
    if not found:
        raise UserError("agent_training")
    return found[1], found[2]
