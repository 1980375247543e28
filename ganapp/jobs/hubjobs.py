"""A job on Hugging Face Jobs: the same order on a rented machine; its folder fills as if it had run here.

Files travel through a private repository of the visitor: order and program to the machine; status, log, sample sheets, checkpoint
and result back. `ganapp.jobs.hubworker` is the far end. The visitor's token is used and never stored here.
"""

from __future__ import annotations

import glob
import io
import json
import re
import secrets
import shutil
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganapp.base import members, paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, orders, process, queue, quota, reports, store
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor
from ganapp.models import hub

if TYPE_CHECKING:
    from huggingface_hub import HfApi

PERIODS = {"second": 3600.0, "minute": 60.0, "hour": 1.0, "day": 1 / 24}  # how many an hour has
STAGES = {"SCHEDULING": "waiting", "RUNNING": "running", "COMPLETED": "done", "CANCELED": "stopped", "ERROR": "failed", "DELETED": "failed"}
PACKAGES = ("torch", "torchvision", "huggingface_hub", "pydantic", "safetensors", "numpy", "pillow", "psutil")  # all but the page's
PROGRAM = "program.zip"
MB = 2**20
SMALL = {  # what a run writes while it goes on, and the most bytes of one such file
    r"status\.json": MB // 4,
    r"metrics\.jsonl": 256 * MB,
    r"curves\.json": 4 * MB,
    r"diagnostics\.jsonl": 64 * MB,
    r"samples/([a-z_]{1,40}/)?[0-9]{1,12}\.png": 32 * MB,
}
LARGE = {
    r"result/[A-Za-z0-9_-][A-Za-z0-9._-]{0,80}": 8192 * MB,
    r"checkpoint\.pt": 16384 * MB,
    r"output\.txt": 64 * MB,
}
MOST_FILES = 20_000
UNPACK = (
    "import sys, zipfile; from huggingface_hub import hf_hub_download; "
    f"zipfile.ZipFile(hf_hub_download(sys.argv[1], '{PROGRAM}')).extractall('/tmp/likeness')"
)


@dataclass(frozen=True)
class Offer:
    """A machine for rent. flavour: its name in an order; dollars: an hour; accelerator: "" for none."""

    flavour: str
    title: str
    cpu: str
    memory: str
    accelerator: str
    dollars: float


def offers(token: str | None = None) -> tuple[Offer, ...]:
    """What Hugging Face Jobs offers now, the cheapest first; the Hub is asked with `token`, or with none. UserError when it cannot be
    reached."""
    from huggingface_hub import HfApi

    with hub.explained("Jobs", "main", "hub_offline"):
        hardware = HfApi(token=token or False).list_jobs_hardware()
    rentable = []
    for entry in hardware:
        card = entry.accelerator
        accelerator = f"{card.quantity} x {card.model}, {card.vram}" if card else ""
        hourly = round(entry.unit_cost_usd * PERIODS.get(entry.unit_label, 60.0), 4)
        rentable.append(Offer(entry.name, entry.pretty_name, entry.cpu, entry.ram, accelerator, hourly))
    return tuple(sorted(rentable, key=lambda offer: offer.dollars))


@dataclass(frozen=True)
class Rent:
    """flavour: of the machine; hours: after which it is taken away, whatever runs on it; token: one that may write and start jobs."""

    flavour: str
    token: str
    hours: float = 2.0


def kept_token() -> str:
    """The token that `hf auth login` keeps on this machine, "" without one."""
    from huggingface_hub import get_token

    return get_token() or ""


