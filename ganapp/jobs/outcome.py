"""The result of a job, a model folder that the run writes anew with every checkpoint: its step, and a copy that stays whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from ganapp.base.errors import UserError
from ganapp.jobs import reports
from ganapp.jobs.store import Job

CONFIG = "config.json"  # of a model folder: names its files and their hashes
LARGEST = 4 << 20  # bytes of it: the result may come from a rented machine
TRIES, PAUSE = 20, 0.25  # of taking a copy while the run writes


def step(job_folder: Path) -> int | None:
    """The step whose weights the result holds, None without a result."""
    path = job_folder / "result" / CONFIG
    try:
        return _step(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _step(path: Path, _: int) -> int:
    config = reports.load(path, LARGEST)
    training = config.get("training") if isinstance(config, dict) else None
    steps = training.get("steps") if isinstance(training, dict) else None
    return steps if type(steps) is int and 0 <= steps <= reports.WHOLE else 0


@contextmanager
def held(job: Job) -> Iterator[Path]:
    """The folder of a job's result, which does not change inside the context: a copy while the job runs, else the folder itself. UserError
    when there is none."""
    result = job.folder / "result"
    if not (result / CONFIG).is_file():
        raise UserError("job_no_result", name=job.name)
    if job.state != "running":
        yield result
        return
    with tempfile.TemporaryDirectory(prefix="likeness-") as place:
        yield _whole(result, Path(place) / job.id / "result")


def _whole(result: Path, copy: Path) -> Path:
    """A copy whose files belong together: the run replaces them one after the other, config.json with their hashes last."""
    for last in (*[False] * (TRIES - 1), True):
        shutil.rmtree(copy, ignore_errors=True)
        try:
            shutil.copytree(result, copy, ignore=shutil.ignore_patterns(".*"))
        except OSError:  # a file was there when the folder was listed, and is being replaced
            if last:
                raise
        if _fits(copy):
            break
        time.sleep(PAUSE)
    return copy  # what still does not fit is refused by whoever reads it


def _fits(copy: Path) -> bool:
    """Whether the files are those that config.json names."""
    try:
        parts = json.loads((copy / CONFIG).read_text(encoding="utf-8"))["parts"].values()
        return all(hashlib.sha256((copy / part["file"]).read_bytes()).hexdigest() == part["sha256"] for part in parts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
