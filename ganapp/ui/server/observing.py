"""What the server knows of its own work: counts for /metrics, a number for each request, and log lines that carry it.

Nothing of a person is kept: no address, key, name, picture or text, and of addresses of files only the kind. What fails unforeseen is told
with the request's number, under which the log has the rest.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ganapp.base import paths, progress
from ganapp.base.errors import UserError
from ganapp.ui.server.routes import refused

BUCKETS = (0.05, 0.2, 1.0, 5.0, 30.0, 120.0)  # seconds; Prometheus counts what took at most so long
# Of addresses, as logs tell them.
KINDS = frozenset({"gradio_api", "static", "assets", "jobs", "results", "config", "healthz", "metrics", "login", "logout"})
HEADER = "X-Request-Id"

log = logging.getLogger(__name__)
_number: ContextVar[str] = ContextVar("number", default="")


@dataclass
class Counts:
    """tasks: requests by task and outcome; refusals: by the sentence's key; statuses: answers by status; seconds, within: how long a task's
    requests took in all, and how many at most as long as each of BUCKETS."""

    tasks: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    within: Counter[tuple[str, float]] = field(default_factory=Counter)
    started: float = field(default_factory=time.time)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def task(self, name: str, outcome: str, seconds: float) -> None:
        """Count one request."""
        with self.lock:
            self.tasks[name, outcome] += 1
            self.seconds[name] += seconds
            for most in BUCKETS:
                self.within[name, most] += seconds <= most


counts = Counts()


@contextmanager
def _numbered() -> Iterator[str]:
    """A number, eight letters and digits, for what is done inside; the one it has, where it is part of a request already."""
    known = _number.get()
    token = None if known else _number.set(secrets.token_hex(4))
    try:
        yield known or _number.get()
    finally:
        if token is not None:
            _number.reset(token)


@contextmanager
def task(name: str) -> Iterator[None]:
    """What is done inside is counted as a request to a task. Whatever fails unforeseen is logged in full and raised as a UserError that
    tells the request's number: what else it says is for whoever runs this place."""
    outcome, key, started = "failed", "", time.monotonic()
    with _numbered() as number:
        try:
            yield
            outcome = "answered"
        except UserError as refusal:
            outcome, key = "refused", refusal.key
            raise
        except (progress.Cancelled, asyncio.CancelledError):
            outcome = "cancelled"
            raise
        except Exception as problem:
            log.exception("the request %s to %s failed", number, name)
            raise UserError("internal", request=number) from problem
        finally:
            seconds = time.monotonic() - started
            counts.task(name, outcome, seconds)
            if key:
                counts.refusals[key] += 1
            log.info("task", extra={"facts": {"task": name, "outcome": outcome, "key": key, "seconds": round(seconds, 3)}})


class Lines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {"time": f"{moment}.{record.msecs:03.0f}Z", "level": record.levelname.lower(), "logger": record.name}
        line["message"] = record.getMessage()
        line |= {"request": _number.get()} if _number.get() else {}
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def write_logs() -> None:
    """Write log lines as JSON, every request among them, where the deployer wants that (`GANAPP_LOG=json`)."""
    if paths.log_as_json():
        handler = logging.StreamHandler()
        handler.setFormatter(Lines())
        logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
        log.setLevel(logging.INFO)


def kind(path: str) -> str:
    """What kind of address it is: a path itself may hold a key to a result, or the number of a job."""
    first = path.strip("/").partition("/")[0]
    return first if first in KINDS else "page"


class Observed:
    """ASGI middleware: gives each request its number, counts and logs the answers, and answers with a sentence what failed unforeseen."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, started = 0, time.monotonic()
        with _numbered() as number:

            async def noted(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    MutableHeaders(scope=message)[HEADER] = number
                await send(message)

            try:
                await self.app(scope, receive, noted)
            except Exception:
                if status:
                    raise
                log.exception("the request %s to %s failed", number, kind(scope["path"]))
                await refused(UserError("internal", request=number), 500)(scope, receive, noted)
            finally:
                counts.statuses[status] += 1
                facts = {"method": scope["method"], "kind": kind(scope["path"]), "status": status}
                log.info("request", extra={"facts": {**facts, "seconds": round(time.monotonic() - started, 3)}})
