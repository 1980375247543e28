"""The rows of all jobs: one SQLite file in WAL mode, beside their folders."""

from __future__ import annotations

import dataclasses
import json
import math
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.jobs import database, reports

STATES = ("waiting", "running", "paused", "stopped", "done", "failed")
UNFINISHED = ("waiting", "running")


@dataclass(frozen=True)
class Job:
    """A row. owner: hash of the visitor's key; reason: JSON {"key", "values"} of a sentence, "" for none; device: the place in
    whose queue it stands; step, seconds: as far as it had come when it ended; queued, created, started, ended, watched: seconds
    since 1970, 0 for never; pid, identity, boot: its process, see `ganapp.machine.processes`; bytes: of its folder when last measured;
    parent: the job it was copied from; remote: its name on Hugging Face Jobs, "" for a job of this machine; address: hash of where the
    order came from, "" for the shell;
    unnamed: whether its name is one that nobody gave it, see `requests._names`."""

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
    address: str = ""
    unnamed: int = 0

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return paths.jobs() / self.id

    def why(self, language: str = "en") -> str:
        """The sentence of its reason in `language`, "" without one."""
        because = self.because()
        return sentence(because, language) if because else ""

    def because(self) -> dict[str, Any] | None:
        """Its reason {"key", "values"}, None without one. One that this version does not know says just that."""
        try:
            return reports.reason(json.loads(self.reason)) if self.reason else None
        except (ValueError, RecursionError):
            return reports.reason({})


def sentence(reason: dict[str, Any], language: str) -> str:
    """A reason {"key", "values"} in words."""
    known = reports.reason(reason) or reports.UNKNOWN
    return locales.text(known["key"], language, **known["values"])


def reason(key: str, **values: object) -> str:
    """A reason as a row keeps it; `key` stands in the section "errors"."""
    texts = {name: reports.text(str(value)) for name, value in values.items()}
    return json.dumps({"key": f"errors.{key}", "values": texts}, ensure_ascii=False)


FIELDS = tuple(field.name for field in dataclasses.fields(Job))
KINDS = {"int": "INTEGER NOT NULL DEFAULT 0", "float": "REAL NOT NULL DEFAULT 0", "str": "TEXT NOT NULL DEFAULT ''"}


VERSION = 3  # of the table; 2 knows addresses, 3 names that nobody gave


@contextmanager
def changing(durable: bool = False) -> Iterator[sqlite3.Connection]:
    """A transaction that no other process can be in at the same time; rolled back when an error leaves it. durable: it is on the disk when
    this ends; else a cut of the power may take the last ones back, and the file stays whole.

    UserError when the disk is full, when others write for too long, and when the file is damaged.
    """
    with database.opened() as db:
        if durable:
            db.execute("PRAGMA synchronous=FULL")
        _begin(db)
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


def _begin(db: sqlite3.Connection) -> None:
    """Begin a transaction; on a full disk, in the room that is kept for that."""
    try:
        _prepare(db)
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as problem:
        if database.sentence(problem).key != "disk_full" or not database.give_up_reserve():
            raise
        _prepare(db)
        db.execute("BEGIN IMMEDIATE")


def _prepare(db: sqlite3.Connection) -> None:
    """Make the table, or bring one of an older version up to date; of several processes that want to, one does."""
    if db.execute("PRAGMA user_version").fetchone()[0] >= VERSION:
        return
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("BEGIN IMMEDIATE")
    columns = {field.name: f"{field.name} {KINDS[str(field.type)]}" for field in dataclasses.fields(Job)}
    db.execute(f"CREATE TABLE IF NOT EXISTS jobs ({', '.join(columns.values())}, PRIMARY KEY (id))")
    db.execute("CREATE INDEX IF NOT EXISTS by_state ON jobs (state, device, queued)")
    held = {row[1] for row in db.execute("PRAGMA table_info(jobs)")}
    for column in (column for name, column in columns.items() if name not in held):
        db.execute(f"ALTER TABLE jobs ADD COLUMN {column}")
    db.execute(f"PRAGMA user_version={VERSION}")
    db.execute("COMMIT")


