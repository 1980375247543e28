"""Put the static edition on a Static Space: files alone, free for every account; see `space` for one with the app."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ganapp.base.errors import UserError
from ganapp.models import hub
from ganapp.shipping import space, starting
from ganapp.shipping.findings import Finding, fine

if TYPE_CHECKING:
    from huggingface_hub import HfApi

LIST = "edition.json"
TRIES = 12  # looks at the Space, `space.POLL` seconds apart: files come a moment after their commit


@dataclass(frozen=True)
class Order:
    """Which edition goes where. folder: as `python -m ganapp export-static` wrote it."""

    repository: str
    folder: Path
    private: bool = False

    def content(self) -> space.Content:
        """What is sent: what the edition lists as its own, and nothing else that lies there."""
        listed = json.loads((self.folder / LIST).read_text(encoding="utf-8"))["files"]
        return {name: self.folder / name for name in listed}


@contextmanager
def exported(app: str = "") -> Iterator[Path]:
    """A folder with the edition, for as long as it lasts; a process of its own writes it. UserError with what that said."""
    with tempfile.TemporaryDirectory(prefix="likeness-") as place:
        folder = Path(place) / "edition"
        command = [sys.executable, "-m", "ganapp.ui.edition", str(folder), "--app", app]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise UserError("edition_failed", said=done.stderr.strip().rstrip(".。")[-500:] or "-")
        yield folder


def order(repository: str, folder: Path, private: bool = False) -> Order:
    """An order. UserError for a name that cannot be."""
    hub.split(repository)
    return Order(repository, folder, private)


def plan(wanted: Order) -> Iterator[Finding]:
    """What will be done, and what it costs."""
    yield space.counted(wanted.content(), wanted.repository, wanted.private)
    yield fine("plan", "plan_static")


def deploy(wanted: Order, tell: space.Tell, api: HfApi) -> str:
    """Do it; the address under which the edition stands. UserError says what the Hub refused, or that nothing is to be seen there."""
    name = wanted.repository
    there = space.asked(lambda: api.repo_exists(name, repo_type="space"), name)
    if not there:
        made = {"repo_type": "space", "space_sdk": "static", "private": wanted.private, "exist_ok": True}
        space.asked(lambda: api.create_repo(name, **made), name)  # type: ignore[arg-type]
    tell(fine("deploy", "created", repository=name))
    space.send(name, wanted.content(), tell, api, created=not there)
    address = space.host(name, api, "static.hf.space")
    _seen(address, (wanted.folder / LIST).read_bytes(), str(api.token or "") if wanted.private else "")
    tell(fine("deploy", "answers", address=address))
    return address


def _seen(address: str, listed: bytes, token: str) -> None:
    for _ in range(TRIES):
        if starting.holds(f"{address}/{LIST}", listed, token):
            return
        time.sleep(space.POLL)
    raise UserError("static_silent", address=address)
