"""What a second worker and a second process bring: 24 small photos enlarged by one process and by Ray with one and two workers, and
visitors of the app served by one process and by two. Prints the table of docs/scale.md. Ray is needed: pip install --group nightly.

    python scripts/bench_scale.py [--rounds 3] [--photos FOLDER] [--count 24]

With --photos the first photographs of a folder are enlarged in place of made-up ones. All ways have to write the same files, byte for
byte. The ways take turns, so that what else the machine does meets all of them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx
import numpy as np
import psutil
from PIL import Image

from ganapp.pictures import images
from scripts.bench import free_port

ROOT = Path(__file__).resolve().parent.parent
PHOTOS, SIDE = 24, (384, 256)  # without --count
VISITORS, ASKED = 8, 3  # people at once, and photos of each
SMALL = (96, 64)


def photo(seed: int, size: tuple[int, int]) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 256, (16, 24, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC).save(buffer, "png")
    return buffer.getvalue()


@dataclass(frozen=True)
class Spent:
    """seconds: by the clock; processor: of all processes together; memory: MB that they hold at most; working: seconds by the clock
    from the first file to the last, without what starts before."""

    seconds: float
    processor: float
    memory: float
    working: float = 0.0


def watched(child: subprocess.Popen[bytes]) -> Spent:
    """What a process and all that it starts take until it ends, looked at every fifth of a second."""
    began, first = time.monotonic(), psutil.Process(child.pid)
    times: dict[int, float] = {}
    most = 0.0
    while child.poll() is None:
        held = 0.0
        with suppress(psutil.Error):
            for each in (first, *first.children(recursive=True)):
                with suppress(psutil.Error):
                    times[each.pid] = sum(each.cpu_times()[:2])
                    held += (each.memory_info().rss - each.memory_info().shared) / 1e6
        most = max(most, held)
        time.sleep(0.2)
    return Spent(time.monotonic() - began, sum(times.values()), most)


def files(out: Path) -> dict[str, bytes]:
    """Digests of what was written, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).digest() for path in out.iterdir() if path.is_file()}


written: dict[Path, dict[str, bytes]] = {}  # what the first way made of a folder


def batch(source: Path, place: Path, *engine: str) -> Spent:
    """A whole command, its start included."""
    out = Path(tempfile.mkdtemp(dir=place))
    words = [sys.executable, "-m", "ganapp", "batch", "upscale", str(source), "--scale", "2", "--out", f"{out}/", *engine]
    environment = {**os.environ, "GANAPP_RUNS": str(out / "runs"), "GANAPP_PROVENANCE": "off", "OMP_NUM_THREADS": "1"}
    with (place / "said").open("wb") as said:
        child = subprocess.Popen(words, cwd=ROOT, env=environment, stderr=said)
        spent = watched(child)
    if child.returncode or len(files(out)) != len(list(source.iterdir())):
        raise SystemExit((place / "said").read_text()[-2000:])
    if written.setdefault(source, files(out)) != files(out):
        raise SystemExit(f"{' '.join(engine) or 'the command alone'}: other files than before")
    times = [path.stat().st_mtime for path in out.iterdir() if path.is_file()]
    return replace(spent, working=max(times) - min(times))


class Apps:
    """Processes of the app on one runs folder."""

    def __init__(self, count: int, runs: Path) -> None:
        self.addresses = [f"http://127.0.0.1:{free_port()}" for _ in range(count)]
        self.children: list[subprocess.Popen[bytes]] = []
        for address in self.addresses:
            settings = {"GANAPP_RUNS": str(runs), "GRADIO_SERVER_PORT": address.rpartition(":")[2], "OMP_NUM_THREADS": "1"}
            settings |= {"NO_PROXY": "127.0.0.1", "GANAPP_PROVENANCE": "off", "GANAPP_PROXIES": "1"}
            environment, silent = {**os.environ, **settings}, subprocess.DEVNULL
            self.children.append(subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=silent, stderr=silent))
        until = time.monotonic() + 900
        for address in self.addresses:
            while not self.answers(address):
                if time.monotonic() > until:
                    self.end()
                    raise SystemExit("the app did not start")
                time.sleep(0.2)
        for address in self.addresses:  # models are loaded with the first request
            ask(address, 0)

    @staticmethod
    def answers(address: str) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{address}/healthz", trust_env=False, timeout=10).status_code == 200
        return False

    def processor(self) -> float:
        return sum(sum(psutil.Process(child.pid).cpu_times()[:2]) for child in self.children)

    def memory(self) -> float:
        held = [psutil.Process(child.pid).memory_info() for child in self.children]
        return sum(each.rss - each.shared for each in held) / 1e6

    def end(self) -> None:
        for child in self.children:
            child.kill()
            child.wait(30)


