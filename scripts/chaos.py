"""`make chaos`: what breaks machines is done to a running app, and each thing that is promised is checked. Prints a table; fails where one
does not hold. Minutes on an idle machine.

    python scripts/chaos.py [--kills 50] [--seed 0] [--only kills]

The app and its jobs are killed here, at random moments of a real training. Full disk, locked database, clock, two apps, power: the tests of
each, the slow ones too, which mount a small disk where they may.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx
import torch

from ganapp.jobs import actions, process, store, visitor
from ganapp.jobs.store import Job
from scripts.bench import free_port

ROOT = Path(__file__).resolve().parent.parent
TRUTHFUL = 5.0  # seconds after which a row says what is so
STEPS, EVERY = 3000, 20
SMALL = {"width": 4, "latent": 8, "batch": 8}
ORDER: dict[str, Any] = {"recipe": "digits", "steps": STEPS, "every": EVERY, "seed": 3, "threads": 1, "device": "cpu", "settings": SMALL}
TESTED = {  # statement: the tests that try it
    "full disk": "tests/security/test_disk.py tests/training/test_loop.py::test_a_full_disk_leaves_the_old_checkpoint_and_says_so "
    "tests/security/test_cleaning.py::test_a_full_disk_leaves_nothing_behind",
    "read-only folder": "tests/security/test_disk.py::test_a_process_that_may_not_write_still_lists tests/security/test_readonly.py",
    "locked or damaged database": "tests/security/test_disk.py -k (too_long or damaged)",
    "clock jump": "tests/security/test_orders.py tests/security/test_cleaning.py -k (clock or heartbeat)",
    "two apps on one folder": "tests/security/test_orders.py tests/jobs/test_jobs.py tests/training/test_loop.py "
    "-k (two_apps or many_who_look or two_processes)",
    "power cut": "tests/training/test_power_cut.py",
    "killed while it repairs": "tests/security/test_kill.py",
    "damaged checkpoint or log": "tests/security/test_checkpoints.py",
}


class House:
    """The app in a folder of its own, which may be killed and started again."""

    def __init__(self, runs: Path) -> None:
        self.runs = runs
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        port = free_port()
        settings = {"GANAPP_RUNS": str(self.runs), "GRADIO_SERVER_PORT": str(port), "OMP_NUM_THREADS": "1", "NO_PROXY": "127.0.0.1"}
        with (self.runs / "app.log").open("ab") as log:
            self.child = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log)
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, timeout=10).status_code == 200:
                    return
            time.sleep(0.2)
        raise SystemExit(f"the app did not start:\n{(self.runs / 'app.log').read_text()[-2000:]}")

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.child is not None:
            self.child.send_signal(how)
            self.child.wait(60)
            self.child = None


def digest(folder: Path) -> str:
    """Of the weights that a run ended with."""
    return hashlib.sha256((folder / "result" / "model.safetensors").read_bytes()).hexdigest()


def saved(job: Job) -> int:
    path = job.folder / "checkpoint.pt"
    return int(torch.load(path, weights_only=True)["step"]) if path.exists() else 0


def row(job: Job) -> Job:
    """The row as it stands, looked at by nobody but the app."""
    return store.select("id = ?", (job.id,))[0]


def until(job: Job, wanted: Callable[[Job], bool], seconds: float, what: str, look: Callable[[Job], Job] = row) -> float:
    """Seconds until the row is as wanted."""
    began = time.monotonic()
    while not wanted(look(job)):
        if time.monotonic() - began > seconds:
            raise SystemExit(f"not within {seconds:.0f} s: {what}; the row says {look(job).state} {look(job).why()}")
        time.sleep(0.05)
    return time.monotonic() - began


def reference(place: Path) -> str:
    """The weights of the same order, left alone."""
    place.mkdir()
    (place / "order.json").write_text(json.dumps(ORDER))
    subprocess.run([sys.executable, "-m", "ganapp.training", str(place)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return digest(place)


def kills(count: int, seed: int) -> str:
    """kill -9 of jobs, and every fifth time of the app, at random moments. What was found, in a line."""
    chance, slowest, lost, finished, apps = random.Random(seed), 0.0, 0, 0, 0
    with tempfile.TemporaryDirectory() as place:
        runs = Path(place) / "runs"
        runs.mkdir()
        os.environ["GANAPP_RUNS"] = str(runs)
        right, who, house = reference(Path(place) / "alone"), visitor.shell(), House(runs)
        house.start()
        try:
            job = actions.submit(who, ORDER)
            for number in range(count):
                until(job, lambda now: now.state == "done" or (now.pid > 0 and saved(now) > 0), 600, "a checkpoint")
                time.sleep(chance.uniform(0.0, chance.choice((1.5, 12.0))))  # while it starts, or while it trains
                if row(job).state == "done" or saved(job) >= ORDER["steps"]:
                    finished += ended_right(job, right)
                    job = actions.submit(who, ORDER)
                    continue
                if number % 5 == 4:
                    house.end()
                    apps += 1
                    house.start()
                    if row(job).state not in ("running", "done"):
                        raise SystemExit(f"the job did not outlive the app: {row(job).why()}")
                    continue
                slowest, gone = max(slowest, killed(job)), saved(job)
                lost = max(lost, row(job).step - gone)
                actions.resume(who, job.id)
                until(job, lambda now: now.state == "running", 60, "resumed")
            while row(job).state != "done":  # however slow the machine is: as long as the training gets on
                before = saved(job)
                until(job, lambda now, before=before: now.state == "done" or saved(now) > before, 300, f"a step after {before}")
            finished += ended_right(job, right)
        finally:
            house.end(signal.SIGTERM)
            for each in store.select():
                process.kill(each)
    if lost > EVERY:
        raise SystemExit(f"{lost} steps were lost, more than the {EVERY} between two checkpoints")
    found = f"{count} kills, {apps} of them of the app; row true after {slowest:.1f} s at most"
    return f"{found}, {lost} steps lost at most, {finished} runs bit for bit equal"


def killed(job: Job) -> float:
    """Kill the job's process. Seconds until its row, which the app alone looks after, says so."""
    now = row(job)
    if now.state != "running" or now.pid <= 1:
        raise SystemExit(f"the job does not run: {now.state} {now.why()}")
    with suppress(ProcessLookupError):
        os.killpg(now.pid, signal.SIGKILL)
    spent = until(job, lambda now: now.state == "failed", TRUTHFUL, "the row of a job that was killed")
    if "killed" not in row(job).reason:
        raise SystemExit(f"the row gives another reason: {row(job).why()}")
    return spent


