"""`make load`: 50 visitors on Digits and 10 on heavy pages for 10 minutes, each at an address of its own, on two cores. It starts the app
in a folder of its own, says what broke a bar, and writes the section "Under load" of docs/benchmarks.md. Run it on an idle machine.

    python scripts/load.py [--seconds 600] [--digits 50] [--heavy 10] [--no-table]

The sender runs on the same cores, so its own time is in every number.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx
import numpy as np
import psutil
from PIL import Image

from scripts import sections
from scripts.bench import free_port, load, machine

ROOT = Path(__file__).resolve().parent.parent
SECTION = "## Under load"
FINE = {"answered", "too early"}
POLITE = {"busy", "line_full", "rate_limit", "too_much_at_once"}  # what is not an error: the app says that it is full
DIGIT_P95, CANCEL = 0.2, 0.5  # seconds
EVERY = 3.0  # seconds between two looks at the server
PROCEDURES = "/gradio_api/component_server/"
HEAVY = ("repair", "upscale", "stylize", "write", "caption", "reply")
PAGES = {"sample": "digits", "repair": "repair", "upscale": "upscale", "stylize": "stylize", "cancel": "repair"}


def picture(pixels: np.ndarray) -> str:
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()


def photo(side: int, seed: int) -> str:
    """Soft colours, as photos have them, and never the same twice."""
    small = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    return picture(np.asarray(Image.fromarray(small).resize((side, side), Image.Resampling.BICUBIC)))


def marks(side: int, every: int = 0) -> str:
    mask = np.zeros((side, side), np.uint8)
    mask[side // 3 : side // 2, side // 3 : side // 2] = 255
    if every:
        mask[::every] = 255
    return picture(mask)


@dataclass
class Server:
    """The app on two cores, in a folder of its own."""

    place: Path
    address: str = ""

    def start(self) -> None:
        port = free_port()
        (self.place / "tmp").mkdir(parents=True)
        settings = {"GANAPP_RUNS": str(self.place / "runs"), "TMPDIR": str(self.place / "tmp"), "GRADIO_SERVER_PORT": str(port)}
        settings |= {"GANAPP_PROXIES": "1", "NO_PROXY": "127.0.0.1,localhost", "HF_HUB_OFFLINE": "1"}
        self.log = (self.place / "app.log").open("w")
        cores = sorted(os.sched_getaffinity(0))[:2]
        self.child = subprocess.Popen(
            [sys.executable, "-c", f"import os, runpy; os.sched_setaffinity(0, {cores}); runpy.run_path('app.py', run_name='__main__')"],
            cwd=ROOT, env={**os.environ, **settings}, stdout=self.log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.address, self.process = f"http://127.0.0.1:{port}", psutil.Process(self.child.pid)
        config = self._config()
        kinds = {each["id"]: each["type"] for each in config["components"]}
        self.components = {
            slug: next(number for number in page["components"] if kinds[number] == "html") for slug, page in config["page"].items() if slug
        }

    def _config(self) -> dict[str, Any]:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                return dict(httpx.get(f"{self.address}/config", trust_env=False, timeout=30).json())
            time.sleep(0.5)
        raise SystemExit((self.place / "app.log").read_text()[-2000:])

    def end(self) -> None:
        self.child.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(20)
        self.child.kill()
        self.log.close()

    def files(self, folder: str) -> int:
        return sum(1 for path in (self.place / folder).rglob("*") if path.is_file())


@dataclass
class Found:
    """What was measured. seconds: by kind of request; outcomes: "answered", or the key of a refusal, by kind; looks: of the server."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    looks: list[tuple[float, ...]] = field(default_factory=list)

    def note(self, kind: str, outcome: str, seconds: float) -> None:
        self.outcomes[kind, outcome] += 1
        if outcome == "answered":
            self.seconds.setdefault(kind, []).append(seconds)

    def errors(self) -> list[tuple[tuple[str, str], int]]:
        """What was neither answered nor refused because the app is full, and how often."""
        return [(of, count) for of, count in self.outcomes.items() if of[1] not in FINE | POLITE]