def ask(address: str, number: int) -> float:
    """Seconds until a photo is enlarged for a visitor."""
    path = f"{address}/gradio_api/call/v2/upscale"
    body: dict[str, Any] = {"picture": images.data_uri(photo(number, SMALL)), "factor": 2, "model": "fidelity"}
    headers = {"X-Forwarded-For": f"203.0.113.{number % VISITORS + 1}"}
    began = time.monotonic()
    with httpx.Client(trust_env=False, timeout=300, headers=headers) as client:
        event = client.post(path, json=body).json()["event_id"]
        said = client.get(f"{path}/{event}").text
    assert "event: complete" in said, said[-300:]
    return time.monotonic() - began


def visits(apps: Apps) -> Spent:
    """Until all photos of all visitors are there; each visitor stays with one process."""

    def visit(visitor: int) -> None:
        address = apps.addresses[visitor % len(apps.addresses)]
        for turn in range(ASKED):
            ask(address, visitor + VISITORS * turn)

    began, before = time.monotonic(), apps.processor()
    with ThreadPoolExecutor(VISITORS) as people:
        list(people.map(visit, range(VISITORS)))
    seconds = time.monotonic() - began
    return Spent(seconds, apps.processor() - before, apps.memory(), seconds)


def rounds(ways: dict[str, Callable[[], Spent]], count: int) -> None:
    measured: dict[str, list[Spent]] = {name: [] for name in ways}
    for _ in range(count):
        for name, way in ways.items():
            measured[name].append(way())
            print(f"{name}: {measured[name][-1]}", file=sys.stderr, flush=True)
    for name, all_spent in measured.items():
        seconds, working = sorted(each.seconds for each in all_spent), sorted(each.working for each in all_spent)
        processor, memory = min(each.processor for each in all_spent), max(each.memory for each in all_spent)
        clock = f"{seconds[0]:.1f} to {seconds[-1]:.1f} s | {working[0]:.1f} to {working[-1]:.1f} s"
        print(f"| {name} | {clock} | {processor:.1f} s | {memory:.0f} MB |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parts = ("alone", "ray", "app")
    parser.add_argument("--only", choices=parts, nargs="+", default=parts)
    parser.add_argument("--count", type=int, default=PHOTOS, help="photos")
    parser.add_argument("--photos", type=Path, help="a folder of photographs to enlarge in place of made-up ones")
    told = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} when it began\n")
    print("| what | by the clock | first file to last | processor, the least | memory |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source = place / "photos"
        source.mkdir()
        if told.photos:
            for path in sorted(told.photos.iterdir())[: told.count]:
                shutil.copy(path, source / path.name)
        else:
            for i in range(told.count):
                (source / f"p{i:02d}.png").write_bytes(photo(i, SIDE))
        alone = place / "one"
        alone.mkdir()
        first = min(source.iterdir())
        shutil.copy(first, alone / first.name)
        ways: dict[str, Callable[[], Spent]] = {
            "one photo, the command alone": partial(batch, alone, place),
            f"{told.count} photos, the command alone": partial(batch, source, place),
        }
        spread = {
            f"{told.count} photos, Ray, workers: {workers}": partial(batch, source, place, "--engine", "ray", "--workers", workers)
            for workers in ("1", "2")
        }
        rounds({**(ways if "alone" in told.only else {}), **(spread if "ray" in told.only else {})}, told.rounds)
        if "app" in told.only:
            houses: list[Apps] = []
            try:
                houses += [Apps(1, place / "runs1")]
                houses += [Apps(2, place / "runs2")]
                name = f"{VISITORS * ASKED} photos of {VISITORS} visitors, processes of the app:"
                served = {f"{name} {len(apps.addresses)}": partial(visits, apps) for apps in houses}
                rounds(served, told.rounds)
            finally:
                for apps in houses:
                    apps.end()


if __name__ == "__main__":
    main()
