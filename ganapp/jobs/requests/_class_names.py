"""Class names of uploaded or downloaded pictures, kept in runs/found/ for the pages of the jobs that use these pictures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.jobs.requests import _schema


def _place(data: str, source: str) -> Path:
    return paths.runs() / "found" / f"{hashlib.sha256(f'{data} {source}'.encode()).hexdigest()[:32]}.json"


def keep(data: str, source: str, classes: list[str]) -> None:
    """Write the class names of a data set."""
    path = _place(data, source)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writing.write(path, json.dumps(classes, ensure_ascii=False))
    except OSError as problem:
        raise UserError("disk_full") from problem


def classes(settings: dict[str, Any]) -> list[str]:
    """Names of the classes that a run with these settings draws by; [] without classes, or where they are not known."""
    if not settings.get("conditional", True):
        return []
    data = str(settings.get("data", "mnist"))
    known: list[str] = next(
        (entry["classes"] for kind in ("datasets", "clips") for entry in _schema.facts()[kind] if entry["id"] == data), []
    )
    if known:
        return list(known)
    try:
        names = json.loads(_place(data, str(settings.get("source", ""))).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []
