"""/healthz, whether the app can work, and /metrics, how much it does, in the text form of Prometheus (exposition format 0.0.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

import psutil
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ganapp.base import locales
from ganapp.base.errors import UserError
from ganapp.jobs import database, store
from ganapp.ui import binding
from ganapp.ui.server.observing import BUCKETS, counts
from ganapp.ui.server.routes import FRESH, Route

TEXT = "text/plain; version=0.0.4; charset=utf-8"
FULL = 1 << 20  # bytes free under which the disk is called full
Samples = Iterable[tuple[dict[str, object], float]]


def _family(name: str, kind: str, help_text: str, samples: Samples) -> list[str]:
    """A family of samples: labels and value of each."""
    lines = [f"# HELP likeness_{name} {help_text}", f"# TYPE likeness_{name} {kind}"]
    for labels, value in samples:
        named = ",".join(f'{key}="{label}"' for key, label in labels.items())
        lines.append(f"likeness_{name}{'{' + named + '}' if named else ''} {value:.15g}")
    return lines


def _seconds() -> list[str]:
    """How long requests took, as a histogram."""
    lines = ["# HELP likeness_request_seconds Seconds from a request to its answer.", "# TYPE likeness_request_seconds histogram"]
    for name, seconds in sorted(counts.seconds.items()):
        total = sum(count for (task, _), count in list(counts.tasks.items()) if task == name)
        lines += [f'likeness_request_seconds_bucket{{task="{name}",le="{most:g}"}} {counts.within[name, most]}' for most in BUCKETS]
        lines.append(f'likeness_request_seconds_bucket{{task="{name}",le="+Inf"}} {total}')
        lines.append(f'likeness_request_seconds_sum{{task="{name}"}} {seconds:.6f}')
        lines.append(f'likeness_request_seconds_count{{task="{name}"}} {total}')
    return lines


def text() -> str:
    """The whole page."""
    process = psutil.Process()
    with counts.lock:
        tasks, seconds = dict(counts.tasks), _seconds()
    lanes = list(binding.PLACES.items())
    jobs: dict[str, int] = {}
    with suppress(UserError):  # the rows cannot be read just now; the rest can
        jobs = store.states()
    families = [
        _family("requests_total", "counter", "Requests to tasks.", [({"task": t, "outcome": o}, n) for (t, o), n in sorted(tasks.items())]),
        seconds,
        _family("refusals_total", "counter", "Requests refused with a sentence, by its key.", [({"key": k}, n) for k, n in _refusals()]),
        _family("answers_total", "counter", "Answers by HTTP status.", [({"status": s}, n) for s, n in sorted(counts.statuses.items())]),
        _family("waiting", "gauge", "Requests that wait for their turn.", [({"work": name}, len(each.waiting)) for name, each in lanes]),
        _family("working", "gauge", "Requests at work.", [({"work": name}, len(each.working)) for name, each in lanes]),
        _family("jobs", "gauge", "Training jobs by state.", [({"state": state}, n) for state, n in sorted(jobs.items())]),
        _family("memory_bytes", "gauge", "Memory that the server takes.", [({}, process.memory_info().rss)]),
        _family("threads", "gauge", "Threads of the server.", [({}, process.num_threads())]),
        _family("processor_seconds_total", "counter", "Processor time of the server.", [({}, sum(process.cpu_times()[:2]))]),
        _family("disk_free_bytes", "gauge", "Bytes free where jobs and results lie.", [({}, database.free())]),
        _family("start_time_seconds", "gauge", "When the server began, since 1970.", [({}, counts.started)]),
    ]
    return "\n".join(line for family in families for line in family) + "\n"


def _refusals() -> list[tuple[str, int]]:
    return sorted(counts.refusals.items())


def health() -> tuple[int, dict[str, object]]:
    """Status and report: 503 where the rows of the jobs cannot be read. A full disk is told, but lists and deleting go on."""
    said: dict[str, object] = {"status": "ok", "disk": "ok" if database.free() > FULL else "full"}
    try:
        store.states()
    except UserError as refusal:
        problem = {language: refusal.sentence(language) for language in locales.LANGUAGES}
        return 503, {**said, "status": "ill", "error": {"key": refusal.key, **problem}}
    return 200, said


async def _health(*_: object) -> Response:
    status, said = await run_in_threadpool(health)
    return JSONResponse(said, status, FRESH)


async def _metrics(_: Request, __: tuple[str, ...]) -> Response:
    return PlainTextResponse(await run_in_threadpool(text), headers=FRESH, media_type=TEXT)


HEALTH = Route(re.compile("/healthz/?"), _health)
METRICS = Route(re.compile("/metrics/?"), _metrics)
