"""The test for copies before a model that learnt from somebody's own pictures or sounds leaves the machine."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import orders, outcome, store
from ganapp.jobs.store import Job
from ganapp.models import card, folder

PATIENCE = 300.0  # seconds
MODULE = "ganapp.finishing.memorising"
LEAST_SOUNDS = 40  # recordings below which nothing can be said
_turn = threading.Lock()  # of tests before sharing: each keeps a processor busy
OWN = {"gan": ("sample", "pictures"), "sounds": ("speak", "sounds")}  # recipe -> the task of its model, and what data are one's own
VALUE = "memorising"  # the name of what was found, in a folder's values


def tested(result: Path) -> dict[str, Any] | None:
    """What the test found, noted in the folder, where the card reads it; None for a model that it is not for or whose pictures are gone."""
    description = folder.describe(result)
    if not _own(description):
        return None
    noted = description.values.get(VALUE)
    weights = description.parts["model"].sha256
    if isinstance(noted, dict) and noted.get("weights") == weights:
        return noted
    try:
        done = subprocess.run(
            [sys.executable, "-m", MODULE, str(result)],
            cwd=paths.ROOT,
            env=paths.child_environment(OMP_WAIT_POLICY="passive"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        found = json.loads(done.stdout.strip().splitlines()[-1]) if done.returncode == 0 else None
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        found = None
    if not isinstance(found, dict):
        return None
    found["weights"] = weights
    config = json.loads((result / folder.CONFIG).read_text(encoding="utf-8"))
    folder.rewrite(result, {**config, "values": {**config.get("values", {}), VALUE: found}})
    return found


def _own(description: folder.Description, recipe: str = "") -> bool:
    """Whether a model learnt from somebody's own pictures or sounds; recipe: by that one."""
    of = (description.task, (description.training.get("settings") or {}).get("data"))
    return of in ((OWN[recipe],) if recipe else OWN.values())


def own_pictures(order: dict[str, Any]) -> bool:
    """Whether an order is for a generator of somebody's own pictures, or a speaker of own sounds."""
    recipe, data = order.get("recipe"), (order.get("settings") or {}).get("data")
    return recipe in OWN and data == OWN[recipe][1]


def before_sharing(job: Job, anyway: bool) -> dict[str, Any] | None:
    """As `check`, before everybody may watch a run of somebody's own pictures and take its model. UserError, too, while it has no result or
    goes on: what it will have learnt then cannot be tested now."""
    if not own_pictures(orders.read(job.folder)):
        return None
    if job.state in store.UNFINISHED or not (job.folder / "result" / folder.CONFIG).is_file():
        raise UserError("share_untested", name=job.name)
    if not _turn.acquire(timeout=PATIENCE / 5):
        raise UserError("busy")
    try:
        with outcome.held(job) as result:
            found = check(result, anyway)
            card.write(result)
            return found
    finally:
        _turn.release()


def check(result: Path, anyway: bool) -> dict[str, Any] | None:
    """As `tested`. UserError for a model that fails, unless it is to go out anyway, and for one of sounds that cannot be tested: few
    recordings of a voice are known again at once."""
    found = tested(result)
    if found is None and _own(folder.describe(result), "sounds"):
        raise UserError("sounds_untested", least=LEAST_SOUNDS)
    if found is not None and not found["passes"] and not anyway:
        raise UserError("memorised", nearer=f"{found['nearer']:.0%}", ratio=f"{found['ratio']:.2f}")
    return found