def submit(visitor: Visitor, order: dict[str, Any], rent: Rent, name: str = "") -> Job:
    """Send the order to a rented machine and start it. It costs the owner of the token money from now on."""
    from huggingface_hub import CommitOperationAdd, HfApi

    title = orders.name(name or orders.title(order))
    if not rent.token:
        raise UserError("hub_jobs_token")
    quota.check(visitor)
    if not 0 < rent.hours <= 24 * 7:
        raise UserError("number_between", name="hours", low=0, high=168)
    if rent.flavour not in {offer.flavour for offer in offers(rent.token)}:
        raise UserError("one_of", name="flavour", known=", ".join(offer.flavour for offer in offers(rent.token)))
    sent = {**orders.checked(order), "device": ""}
    job_id, now = secrets.token_hex(5), time.time()
    api = HfApi(token=rent.token)
    with hub.explained("Jobs", "main", "hub_offline"):
        owner = str(api.whoami()["name"])
        repository = f"{owner}/likeness-job-{job_id}"
        api.create_repo(repository, private=True)
        files = [CommitOperationAdd("order.json", orders.text(sent).encode()), CommitOperationAdd(PROGRAM, program(sent))]
        api.create_commit(repository, files, commit_message="Order and program")
    job = Job(
        id=job_id, name=title, owner=visitor.owner, recipe=order["recipe"], steps=order["steps"],
        device=f"hub:{rent.flavour}", created=now, queued=now, state="waiting", started=now, remote=f"{repository}#",
        address=visitor.origin, unnamed=int(not name),
    )  # fmt: skip
    actions.record(visitor, job, sent)  # before anything costs money, so that every rented machine has a row and can be stopped
    try:
        with hub.explained("Jobs", "main", "hub_offline"):
            info = api.run_job(
                image=paths.hub_image(),
                command=command(repository),
                secrets={"HF_TOKEN": rent.token},
                flavor=rent.flavour,
                timeout=f"{rent.hours:g}h",
                labels={"likeness": job_id},
                namespace=owner,
            )
    except UserError:
        shutil.rmtree(job.folder, ignore_errors=True)
        store.remove(job.id)
        raise
    store.update(job.id, remote=f"{repository}#{info.id}")
    return actions.find(visitor, job.id)


def command(repository: str, module: str = "ganapp.jobs.hubworker") -> list[str]:
    """What the rented machine runs: fetch the program, install what it needs, carry out the order by a module."""
    steps = (
        "set -e",
        "pip install --quiet 'huggingface_hub>=2,<3'",
        f'python -c "{UNPACK}" {repository}',
        "cd /tmp/likeness",
        "pip install --quiet -r requirements.txt",
        f"exec python -m {module} {repository}",
    )
    return ["bash", "-c", "\n".join(steps)]


def program(order: dict[str, Any]) -> bytes:
    """This program as a zip: code, sentences, the judge, and the pictures that the order names, shipped or sent by a visitor (those come
    to lie where they lie here, below runs/). The same bytes every time."""
    data = str(order.get("settings", {}).get("data", "mnist")).replace("-", "_")
    kept = code()
    if data in members.names("data"):
        data_folder = members.described("data")[data].get("of", data.replace("_", "-"))
        kept += [*paths.assets().glob(f"data/{data_folder}/*")]
    kept += [*paths.shipped_models().glob("digits-judge/*"), *paths.assets().glob("paintings/*.json")]
    packages = [line for line in paths.requirements().read_text().splitlines() if line.startswith(PACKAGES)]
    packages += ["pyarrow>=16"] if data == "hub" else []  # for tables of pictures
    sent = {f"runs/{path.relative_to(paths.runs()).as_posix()}": path for path in _sent(order)}
    return packed([path for path in kept if path.is_file()], packages, sent)


def code() -> list[Path]:
    """The files of this program and its sentences."""
    every = (*paths.ROOT.glob("ganapp/**/*.py"), *paths.ROOT.glob("ganapp/**/*.json"))
    return [*(path for path in every if not path.is_relative_to(paths.SHIPPED)), *paths.assets().glob("locales/*/*.json")]


def packed(kept: Iterable[Path], packages: Sequence[str], sent: Mapping[str, Path]) -> bytes:
    """A zip of files of this program where they lie here, of the lines of its requirements.txt, and of what is sent under names of its own.
    The same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(set(kept)):
            archive.writestr(zipfile.ZipInfo(path.relative_to(paths.ROOT).as_posix()), path.read_bytes(), zipfile.ZIP_DEFLATED)
        for name, path in sent.items():
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
        archive.writestr(zipfile.ZipInfo("requirements.txt"), "\n".join(packages) + "\n")
    return buffer.getvalue()


def _sent(order: dict[str, Any]) -> list[Path]:
    """The files of pictures that a visitor has sent for this order."""
    source = str(order.get("settings", {}).get("source", ""))
    held = paths.pictures(source) if source.startswith(paths.UPLOAD) else None
    if held is None or not held.exists():
        return []
    return [held] if held.is_file() else sorted(path for path in held.rglob("*") if path.is_file())


def _far(visitor: Visitor, job_id: str, token: str) -> tuple[Job, HfApi, str, str]:
    """The job, a client, the job's repository and its id on the Hub."""
    from huggingface_hub import HfApi

    job = actions.own(visitor, job_id)
    if not job.remote:
        raise UserError("job_is_here", name=job.name)
    repository, _, remote = job.remote.partition("#")
    return job, HfApi(token=token or False), repository, remote


