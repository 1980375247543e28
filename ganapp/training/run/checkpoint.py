"""The checkpoint of a run: whole or not there, and gone back to when a run falls ill."""

from __future__ import annotations

import io
import json
import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganapp.base import writing
from ganapp.base.errors import UserError

CHECKPOINT, GOOD = "checkpoint.pt", "good.pt"


def save(folder: Path, state: dict[str, Any]) -> None:
    """Write `state` as the folder's checkpoint."""
    packed = io.BytesIO()  # torch's own writer would hide a full disk behind an error of its own
    torch.save(state, packed)
    with writing.telling_when_full():  # the bytes and no view of them: Python 3.12.1 breaks off where a view ends in garbage
        writing.write(folder / CHECKPOINT, packed.getvalue(), sole=True, durable=True)


def keep_as_good(folder: Path) -> None:
    """Copy the checkpoint to good.pt, from which a run continues after a later ill diagnosis."""
    with writing.telling_when_full(), writing.replacing(folder / GOOD, sole=True, durable=True) as partial:
        shutil.copyfile(folder / CHECKPOINT, partial)


def load(folder: Path) -> dict[str, Any] | None:
    """The folder's checkpoint, None without one. UserError for one that is damaged or was not written by a run.

    In place of a damaged one, good.pt is read, the last checkpoint without an ill diagnosis.
    """
    if not (folder / CHECKPOINT).exists():
        return None
    for name in (CHECKPOINT, GOOD):
        if (state := _whole(folder / name)) is not None:
            return state
    raise UserError("checkpoint_broken", file=CHECKPOINT)


BROKEN = (RuntimeError, OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, IndexError, pickle.UnpicklingError)


def _whole(path: Path) -> dict[str, Any] | None:
    """What a checkpoint holds, None when it is missing, damaged, or no checkpoint."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except BROKEN:  # errors of zip, pickle and torch for damaged bytes
        return None
    known = isinstance(state, dict) and isinstance(state.get("run"), dict)
    whole = known and isinstance(state.get("step"), int) and isinstance(state.get("seconds"), int | float)
    return state if whole and state["step"] >= 0 and finite(state) else None


@contextmanager
def fitting() -> Iterator[None]:
    """A context for loading a state into nets. UserError when it belongs to other nets."""
    try:
        yield
    except (RuntimeError, KeyError, ValueError, TypeError, AttributeError, IndexError) as problem:
        raise UserError("checkpoint_unfit", file=CHECKPOINT) from problem


def tensors(state: Any) -> Iterator[Tensor]:
    """All tensors in a state of dicts and lists."""
    if isinstance(state, Tensor):
        yield state
    elif isinstance(state, dict):
        for value in state.values():
            yield from tensors(value)
    elif isinstance(state, list | tuple):
        for value in state:
            yield from tensors(value)


def finite(state: Any) -> bool:
    """Whether every number in a state is finite: one that is not would spoil all that is resumed from it."""
    return all(bool(torch.isfinite(tensor).all()) for tensor in tensors(state) if tensor.is_floating_point())


def parsed(line: str) -> dict[str, Any]:
    """A line of a log, {} for one that is torn: the run was ended while it wrote it."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) and type(values.get("step")) is int else {}


def _step(line: str) -> int:
    return int(parsed(line).get("step", -1))


def forget_after(folder: Path, step: int) -> None:
    """Drop log lines and sample sheets past `step`: they belong to work that was lost and will be done again."""
    for log in (folder / "metrics.jsonl", folder / "diagnostics.jsonl"):
        if log.exists():
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            kept = "".join(f"{line}\n" for line in lines if -1 < _step(line) <= step)
            with writing.telling_when_full():
                writing.write(log, kept, sole=True, durable=True)
    for sheet in (folder / "samples").rglob("*.png"):
        if sheet.stem.isascii() and sheet.stem.isdigit() and int(sheet.stem) > step:
            sheet.unlink()
