"""The server's memory: it does not grow with its visitors, and too little of it is answered with a sentence."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ganapp.base import locales
from ganapp.base.errors import UserError
from ganapp.ui import app as served
from ganapp.ui import binding
from tests.conftest import ROOT, awaited, direct
from tests.security.conftest import PROCEDURES, App, marks, noise
from tests.support import tinymodel

SESSION_MB = 0.24  # what Gradio keeps of a session of ours


async def visits(app: App, first: int, last: int, *, repair: bool = False) -> None:
    """That many visitors, each with a session and an address of their own, a few at a time."""
    gate = asyncio.Semaphore(4)
    pictures = [(noise(side), marks(side)) for side in (90, 150, 230)]

    async def one(number: int) -> None:
        picture, mask = pictures[number % len(pictures)]
        fields = {"picture": picture, "mask": mask, "model": "tinyrepair"} if repair else {"ticket": "none"}
        body = app.body("repair", "repair" if repair else "progress", fields, f"visitor{number}")
        async with gate:
            answer = await client.post(
                PROCEDURES, json=body, headers={"X-Forwarded-For": f"10.{number // 62500}.{number // 250 % 250}.{number % 250}"}
            )
        assert answer.status_code == 200
        assert "error" not in answer.json()

    async with app.crowd() as client:
        await asyncio.gather(*(one(number) for number in range(first, last)))


def test_sessions_are_not_kept_for_ever(app: App) -> None:
    few = served.SESSIONS + 30
    awaited(visits(app, 0, few))
    before = app.megabytes()
    awaited(visits(app, few, few + 150))
    assert app.megabytes() - before < 0.5 * 150 * SESSION_MB


@pytest.mark.slow
def test_two_thousand_visitors_who_repair_leave_no_memory_behind(app: App) -> None:
    awaited(visits(app, 10_000, 10_400, repair=True))
    before = app.megabytes()
    awaited(visits(app, 10_400, 12_400, repair=True))
    assert app.megabytes() - before < 80


def test_what_fails_for_want_of_memory_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried"),
        KeyError("x"),
    ]

    class Echo:
        def report(self) -> dict[str, str]:
            raise problems.pop(0)

    bound = binding.Task("echo", dict, lambda request: Echo(), (), {}, "light")
    for _ in range(2):
        with pytest.raises(UserError) as refused:
            awaited(bound.answer({}))
        assert refused.value.key == "memory_short"
    with pytest.raises(KeyError):
        awaited(bound.answer({}))
    assert binding.PLACES["light"].working == []


def test_the_sentence_for_want_of_memory_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that has never refused anything yet has read its sentences all the same."""

    def none_left(*_: object, **__: object) -> str:
        raise MemoryError

    async def short(*_: object) -> None:
        raise UserError("memory_short")

    for read_once in (locales.words, binding.task):  # as in a server that has just started
        read_once.cache_clear()
    call = binding.procedure("repair")
    monkeypatch.setattr(Path, "read_text", none_left)
    monkeypatch.setattr(binding.Task, "answer", short)
    error = awaited(call({"picture": noise(8), "mask": marks(8), "model": "tinyrepair"}))["error"]
    assert error["key"] == "memory_short"
    assert error["en"]
    assert error["zh"]


STARVED = """
import asyncio, json, resource, sys
from ganapp.machine import memory
from ganapp.ui import binding
from tests.security.conftest import marks, noise

def ask(side):
    fields = {"picture": noise(side), "mask": marks(side), "model": "tinyrepair"}
    return asyncio.run(binding.procedure("repair")(fields)).get("error", {"key": "done"})

answers = [ask(40)["key"]]
large = noise(1500), marks(1500)
with open("/proc/self/statm") as file:
    taken = int(file.read().split()[0]) * resource.getpagesize()
for more in (8,):
    resource.setrlimit(resource.RLIMIT_AS, (taken + (more << 20), resource.RLIM_INFINITY))
    error = asyncio.run(binding.procedure("repair")({"picture": large[0], "mask": large[1], "model": "tinyrepair"}))["error"]
    answers.append(error["key"])
    assert error["en"] and error["zh"]
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
answers.append(ask(40)["key"])
print(json.dumps(answers))
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux bounds the memory of a process so")
def test_a_repair_without_memory_ends_with_a_sentence_and_the_next_one_works(tmp_path: Path) -> None:
    tinymodel.inpainter(tmp_path / "models" / "tinyrepair")
    environment = direct(dict(os.environ)) | {"GANAPP_RUNS": str(tmp_path), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", STARVED], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    first, *starved, last = json.loads(done.stdout.splitlines()[-1])
    assert (first, last) == ("done", "done")
    assert all("memory" in key for key in starved), starved