def follow(visitor: Visitor, job_id: str, token: str) -> Job:
    """Ask the Hub how the job stands, bring what it has written so far, and its result when it is done; the job as it is now."""
    job, api, repository, remote = _far(visitor, job_id, token)
    if job.state not in store.UNFINISHED:
        return job
    with hub.explained(repository, "main", "hub_offline"):
        stage = api.inspect_job(job_id=remote, namespace=repository.partition("/")[0]).status
        state = STAGES.get(str(getattr(stage.stage, "value", stage.stage)), "running")
        ended = state not in store.UNFINISHED
        info = api.model_info(repository, files_metadata=True)
        files = _files_to_fetch(job, info.siblings or [], ended)
        if files:
            api.snapshot_download(repository, revision=info.sha, local_dir=job.folder, allow_patterns=files)
    shutil.rmtree(job.folder / ".cache", ignore_errors=True)  # the client's notes on what it fetched
    said = reports.status(job.folder)
    changes: dict[str, Any] = {"state": state, "step": said.get("step", 0), "seconds": said.get("seconds", 0.0)}
    changes["bytes"] = queue.size(job.folder)
    if ended:
        changes |= _ended(said, state, str(stage.message or ""))
    store.update(job.id, **changes)
    return actions.find(visitor, job.id)


def _files_to_fetch(job: Job, files: Sequence[Any], ended: bool) -> list[str]:
    """Names of the files to fetch. UserError for more, or for larger ones, than a run writes or than the disk and its owner's share hold.

    The repository belongs to the visitor, and anybody with the token may have put anything there.
    """
    limits = {**SMALL, **(LARGE if ended else {})}
    names: list[str] = []
    total = 0
    for file in files:
        most = next((size for pattern, size in limits.items() if re.fullmatch(pattern, file.rfilename)), None)
        if most is None:
            continue
        size = int(file.size or 0)
        if size > most or len(names) >= MOST_FILES:
            raise UserError("hub_job_file", file=file.rfilename[:120], megabytes=size // MB)
        names.append(glob.escape(file.rfilename))
        total += size
    quota.disk_room(job.owner, job.address, "disk_limit", more=max(0, total - job.bytes))
    return names


def _ended(said: dict[str, Any], state: str, message: str) -> dict[str, Any]:
    """How a job on the Hub ended: as the run says itself, or, when it said nothing, as the Hub does."""
    ending = process.ENDINGS.get(said.get("state", ""))
    if ending in ("done", "stopped", "failed"):
        reason = json.dumps(said["reason"], ensure_ascii=False) if said.get("reason") else ""
        return {"state": ending, "ended": time.time(), "reason": reason}
    if state == "stopped":
        return {"state": state, "ended": time.time()}
    return {"state": "failed", "ended": time.time(), "reason": store.reason("hub_job_failed", problem=message or state)}


def stop(visitor: Visitor, job_id: str, token: str) -> Job:
    """Ask the run to save, send what it has, and end; the machine is given back within a minute."""
    from huggingface_hub import CommitOperationAdd

    job, api, repository, _ = _far(visitor, job_id, token)
    with hub.explained(repository, "main", "hub_offline"):
        api.create_commit(repository, [CommitOperationAdd("STOP", b"stop")], commit_message="Stop")
    return job


def cancel(visitor: Visitor, job_id: str, token: str) -> Job:
    """Give the machine back at once; what was not sent yet is lost."""
    job, api, repository, remote = _far(visitor, job_id, token)
    with hub.explained(repository, "main", "hub_offline"):
        api.cancel_job(job_id=remote, namespace=repository.partition("/")[0])
    return follow(visitor, job.id, token)
