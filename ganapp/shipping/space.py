"""Put the project on a Space of the Hugging Face Hub: create or update it, wait until it is built, and ask it for a digit.

Files go by commits of the Hub's client, which sends only what changed: a plain `git push` of our models is refused by the Hub.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.models import hub
from ganapp.shipping import hardware, sources, starting
from ganapp.shipping.findings import Finding, fine, warning
from ganapp.shipping.hardware import Hardware

if TYPE_CHECKING:
    from huggingface_hub import HfApi

PAUSES = (2.0, 8.0, 30.0)  # seconds before another try, after a cut or a 429
POLL = 5.0
BUILD_SECONDS = 3600.0
BUILDING = ("NO_APP_FILE", "BUILDING", "RUNNING_BUILDING", "APP_STARTING", "RUNNING_APP_STARTING")
MOUNT = "/runs"
LOG_LINES = 15
WRITTEN = {"README.md": hardware.readme, "requirements.txt": hardware.requirements}  # anew for each hardware
Answer = TypeVar("Answer")
Tell = Callable[[Finding], None]
Content = dict[str, Path | bytes]  # files of a Space by their paths there


@dataclass(frozen=True)
class Order:
    """What is to be deployed where. variables: of the Space; bucket: owner/name of a storage bucket, "" for none; accounts: who may train
    there after signing in, as GANAPP_TRAINING_ACCOUNTS has it, "" where nobody signs in."""

    repository: str
    hardware: Hardware
    private: bool = False
    bucket: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    accounts: str = ""

    def every_variable(self) -> dict[str, str]:
        """The Space's variables, none of which is a secret."""
        kept = {"GANAPP_RUNS": f"{MOUNT}/likeness"} if self.bucket else {}
        return {**kept, **({"GANAPP_TRAINING_ACCOUNTS": self.accounts} if self.accounts else {}), **self.variables}


def order(repository: str, chosen: str, private: bool = False, bucket: str = "", accounts: str = "") -> Order:
    """An order. UserError for a name that cannot be."""
    hub.split(repository)
    owner = repository.partition("/")[0]
    whole = bucket if not bucket or "/" in bucket else f"{owner}/{bucket}"
    return Order(repository, hardware.of(chosen), private, whole, accounts=accounts)


def content(wanted: Order) -> Content:
    """What is sent, by its path in the Space."""
    files: Content = dict(sources.files())
    texts = {name: written((paths.ROOT / name).read_text(encoding="utf-8"), wanted.hardware) for name, written in WRITTEN.items()}
    if wanted.accounts:
        texts["README.md"] = hardware.signing_in(texts["README.md"])
    return {**files, **{name: text.encode() for name, text in texts.items()}}


def plan(wanted: Order, dollars: float | None = None) -> Iterator[Finding]:
    """What will be done, what it costs, and what the account must be; dollars: an hour, as the Hub says now."""
    files, machine = content(wanted), wanted.hardware
    yield counted(files, wanted.repository, wanted.private)
    cost = machine.dollars if dollars is None else dollars
    price = UserPrice(cost)
    yield fine("plan", "plan_hardware", hardware=machine.name, size=machine.size, price=price.words("en"), price_zh=price.words("zh"))
    yield warning("plan", "plan_account_paid", hardware=machine.name) if machine.paid else fine("plan", "plan_account_free")
    if machine.pins:
        yield fine("plan", "plan_pins", hardware=machine.name, python=machine.python, pins=", ".join(machine.pins.values()))
    yield fine("plan", "plan_bucket", bucket=wanted.bucket) if wanted.bucket else warning("plan", "plan_ephemeral")
    if wanted.accounts:
        yield fine("plan", "plan_accounts", accounts=wanted.accounts)
    yield fine("plan", "plan_variables", names=", ".join(wanted.every_variable()) or "-")


def counted(files: Content, repository: str, private: bool) -> Finding:
    """How much goes where."""
    size = sum(len(file) if isinstance(file, bytes) else file.stat().st_size for file in files.values()) >> 20
    return fine(
        "plan", "plan_files", count=len(files), megabytes=size, repository=repository, visibility="private" if private else "public"
    )


@dataclass(frozen=True)
class UserPrice:
    """A price in words."""

    dollars: float

    def words(self, language: str) -> str:
        """In a language."""
        shown = fine("plan", "price_hour", dollars=f"{self.dollars:.2f}") if self.dollars else fine("plan", "price_free")
        return shown.sentence(language)


def price(wanted: Order, api: HfApi) -> float | None:
    """What the Hub says now of dollars an hour; None where it says nothing."""
    for each in asked(api.list_spaces_hardware, wanted.repository):
        if each.name == wanted.hardware.name and each.unit_cost_usd is not None:
            return float(each.unit_cost_usd) * (60 if each.unit_label == "minute" else 1)
    return None


def deploy(wanted: Order, tell: Tell, api: HfApi) -> str:
    """Do it; the address under which the Space answers. UserError says what the Hub refused, or why the Space was not built."""
    created = _created(wanted, api)
    tell(fine("deploy", "created", repository=wanted.repository))
    send(wanted.repository, content(wanted), tell, api, created)
    built(wanted.repository, tell, api)
    address = host(wanted.repository, api, "hf.space")
    if not starting.digit(address, str(api.token or "") if wanted.private else ""):
        raise UserError("space_silent", address=address)
    tell(fine("deploy", "answers", address=address))
    return address


