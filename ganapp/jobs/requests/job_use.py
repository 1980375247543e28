"""Use what a training job learned: a generator in the digits page, where its sliders are found; a style in the style page; a writer in
the writing page; a voice in the listening page.

The work is done by `python -m ganapp.finishing.adopt` in a process of its own, and goes on when nobody waits for it. The model is
listed for everybody on this server. A run that goes on can be used too, from its last checkpoint.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.kinds import Text
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, outcome, trained_models
from ganapp.jobs.requests import _adoptions, _fields
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor
from ganapp.models import folder

FAR = True
ANSWER = 10.0  # seconds after which a request is answered, whether the model is made or not
LONGEST_TITLE, LONGEST_SLUG = 80, 32
PATIENCE = 600  # seconds
MENDABLE = {"curve", "search", "browser_packages"}  # parts a model lacks that may be there when it is made anew
ADDRESSES = {
    "sample": "digits#model={model}&seed=1",
    "stylize": "stylize#style={model}",
    "write": "write#model={model}&seed=1",
    "speak": "listen#model={model}",
}  # of the page that uses a model, by task


@request_class
class Request:
    """Whose job, and what the model is to be called."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    name: Annotated[str, Text(LONGEST_TITLE, 0, signs="printed")] = about(
        "what the model is called, for everybody on this server; the job's name when left out", default=""
    )
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result:
    """model: the id of the model; address: where a page opens it; fresh: whether it had to be made; pending: whether it still is."""

    model: str
    address: str
    fresh: bool
    pending: bool = False

    def report(self) -> dict[str, Any]:
        """All of it, or only that the same request is to be sent again."""
        if self.pending:
            return {"pending": True}
        return {"model": self.model, "address": self.address, "fresh": self.fresh}


def slug(name: str) -> str:
    """A name as it may stand in an address: plain letters, digits and hyphens, "model" where it has none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or "model"


def _noted(model: Path) -> dict[str, Any]:
    """What adoption noted in a model: the digest of the result it was made from, the job, and what is missing; {} for anything else."""
    try:
        noted = folder.describe(model).values.get("adopted")
    except UserError:
        return {}
    return noted if isinstance(noted, dict) else {}


def _place(job: Job) -> Path:
    """Folder of the job's model: the one made before, whatever the job is called by now, else a new name."""
    root = paths.trained_models()
    adopted = sorted(path for path in root.glob("own-*") if _noted(path).get("origin") == job.id) if root.is_dir() else []
    if adopted:
        return adopted[0]
    for length in range(4, len(job.id) + 1):
        path = root / f"own-{slug(job.name)}-{job.id[:length]}"
        if not path.exists():
            return path
    raise UserError("adopt_failed", name=job.name, problem=root.name)


def _title(who: Visitor, job: Job, model: Path, given: str) -> str:
    """What the model is to be called, "" to leave its name as it is: only whose job it is names a model, which everybody reads."""
    title = " ".join(given.split())
    if who.may_change(job):
        return title
    return folder.describe(model).title["en"] if (model / folder.CONFIG).is_file() else job.name


def _fresh(result: Path, model: Path, title: str) -> bool:
    """Whether the model was made from this very result and is called so."""
    noted = _noted(model)
    if not (result / folder.CONFIG).is_file() or noted.get("result") != folder.digest(result / folder.CONFIG):
        return False
    if MENDABLE & set(noted.get("missing", ())):
        return False
    return not title or folder.describe(model).title["en"] == title


def _adopt(job: Job, result: Path, model: Path, title: str) -> None:
    """Run the adoption. UserError with its sentence when it is refused or fails."""
    command = [sys.executable, "-m", "ganapp.finishing.adopt", str(result), str(model), "--title", title, "--origin", job.id]
    environment = paths.child_environment(OMP_WAIT_POLICY="passive")
    try:
        done = subprocess.run(
            command, cwd=paths.ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise UserError("adopt_failed", name=job.name, problem=type(problem).__name__) from problem
    if done.returncode == 0:
        return
    if done.returncode == 2 and (refusal := _refusal(done.stdout)):
        raise refusal
    words = done.stderr.strip().splitlines()
    raise UserError("adopt_failed", name=job.name, problem=words[-1][:200] if words else f"exit {done.returncode}")


def _refusal(output: str) -> UserError | None:
    """The error that the process put on its last line."""
    try:
        error = json.loads(output.strip().splitlines()[-1])
        return UserError(error["key"], **error["values"])
    except (IndexError, ValueError, KeyError, TypeError):
        return None


def run(request: Request) -> Result:
    """Make the result of a training job a network of the digits page, a style of the style page, a writer or a voice; return its id and
    its address there.

    A generator's sliders are found and its discriminator is calibrated, which takes some seconds; a second call on an unchanged result
    answers at once. {"pending": true}: it is not made yet, send the same request again; `job_show` says how it stands. A job that runs is
    used as it was at its last checkpoint. Everybody who uses this server can choose the network from then on, and it stays when the job is
    deleted, until `model_remove`. A model made from somebody else's shared job bears the job's name.
    """
    who = _fields.who(request)
    job = actions.watch(who, request.id)
    result = job.folder / "result"
    if not (result / folder.CONFIG).is_file():
        raise UserError("job_no_result", name=job.name)
    if (task := folder.describe(result, job.name).task) not in ADDRESSES:
        raise UserError("job_no_generator", name=job.name)
    model = _place(job)
    title, address = _title(who, job, model, request.name), ADDRESSES[task].format(model=model.name)
    under_way = (_adoptions.latest(job.id) or {}).get("state") in ("waiting", "working")
    if not under_way and _fresh(result, model, title):
        return Result(model.name, address, False)
    new = _adoptions.Adoption(title, outcome.step(job.folder), model)
    adoption = _adoptions.start(job.id, new, lambda: _build(job, model, title, address))
    if not adoption.over.wait(ANSWER):
        return Result("", "", True, pending=True)
    if adoption.problem:
        _adoptions.forget(job.id)
        raise adoption.problem
    return Result(model.name, address, True)


def _build(job: Job, model: Path, title: str, address: str) -> str:
    """Build the model and return its address."""
    model.parent.mkdir(parents=True, exist_ok=True)
    trained_models.note(model.name, job)
    with outcome.held(job) as result:
        _adopt(job, result, model, title or job.name)
    return address
