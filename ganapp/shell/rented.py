"""A batch on Hugging Face Jobs: the same order, carried out on a rented machine, whose results go to a data set or a bucket of the Hub.

Order, program and photos of this machine travel through a private repository of whoever pays, which is removed when all went well.
`ganapp.shell.rented_worker` is the far end. A second order with the same --out makes only what is not there.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganapp.base import filenames, paths
from ganapp.base.errors import UserError
from ganapp.jobs import hubjobs
from ganapp.jobs.hubjobs import Offer
from ganapp.models import hub
from ganapp.shell import hub_sets
from ganapp.shell.batch import shown
from ganapp.shell.plan import NOTHING
from ganapp.shell.words import say

if TYPE_CHECKING:
    from huggingface_hub import HfApi

KINDS = {"datasets": "dataset", "buckets": "bucket"}  # in an address -> what it is
MOUNT = "/results"  # where a bucket lies on the rented machine
FAR = "ganapp.shell.rented_worker"
ORDER, REPORT, SENT = "order.json", "report.json", "sent"
POLL = 5.0  # seconds between two looks at a job whose log has ended
NO_PAGE = ("gradio", "mcp", "torchvision")  # packages that a batch does without
MODELS = {"upscale": "upscale-*", "stylize": "stylize-*", "repair": "repair*"}


@dataclass(frozen=True)
class Rent:
    """flavour: of the machine, "" for the cheapest; hours: after which it is taken away; agreed: whether the price was agreed to."""

    flavour: str = ""
    hours: float = 2.0
    agreed: bool = False


@dataclass(frozen=True)
class Out:
    """Where the results go. kind: dataset or bucket; folder: inside of it, "" for its root."""

    kind: str
    repository: str
    folder: str

    @property
    def address(self) -> str:
        """As --out has it."""
        return "/".join(filter(None, (f"hf://{self.kind}s", self.repository, self.folder)))


@dataclass
class Parcel:
    """What the far end is told. words: the command line without --out; files: what goes along from this machine, by their names there."""

    words: list[str]
    files: dict[str, Path] = field(default_factory=dict)


def place(out: str) -> Out:
    """What --out names. UserError for what is no place on the Hub."""
    scheme, _, rest = out.partition("://")
    kind, owner, name, *folder = [*rest.strip("/").split("/"), "", "", ""]
    if scheme != "hf" or kind not in KINDS or ".." in folder or not hub.NAME.fullmatch(f"{owner}/{name}"):
        raise UserError("batch_out_hub")
    return Out(KINDS[kind], f"{owner}/{name}", "/".join(filter(None, folder)))


def carry_out(task: str, parser: argparse.ArgumentParser, words: Sequence[str], rent: Rent) -> int:
    """Rent a machine for `batch TASK words`, after its price was told and agreed to, and follow it; what the command there returns.
    UserError for what cannot be, before anything costs money."""
    options = parser.parse_args(list(words))
    target = place(options.out)
    _check(task, options)
    token = hubjobs.kept_token()
    if not token:
        raise UserError("hub_jobs_token")
    if not 0 < rent.hours <= 24 * 7:
        raise UserError("number_between", name="hours", low=0, high=168)
    parcel = parcelled(options, words)
    offer = _offer(rent, token)
    if not _agreed(offer, rent, target, parcel):
        raise UserError("batch_not_agreed")
    from huggingface_hub import HfApi

    api = HfApi(token=token)
    with hub.explained(target.repository, "main", "hub_offline"):
        owner = str(api.whoami()["name"])
        repository = f"{owner}/likeness-batch-{secrets.token_hex(5)}"
        _send(api, repository, task, parcel, target)
        job = _started(api, repository, target, rent, offer)
        print(say("batch.jobs_started", job=job, owner=owner), file=sys.stderr)
        return _followed(api, repository, job, target)


def _check(task: str, options: argparse.Namespace) -> None:
    """UserError for settings that the task would refuse on every photo."""
    request = importlib.import_module(f"ganapp.tasks.{task}").Request
    known = {each.name: each for each in dataclasses.fields(request)}
    given = {name: value for name, value in vars(options).items() if name in known and not isinstance(value, Path | None)}
    needed = [name for name, each in known.items() if each.default is dataclasses.MISSING]
    request(**{**given, **dict.fromkeys(needed, NOTHING)})


def _offer(rent: Rent, token: str) -> Offer:
    offers = hubjobs.offers(token)
    known = {each.flavour: each for each in offers}
    if rent.flavour and rent.flavour not in known:
        raise UserError("one_of", name="flavor", known=", ".join(known))
    return known[rent.flavour] if rent.flavour else offers[0]


def parcelled(options: argparse.Namespace, words: Sequence[str]) -> Parcel:
    """The command line with what lies on this machine under the names it has there. UserError for a path with nothing at it."""
    named = [each for value in vars(options).values() for each in (value if isinstance(value, list) else [value]) if isinstance(each, Path)]
    for path in named:
        if hub_sets.named(path):
            hub_sets.place(path)
        elif not path.exists():
            raise UserError("file_unreadable", name=path)
    parcel, skipped = Parcel([]), False
    for word in words:
        flag, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
        if flag == "--out" or skipped:
            skipped = flag == "--out" and not equals
            continue
        path = Path(value)
        ours = (
            bool(value) and not hub_sets.named(path) and (path in named or filenames.ending(value) in filenames.PICTURES and path.is_file())
        )
        parcel.words.append(f"{flag}{equals}{_taken(parcel, path)}" if ours else word)
    return parcel


def _taken(parcel: Parcel, path: Path) -> str:
    """Put a file or a folder into the parcel; its name there."""
    name = f"{SENT}/{len(parcel.words)}/{path.resolve().name}"
    inside = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file() and not each.name.startswith("."))
    for each in inside:
        parcel.files[name if each == path else f"{name}/{each.relative_to(path).as_posix()}"] = each
    return name


def _agreed(offer: Offer, rent: Rent, target: Out, parcel: Parcel) -> bool:
    """Tell what it costs and what is sent, and ask, where somebody can answer."""
    megabytes = sum(path.stat().st_size for path in parcel.files.values()) / 1e6
    machine = ", ".join(filter(None, (offer.title, offer.cpu, offer.memory, offer.accelerator)))
    price = {"dollars": f"{offer.dollars:.2f}", "most": f"{offer.dollars * rent.hours:.2f}", "hours": f"{rent.hours:g}"}
    print(say("batch.jobs_price", machine=machine, **price), file=sys.stderr)
    print(say("batch.jobs_sent", count=len(parcel.files), megabytes=f"{megabytes:.1f}", out=target.address), file=sys.stderr)
    if rent.agreed or not sys.stdin.isatty():
        return rent.agreed
    return input(say("batch.jobs_agree")).strip().lower() in ("y", "yes", "是")


def program(task: str) -> bytes:
    """This program as a zip, with what a task needs of it."""
    kept = [*hubjobs.code(), *paths.shipped_models().glob("hub.json"), *paths.shipped_models().glob(f"{MODELS[task]}/*")]
    lines = [
        line for line in paths.requirements().read_text(encoding="utf-8").splitlines() if line and not line.startswith(("#", *NO_PAGE))
    ]
    return hubjobs.packed([path for path in kept if path.is_file()], [*lines, "pyarrow>=16"], {})


def _send(api: HfApi, repository: str, task: str, parcel: Parcel, target: Out) -> None:
    """Make the repository of the order and the place of the results, and send what the far end needs."""
    from huggingface_hub import CommitOperationAdd

    if target.kind == "bucket":
        api.create_bucket(target.repository, private=True, exist_ok=True)
    else:
        api.create_repo(target.repository, repo_type="dataset", private=True, exist_ok=True)
    api.create_repo(repository, private=True)
    order = {"task": task, "words": parcel.words, "out": dataclasses.asdict(target)}
    files: dict[str, bytes | str] = {ORDER: json.dumps(order).encode(), hubjobs.PROGRAM: program(task)}
    files |= {name: str(path) for name, path in parcel.files.items()}
    operations = [CommitOperationAdd(name, content) for name, content in files.items()]
    api.create_commit(repository, operations, commit_message="Order, program and photos")


def _started(api: HfApi, repository: str, target: Out, rent: Rent, offer: Offer) -> str:
    """The id of the job, which costs money from now on."""
    from huggingface_hub import Volume

    volumes = [Volume(type="bucket", source=target.repository, mount_path=MOUNT)] if target.kind == "bucket" else None
    info = api.run_job(
        image=paths.hub_image(),
        command=hubjobs.command(repository, FAR),
        secrets={"HF_TOKEN": api.token},
        flavor=offer.flavour,
        timeout=f"{rent.hours:g}h",
        labels={"likeness": "batch"},
        volumes=volumes,
        namespace=repository.partition("/")[0],
    )
    return str(info.id)


def _followed(api: HfApi, repository: str, job: str, target: Out) -> int:
    """Show the job's log until it is over; what its command returned. UserError when it ended without that."""
    owner = repository.partition("/")[0]
    for line in _log(api, job, owner):
        print(shown(line), file=sys.stderr, flush=True)
    while (stage := api.inspect_job(job_id=job, namespace=owner).status) and _state(stage) in ("waiting", "running"):
        time.sleep(POLL)
    status = _reported(api, repository) if _state(stage) == "done" else None
    if status is None:
        raise UserError("hub_job_failed", problem=str(stage.message or "") or _state(stage))
    with suppress(Exception):  # the results are there; what is left of the order harms nobody
        api.delete_repo(repository)
    print(say("batch.jobs_done", out=target.address), file=sys.stderr)
    return status


def _log(api: HfApi, job: str, owner: str) -> Iterator[str]:
    yield from api.fetch_job_logs(job_id=job, namespace=owner, follow=True)


def _state(stage: Any) -> str:
    return hubjobs.STAGES.get(str(getattr(stage.stage, "value", stage.stage)), "running")


def _reported(api: HfApi, repository: str) -> int | None:
    """What the far end says that its command returned; None where it says nothing that can be."""
    from huggingface_hub import errors

    try:
        said = json.loads(Path(api.hf_hub_download(repository, REPORT)).read_text(encoding="utf-8"))
    except (errors.EntryNotFoundError, ValueError):
        return None
    status = said.get("status") if isinstance(said, dict) else None
    return status if isinstance(status, int) and 0 <= status <= 2 else None