def _created(wanted: Order, api: HfApi) -> bool:
    """Make the Space, or bring the one that is there to what is wanted; whether it was made."""
    from huggingface_hub import Volume

    name = wanted.repository
    volumes = [Volume(type="bucket", source=wanted.bucket, mount_path=MOUNT)] if wanted.bucket else None
    if wanted.bucket:
        asked(lambda: api.create_bucket(wanted.bucket, private=True, exist_ok=True), name)
    if asked(lambda: api.repo_exists(name, repo_type="space"), name):
        runtime = asked(lambda: api.get_space_runtime(name), name)
        if wanted.hardware.name not in (runtime.hardware, runtime.requested_hardware):
            asked(lambda: api.request_space_hardware(name, wanted.hardware.name), name)  # type: ignore[arg-type]
        for key, value in wanted.every_variable().items():
            asked(lambda key=key, value=value: api.add_space_variable(name, key, value), name)  # type: ignore[misc]
        if volumes:
            asked(lambda: api.set_space_volumes(name, volumes), name)
        return False
    variables = [{"key": key, "value": value} for key, value in wanted.every_variable().items()]
    settings: dict[str, Any] = {"space_hardware": wanted.hardware.name, "space_variables": variables or None, "space_volumes": volumes}
    asked(lambda: api.create_repo(name, repo_type="space", space_sdk="gradio", private=wanted.private, exist_ok=True, **settings), name)
    return True


def host(name: str, api: HfApi, ending: str) -> str:
    """The address of a Space; as the Hub forms it, where it does not say."""
    info = asked(lambda: api.space_info(name), name)
    return info.host or f"https://{name.replace('/', '-').lower()}.{ending}"


def send(name: str, files: Content, tell: Tell, api: HfApi, created: bool) -> None:
    """Send what is new or changed, and take away what is no longer there, in one commit."""
    count = _sent(name, files, api, created)
    tell(fine("deploy", "sent", count=count) if count else fine("deploy", "unchanged"))


def _sent(name: str, files: Content, api: HfApi, created: bool) -> int:
    """How many files were sent or taken away."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    there = _there(api, name)
    changed = {path: file for path, file in files.items() if there.get(path) != _digest(path, file, there)}
    gone = [] if created else [path for path in there if path not in files and path != ".gitattributes"]
    if not changed and not gone:
        return 0
    operations: list[Any] = [CommitOperationAdd(path, file if isinstance(file, bytes) else str(file)) for path, file in changed.items()]
    operations += [CommitOperationDelete(path) for path in gone]
    asked(lambda: api.create_commit(name, operations, commit_message="Likeness", repo_type="space"), name)
    return len(operations)


def _there(api: HfApi, name: str) -> dict[str, str]:
    """The digest of every file of the Space, by its path: SHA-256 of large ones, git's of the others."""
    from huggingface_hub.hf_api import RepoFile

    entries = asked(lambda: list(api.list_repo_tree(name, recursive=True, repo_type="space")), name)
    return {entry.path: entry.lfs.sha256 if entry.lfs else entry.blob_id for entry in entries if isinstance(entry, RepoFile)}


def _digest(path: str, file: Path | bytes, there: dict[str, str]) -> str:
    """The digest of a file in the form in which the Hub has it."""
    blob = file if isinstance(file, bytes) else file.read_bytes()
    if len(there.get(path, "")) == 64:
        return hashlib.sha256(blob).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(blob) + blob).hexdigest()


def built(name: str, tell: Tell, api: HfApi) -> None:
    """Wait until a Space runs. UserError with the end of the log when it does not."""
    end, before = time.monotonic() + BUILD_SECONDS, ""
    while True:
        stage = asked(lambda: api.get_space_runtime(name), name).stage
        if stage != before:
            tell(fine("deploy", "waiting", stage=stage))
            before = stage
        if stage == "RUNNING":
            return
        if stage not in BUILDING:
            raise UserError("space_broken", stage=stage, said=_log(api, name, stage == "BUILD_ERROR"))
        if time.monotonic() > end:
            raise UserError("space_slow", minutes=round(BUILD_SECONDS / 60))
        time.sleep(POLL)


def _log(api: HfApi, name: str, build: bool) -> str:
    lines = asked(lambda: list(api.fetch_space_logs(name, build=build)), name)
    return " / ".join(line.strip() for line in lines[-LOG_LINES:]) or "-"


def asked(call: Callable[[], Answer], repository: str) -> Answer:
    """What the Hub answers; after a cut or a 429 it is asked again. UserError for a refusal."""
    from huggingface_hub.errors import HfHubHTTPError, HTTPError, LocalTokenNotFoundError  # type: ignore[attr-defined]

    for pause in (*PAUSES, None):
        try:
            return call()
        except LocalTokenNotFoundError as problem:
            raise UserError("space_login") from problem
        except HfHubHTTPError as problem:
            status = problem.response.status_code
            if status != 429 and status < 500 or pause is None:
                raise _refusal(status, repository) from problem
            time.sleep(min(60.0, _seconds(problem.response.headers.get("Retry-After")) or pause))
        except (HTTPError, OSError) as problem:
            if pause is None:
                raise UserError("hub_unreachable", repository=repository) from problem
            time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def _seconds(header: str | None) -> float:
    return float(header) if header and header.isdigit() else 0.0


def _refusal(status: int, repository: str) -> UserError:
    """The sentence for a status of the Hub."""
    known = {401: "space_login", 402: "space_payment", 403: "space_refused", 429: "space_busy"}
    return UserError(known.get(status, "hub_refused" if status < 500 else "hub_failed"), repository=repository, status=status)
