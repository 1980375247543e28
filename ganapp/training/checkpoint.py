"""Files that are whole or not there: written beside their place, flushed to the disk, and moved in at once."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganapp.errors import UserError

CHECKPOINT, GOOD = "checkpoint.pt", "good.pt"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # no space, quota used up, larger than this process may write


def atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a neighbour of `path`, flush it to the disk, and put it in place at once: no reader sees half a file.

    Whatever goes wrong, the old file stays and the neighbour is removed. UserError("disk_full") when there is no space.
    """
    unfinished = path.with_name(f".{path.name}.partial")
    try:
        write(unfinished)
        with unfinished.open("rb") as handle:
            os.fsync(handle.fileno())
        unfinished.replace(path)
    except OSError as problem:
        unfinished.unlink(missing_ok=True)
        if problem.errno in FULL:
            raise UserError("disk_full") from problem
        raise
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def save(folder: Path, state: dict[str, Any]) -> None:
    """Write `state` as the folder's checkpoint."""
    packed = io.BytesIO()  # torch's own writer would hide a full disk behind an error of its own
    torch.save(state, packed)
    atomically(folder / CHECKPOINT, lambda path: path.write_bytes(packed.getbuffer()))


def keep_as_good(folder: Path) -> None:
    """Let the folder's checkpoint be the one that a run goes back to when it falls ill later."""
    atomically(folder / GOOD, lambda path: shutil.copyfile(folder / CHECKPOINT, path))


def load(folder: Path) -> dict[str, Any] | None:
    """The folder's checkpoint, None without one."""
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


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


def forget_after(folder: Path, step: int) -> None:
    """Drop log lines and sample sheets past `step`: they belong to work that was lost and will be done again."""
    for log in (folder / "metrics.jsonl", folder / "diagnostics.jsonl"):
        if log.exists():
            lines = log.read_text(encoding="utf-8").splitlines()
            kept = "".join(f"{line}\n" for line in lines if line.endswith("}") and json.loads(line)["step"] <= step)
            atomically(log, partial(Path.write_text, data=kept, encoding="utf-8"))
    for sheet in (folder / "samples").rglob("*.png"):
        if sheet.stem.isdigit() and int(sheet.stem) > step:
            sheet.unlink()
