"""Owners of the models that were trained here. A model, and the note of its owner, stay when its job is deleted.

The note is kept beside the model folders and not in them, because everything in a model folder is published with it.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.jobs import reports, store
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor

NAME = re.compile(r"own-[a-z0-9-]{1,80}")  # as `requests.job_use` names them
LARGEST = 4 << 20  # bytes of a config.json


def _note(model: str) -> Path:
    return paths.runs() / "models-owners" / f"{model}.json"


def note(model: str, job: Job) -> None:
    """Write down that a model was made from this job."""
    path = _note(model)
    with suppress(OSError):  # without it the job itself tells, for as long as it is there
        path.parent.mkdir(parents=True, exist_ok=True)
        writing.write(path, json.dumps({"owner": job.owner, "job": job.id}))


def owner(model: str) -> str:
    """Whose a model is (`Visitor.owner`), "" when nobody knows."""
    kept = reports.load(_note(model), 1 << 12)
    if isinstance(kept, dict) and isinstance(kept.get("owner"), str):
        return str(kept["owner"])
    config = reports.load(paths.trained_models() / model / "config.json", LARGEST)
    values = config.get("values") if isinstance(config, dict) else None
    adopted = values.get("adopted") if isinstance(values, dict) else None
    origin = adopted.get("origin") if isinstance(adopted, dict) else None
    jobs = store.select("id = ?", (origin,)) if isinstance(origin, str) else ()
    return jobs[0].owner if jobs else ""


def _names() -> list[str]:
    """Ids of the models that were made here."""
    root = paths.trained_models()
    return sorted(folder.name for folder in root.iterdir() if NAME.fullmatch(folder.name)) if root.is_dir() else []


def made() -> dict[str, str]:
    """The id of the model that was made of a job, by the job's id."""
    noted = ((reports.load(_note(name), 1 << 12), name) for name in _names())
    return {kept["job"]: name for kept, name in noted if isinstance(kept, dict) and isinstance(kept.get("job"), str)}


def may_change(visitor: Visitor, model: str) -> bool:
    """Whether a visitor may rename or remove a model that was made here."""
    return visitor.everything or bool(visitor.owner) and owner(model) == visitor.owner


def theirs(visitor: Visitor) -> tuple[str, ...]:
    """Models made here that the visitor may remove."""
    return tuple(name for name in _names() if may_change(visitor, name))


def remove(visitor: Visitor, model: str) -> None:
    """Take a model away from all pages and delete it. UserError when it is not one that was made here, or not the visitor's."""
    folder = paths.trained_models() / model
    if not NAME.fullmatch(model) or folder.is_symlink() or not folder.is_dir():
        raise UserError("model_not_made_here", model=model[:80])
    if not may_change(visitor, model):
        raise UserError("model_not_yours", model=model)
    gone = folder.with_name(f".removed-{secrets.token_hex(6)}")
    try:
        folder.replace(gone)  # at once: no page finds half a model
    except OSError as problem:
        raise UserError("disk_full" if writing.disk_full(problem) else "jobs_unwritable", folder=folder.parent) from problem
    _note(model).unlink(missing_ok=True)
    shutil.rmtree(gone, ignore_errors=True)