def select(where: str = "1", values: tuple[Any, ...] = (), db: sqlite3.Connection | None = None) -> tuple[Job, ...]:
    """All rows for which the SQL condition holds, the newest first. A row that holds what it should not is a failed job that says so.

    On a full disk rows are read as they were when last written to the file itself.
    """
    sql = f"SELECT {', '.join(FIELDS)} FROM jobs WHERE {where} ORDER BY created DESC, id"
    return tuple(_job(row) for row in _rows(sql, values, db))


def _rows(sql: str, values: tuple[Any, ...], db: sqlite3.Connection | None = None) -> list[Any]:
    if db is not None:
        return db.execute(sql, values).fetchall()
    try:
        return _read(sql, values)
    except UserError as problem:
        if problem.key != "disk_full":
            raise
        if database.give_up_reserve():
            with suppress(UserError):
                return _read(sql, values)
    with database.opened(read_only=True) as own:
        return own.execute(sql, values).fetchall()


def _read(sql: str, values: tuple[Any, ...]) -> list[Any]:
    with database.opened() as own:
        _prepare(own)
        return own.execute(sql, values).fetchall()


def _job(row: tuple[Any, ...]) -> Job:
    """A row as a job; what is not of its kind is left at its default, and the job is told to be unreadable."""
    values: dict[str, Any] = {}
    broken = False
    for field, value in zip(dataclasses.fields(Job), row, strict=True):
        kind = str(field.type)
        fits = isinstance(value, {"int": int, "float": int | float, "str": str}[kind])  # type: ignore[arg-type]
        fits = fits and (kind != "float" or math.isfinite(value)) and (field.name != "state" or value in STATES)
        broken |= not fits
        values[field.name] = value if fits else {"int": 0, "float": 0.0, "str": ""}[kind]
    if broken:
        values |= {"id": str(row[0]), "name": values["name"] or str(row[0]), "state": "failed", "reason": reason("job_unreadable")}
    return Job(**values)


def states() -> dict[str, int]:
    """How many jobs are in each state; rows with a state that no run has count as failed."""
    found: dict[str, int] = {}
    for state, count in _rows("SELECT state, COUNT(*) FROM jobs GROUP BY state", ()):
        known = state if state in STATES else "failed"
        found[known] = found.get(known, 0) + int(count)
    return found


def bytes_of(value: str, column: Literal["owner", "address"] = "owner") -> int:
    """Bytes of all jobs of an owner, or of those ordered from an address, when last measured."""
    return int(_rows(f"SELECT COALESCE(SUM(bytes), 0) FROM jobs WHERE {column} = ?", (value,))[0][0])


def insert(job: Job, db: sqlite3.Connection) -> None:
    """Add a row."""
    db.execute(f"INSERT INTO jobs ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})", dataclasses.astuple(job))


def update(job_id: str, db: sqlite3.Connection | None = None, **changes: Any) -> None:
    """Change fields of a row."""
    assert changes.keys() <= set(FIELDS)
    sql = f"UPDATE jobs SET {', '.join(f'{name}=?' for name in changes)} WHERE id=?"
    if db is not None:
        db.execute(sql, (*changes.values(), job_id))
    else:
        _write(sql, (*changes.values(), job_id))


@contextmanager
def if_room() -> Iterator[None]:
    """What is done inside may be left out where the disk is full or others write for too long."""
    try:
        yield
    except UserError as problem:
        if problem.key not in ("disk_full", "jobs_busy", "jobs_unwritable"):
            raise


def remove(job_id: str, where: str = "1", values: tuple[Any, ...] = ()) -> bool:
    """Delete a row, if the SQL condition holds for it at that moment; whether it was."""
    return _write(f"DELETE FROM jobs WHERE id=? AND ({where})", (job_id, *values))


def _write(sql: str, values: tuple[Any, ...]) -> bool:
    """Change a row, on a full disk in the room that is kept for that; whether there was one."""
    try:
        with changing() as db:
            return db.execute(sql, values).rowcount > 0
    except UserError as problem:
        if problem.key != "disk_full" or not database.give_up_reserve():
            raise
        with changing() as db:
            return db.execute(sql, values).rowcount > 0
