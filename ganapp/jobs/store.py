"""The rows of all jobs: one SQLite file in WAL mode, beside their folders."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganapp import locales, paths

STATES = ("waiting", "running", "paused", "stopped", "done", "failed")
UNFINISHED = ("waiting", "running")


@dataclass(frozen=True)
class Job:
    """A row. owner: hash of the visitor's key; reason: JSON {"key", "values"} of a sentence, "" for none; device: the place in
    whose queue it stands; step, seconds: as far as it had come when it ended; queued, created, started, ended, watched: seconds
    since 1970, 0 for never; pid, identity, boot: its process, see `ganapp.living`; bytes: of its folder when last measured;
    parent: the job it was copied from; remote: its name on Hugging Face Jobs, "" for a job of this machine."""

    id: str
    name: str
    owner: str
    recipe: str
    steps: int
    device: str
    created: float
    queued: float
    state: str = "waiting"
    reason: str = ""
    shared: int = 0
    step: int = 0
    seconds: float = 0.0
    started: float = 0.0
    ended: float = 0.0
    watched: float = 0.0
    pid: int = 0
    identity: str = ""
    boot: str = ""
    bytes: int = 0
    parent: str = ""
    remote: str = ""

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return paths.jobs() / self.id

    def why(self, language: str = "en") -> str:
        """The sentence of its reason in `language`, "" without one."""
        return sentence(json.loads(self.reason), language) if self.reason else ""


def sentence(reason: dict[str, Any], language: str) -> str:
    """A reason {"key", "values"} in words."""
    return locales.text(reason["key"], language, **reason.get("values", {}))


def reason(key: str, **values: object) -> str:
    """A reason as a row keeps it; `key` stands in the section "errors"."""
    return json.dumps({"key": f"errors.{key}", "values": {name: str(value) for name, value in values.items()}}, ensure_ascii=False)


FIELDS = tuple(field.name for field in dataclasses.fields(Job))
KINDS = {"int": "INTEGER NOT NULL DEFAULT 0", "float": "REAL NOT NULL DEFAULT 0", "str": "TEXT NOT NULL DEFAULT ''"}


@contextmanager
def changing() -> Iterator[sqlite3.Connection]:
    """A transaction that no other process can be in at the same time; rolled back when an error leaves it."""
    db = _open()
    try:
        db.execute("BEGIN IMMEDIATE")
        yield db
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    finally:
        db.close()


def _open() -> sqlite3.Connection:
    folder = paths.jobs()
    folder.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(folder.parent / "jobs.sqlite", timeout=20, isolation_level=None)
    if db.execute("PRAGMA user_version").fetchone()[0] < 1:
        db.execute("PRAGMA journal_mode=WAL")
        columns = ", ".join(f"{field.name} {KINDS[str(field.type)]}" for field in dataclasses.fields(Job))
        db.execute(f"CREATE TABLE IF NOT EXISTS jobs ({columns}, PRIMARY KEY (id))")
        db.execute("CREATE INDEX IF NOT EXISTS by_state ON jobs (state, device, queued)")
        db.execute("PRAGMA user_version=1")
    db.execute("PRAGMA synchronous=NORMAL")
    return db


def select(where: str = "1", values: tuple[Any, ...] = (), db: sqlite3.Connection | None = None) -> tuple[Job, ...]:
    """All rows for which the SQL condition holds, the newest first."""
    own = db or _open()
    try:
        rows = own.execute(f"SELECT {', '.join(FIELDS)} FROM jobs WHERE {where} ORDER BY created DESC, id", values).fetchall()
    finally:
        if db is None:
            own.close()
    return tuple(Job(*row) for row in rows)


def bytes_of(owner: str) -> int:
    """Bytes of all jobs of an owner, when last measured."""
    db = _open()
    try:
        return int(db.execute("SELECT COALESCE(SUM(bytes), 0) FROM jobs WHERE owner = ?", (owner,)).fetchone()[0])
    finally:
        db.close()


def insert(job: Job, db: sqlite3.Connection) -> None:
    """Add a row."""
    db.execute(f"INSERT INTO jobs ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})", dataclasses.astuple(job))


def update(job_id: str, db: sqlite3.Connection | None = None, **changes: Any) -> None:
    """Change fields of a row."""
    assert changes.keys() <= set(FIELDS)
    sql = f"UPDATE jobs SET {', '.join(f'{name}=?' for name in changes)} WHERE id=?"
    if db is not None:
        db.execute(sql, (*changes.values(), job_id))
        return
    with changing() as own:
        own.execute(sql, (*changes.values(), job_id))


def remove(job_id: str) -> None:
    """Delete a row."""
    with changing() as db:
        db.execute("DELETE FROM jobs WHERE id=?", (job_id,))