class Load:
    """Visitors of the app until a moment."""

    def __init__(self, server: Server, seconds: float) -> None:
        self.server, self.found = server, Found()
        self.began = time.monotonic()
        self.until = self.began + seconds
        limits = httpx.Limits(max_connections=400, max_keepalive_connections=100, keepalive_expiry=2)
        self.client = httpx.AsyncClient(base_url=server.address, trust_env=False, timeout=600, limits=limits)

    def goes_on(self) -> bool:
        return time.monotonic() < self.until

    async def ask(self, task: str, fields: dict[str, Any], who: int) -> dict[str, Any]:
        component = self.server.components[PAGES.get(task, "write")]
        body = {"data": fields, "fn_name": task, "session_hash": f"visitor{who}", "component_id": component}
        sent = {"X-Forwarded-For": f"198.51.{who // 250}.{who % 250 + 1}"}
        answer = await self.client.post(PROCEDURES, json=body, headers=sent)
        if answer.status_code != 200:
            return {"error": {"key": f"http_{answer.status_code}"}}
        return dict(answer.json() or {"error": {"key": "nothing"}})

    async def timed(self, kind: str, task: str, fields: dict[str, Any], who: int) -> None:
        began = time.monotonic()
        try:
            answer = await self.ask(task, fields, who)
        except httpx.HTTPError as problem:
            answer = {"error": {"key": type(problem).__name__}}
        outcome = answer.get("error", {}).get("key", "answered")
        self.found.note(kind, outcome, time.monotonic() - began)

    async def digits(self, who: int) -> None:
        """Somebody who draws a digit, looks at it, and draws another."""
        chance = random.Random(who)
        await asyncio.sleep(chance.random() * 3)
        while self.goes_on():
            await self.timed("digit", "sample", {"digit": chance.randrange(10), "seed": chance.randrange(10**6)}, who)
            await asyncio.sleep(chance.uniform(1, 3))

    async def heavy(self, who: int) -> None:
        """Somebody who goes from one heavy page to the next."""
        chance, turn = random.Random(who), who
        while self.goes_on():
            task = HEAVY[turn % len(HEAVY)]
            turn += 1
            await self.timed(task, task, self.fields(task, chance.randrange(10**6)), who)
            await asyncio.sleep(chance.uniform(0.5, 2))

    def fields(self, task: str, seed: int) -> dict[str, Any]:
        side = (192, 256, 320)[seed % 3]
        return {
            "repair": {"picture": photo(side, seed), "mask": marks(side)},
            "upscale": {"picture": photo(side // 2, seed)},
            "stylize": {"picture": photo(side, seed)},
            "write": {"seed": seed, "drafts": 4},
            "caption": {"picture": photo(96, seed), "seed": seed},
            "reply": {"text": ("hello", "你好", "tell me a joke")[seed % 3]},
        }[task]

    async def cancelling(self, who: int) -> None:
        """Somebody who begins a repair of minutes and takes it back."""
        large, stripes, number = photo(1200, who), marks(1200, 40), 0
        while self.goes_on():
            number += 1
            ticket = f"cancel{who}.{number}"
            asked = asyncio.create_task(self.ask("repair", {"picture": large, "mask": stripes, "ticket": ticket}, who))
            await asyncio.sleep(random.Random(number).uniform(1, 6))
            if asked.done():
                self.found.note("cancel", "too early" if "picture" in asked.result() else str(asked.result())[:60], 0.0)
                continue
            began = time.monotonic()
            await self.ask("cancel", {"ticket": ticket}, who)
            answer = await asked
            outcome = "answered" if answer == {"cancelled": True} else answer.get("error", {}).get("key", "not cancelled")
            self.found.note("cancel", outcome, time.monotonic() - began)
            await asyncio.sleep(5)

    async def looking(self) -> None:
        """Memory, threads, open files, files in the runs folder and in the temporary folder, and who waits, every few seconds."""
        while self.goes_on():
            process = self.server.process
            told = (await self.client.get("/metrics")).text
            waiting = sum(float(value) for value in re.findall(r"likeness_waiting\{[^}]*\} ([0-9.]+)", told))
            files = await asyncio.to_thread(lambda: (self.server.files("runs"), self.server.files("tmp")))
            spent = time.monotonic() - self.began
            self.found.looks.append((spent, process.memory_info().rss / 2**20, process.num_threads(), process.num_fds(), *files, waiting))
            await asyncio.sleep(EVERY)

    async def run(self, digits: int, heavy: int) -> Found:
        async with self.client:
            for task in ("sample", *HEAVY):  # every model is loaded before anybody looks at the clock
                await self.ask(task, self.fields(task, 1) if task != "sample" else {"digit": 3}, 999)
            seconds = self.until - self.began
            self.began = time.monotonic()
            self.until = self.began + seconds
            crowd = [self.digits(who) for who in range(digits)]
            crowd += [self.heavy(1000 + who) for who in range(heavy - 1)] + [self.cancelling(2000)] * bool(heavy)
            await asyncio.gather(self.looking(), *crowd)
        return self.found


def slope(looks: list[tuple[float, ...]], column: int) -> tuple[float, float]:
    """What a column gains in a minute over the second half, where caches are full, and the standard error of that."""
    late = np.array(looks[len(looks) // 2 :])
    if len(late) < 4:
        return 0.0, float("inf")
    minutes, values = late[:, 0] / 60, late[:, column]
    x = minutes - minutes.mean()
    gain = float((x * values).sum() / (x**2).sum())
    rest = values - values.mean() - gain * x
    return gain, float(np.sqrt((rest**2).sum() / (len(late) - 2) / (x**2).sum()))


def quantile(values: list[float], share: float) -> float:
    return float(np.quantile(values, share)) if values else float("nan")


def broken(found: Found) -> list[str]:
    """Bars that were not held."""
    wrong = [f"{kind}: {count} x {outcome}" for (kind, outcome), count in found.errors()]
    if not quantile(found.seconds.get("digit", []), 0.95) < DIGIT_P95:
        wrong.append(f"95 % of digits within {quantile(found.seconds.get('digit', []), 0.95):.3f} s, not {DIGIT_P95}")
    if (late := max(found.seconds.get("cancel", [0.0]))) > CANCEL:
        wrong.append(f"a request was taken back after {late:.2f} s, not {CANCEL}")
    for name, column, least in (("memory", 1, 2.0), ("files", 4, 1.0), ("temporary files", 5, 1.0), ("open files", 3, 1.0)):
        gain, error = slope(found.looks, column)
        if gain > max(least, 3 * error):
            wrong.append(f"{name} grow by {gain:.1f} +- {error:.1f} a minute")
    return wrong


def rows(found: Found) -> list[tuple[str, str]]:
    looks = np.array(found.looks)
    told = []
    for kind in ("digit", *HEAVY, "cancel"):
        spent = found.seconds.get(kind, [])
        polite = sum(count for (of, outcome), count in found.outcomes.items() if of == kind and outcome in POLITE)
        if spent or polite:
            what = "taken back after" if kind == "cancel" else "answered after"
            times = " / ".join(f"{quantile(spent, q):.3f} s" for q in (0.5, 0.95, 1.0))
            told.append((f"{kind}, {len(spent)} {what} (half, 95 %, longest)", times))
            told.append((f"{kind}, told that the app is full", str(polite)))
    told.append(("errors", str(sum(count for _, count in found.errors()))))
    memory, files, temporary = (slope(found.looks, column) for column in (1, 4, 5))
    told.append(("memory at the beginning, at the end", f"{looks[0, 1]:.0f} MB, {looks[-1, 1]:.0f} MB"))
    told.append(("memory a minute, second half", f"{memory[0]:+.2f} +- {memory[1]:.2f} MB"))
    told.append(("files, temporary files a minute, second half", f"{files[0]:+.2f}, {temporary[0]:+.2f}"))
    told.append(("threads, open files at most", f"{looks[:, 2].max():.0f}, {looks[:, 3].max():.0f}"))
    told.append(("requests that waited at once, at most", f"{looks[:, 6].max():.0f}"))
    return told


def write(table: list[tuple[str, str]], arguments: argparse.Namespace, before: str) -> None:
    said = (
        f"{SECTION}\n\n`make load` on {machine()}: {arguments.digits} visitors draw a digit on the server every two seconds,\n"
        f"{arguments.heavy} go from heavy page to heavy page, one of them begins repairs of minutes and takes them back; "
        f"{arguments.seconds:.0f} seconds,\nsender and app on the same two cores, load average {before} when it began. "
        "A heavy request waits for those before it.\n\n| what | measured |\n|---|---|\n"
    )
    said += "".join(f"| {what} | {value} |\n" for what, value in table)
    sections.put(said)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--digits", type=int, default=50)
    parser.add_argument("--heavy", type=int, default=10)
    parser.add_argument("--no-table", action="store_true", help="do not write docs/benchmarks.md")
    arguments, before = parser.parse_args(), load()
    with tempfile.TemporaryDirectory() as place:
        server = Server(Path(place) / "load")
        server.start()
        try:
            found = asyncio.run(Load(server, arguments.seconds).run(arguments.digits, arguments.heavy))
        finally:
            server.end()
    table = rows(found)
    print("\n".join(f"{what}: {value}" for what, value in table))
    if not arguments.no_table:
        write(table, arguments, before)
    if wrong := broken(found):
        raise SystemExit("Not held:\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()