def ended_right(job: Job, right: str) -> int:
    until(job, lambda now: now.state == "done", 60, "done")
    if digest(job.folder) != right:
        raise SystemExit("a resumed run ended with other weights")
    return 1


def tested(arguments: str) -> str:
    """Run those tests, the slow ones too. The last line that says how many passed."""
    files, _, named = arguments.partition(" -k ")
    chosen = ["-k", named.strip("()")] if named else []
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files.split(), *chosen]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"})
    said = [line for line in done.stdout.splitlines() if " passed" in line or " skipped" in line or " failed" in line]
    if done.returncode:
        raise SystemExit(f"{arguments}\n{done.stdout[-3000:]}")
    return said[-1] if said else f"{done.stdout.count('.')} passed"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=STEPS, help="of the training that is killed")
    parser.add_argument("--only", help="the one statement to try")
    arguments = parser.parse_args()
    statements: dict[str, Callable[[], str]] = {"kills": lambda: kills(arguments.kills, arguments.seed)}
    statements |= {name: lambda tests=tests: tested(tests) for name, tests in TESTED.items()}  # type: ignore[misc]
    ORDER["steps"], broken = arguments.steps, 0
    for name, attempt in statements.items():
        if arguments.only in (None, name):
            began = time.monotonic()
            try:
                said = attempt()
            except SystemExit as problem:
                broken, said = broken + 1, f"NOT HELD: {problem}"
            print(f"| {name} | {said} | {time.monotonic() - began:.0f} s |", flush=True)
    sys.exit(broken)


if __name__ == "__main__":
    main()
