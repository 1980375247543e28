"""An engine for many photos: a Ray cluster, with one loaded model for each graphics card or core.

Photos are read, and results written, by this command alone: the machines of the cluster need no folder in common. The work between is a
pipeline of Ray Data. A machine that goes away in the middle takes only what it was working on, and that is given to the others; a photo
that ends whoever works on it is given up after a few times.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganapp import __version__
from ganapp.base.errors import UserError
from ganapp.models import hub_access
from ganapp.shell import batch
from ganapp.shell import plan as contents
from ganapp.shell.batch import Bar, Order, Outcome
from ganapp.shell.plan import Job, Plan
from ganapp.shell.sources import Source

TRIES = 3  # times that a photo is given to a worker that does not come back with it
BLOCKS = 20_000  # parts that a run is cut into, at most; a photo is a part of its own up to there
# Nothing is reported to its makers; and what it tells of its own inside is no sentence for a person.
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal", "RAY_DATA_DISABLE_PROGRESS_BARS": "1"}


@dataclass(frozen=True)
class Cluster:
    """address: of a cluster that this machine belongs to, None for one that is started here; workers: models at once, 0 for as many as
    there are graphics cards, or, without any, cores."""

    address: str | None = None
    workers: int = 0

    def work(self, order: Order, plan: Plan, bar: Bar) -> Iterator[Outcome]:
        """See batch.Engine: outcomes as they come. UserError when there is no Ray, or its cluster cannot be reached."""
        waiting: dict[int, Outcome] = {}
        for job in plan.jobs:
            outcome = _looked_at(order, plan, job)
            if isinstance(outcome.made, Exception) or not outcome.photo:
                bar.next(str(job.label))
                yield outcome
            else:
                waiting[len(waiting)] = outcome
        if not waiting:
            return
        jobs = [outcome.job for outcome in waiting.values()]
        with _joined(self.address, self.workers) as ray:
            for _ in range(TRIES):
                for at, made in self._pass(ray, order, jobs, list(waiting)):
                    outcome = waiting.pop(at)
                    bar.next(str(outcome.job.label))
                    yield Outcome(outcome.job, outcome.photo, outcome.wish, made)
                if not waiting:
                    return
        for outcome in waiting.values():
            bar.next(str(outcome.job.label))
            yield Outcome(outcome.job, made=UserError("cluster_lost", times=TRIES))

    def _pass(self, ray: Any, order: Order, jobs: Sequence[Job], waiting: list[int]) -> Iterator[tuple[int, batch.Made | Exception]]:
        """What became of the jobs of these numbers, but for those that went away with their machine."""
        held = ray.cluster_resources()
        cards, cores = int(held.get("GPU", 0)), int(held.get("CPU", 1))
        workers = max(1, min(self.workers or cards or cores, len(waiting)))
        reading = ([job.source for job in jobs], order.masks)
        settings = {name: value for name, value in os.environ.items() if name.startswith("GANAPP_")}
        working = (order.make, settings, hub_access.present().token, __version__)
        here = {"ray.io/node-id": ray.get_runtime_context().get_node_id()}
        alone, several = ray.data.ActorPoolStrategy(size=1), ray.data.ActorPoolStrategy(min_size=1, max_size=workers, initial_size=workers)
        rows = ray.data.from_items([{"at": at} for at in waiting], override_num_blocks=min(len(waiting), BLOCKS))
        rows = rows.map(Reader, compute=alone, fn_constructor_args=reading, num_cpus=0, label_selector=here)
        share = {"num_gpus": 1} if cards else {"num_cpus": 1}
        for row in rows.map(Worker, compute=several, fn_constructor_args=working, **share).iter_rows():
            yield row["at"], pickle.loads(row["made"])


def _looked_at(order: Order, plan: Plan, job: Job) -> Outcome:
    """What the content of a photo and its settings are called; nothing of it where the result is there already, or the reason why it cannot
    be worked on."""
    try:
        wish = order.wish(order.mask(job))
        photo = contents.content(job.source)
        return Outcome(job) if plan.existing(job, photo, wish) else Outcome(job, photo, wish)
    except Exception as problem:  # noqa: BLE001 - see batch.local
        return Outcome(job, made=batch.explained(problem))


def _answers(address: str) -> bool:
    """Whether somebody listens at HOST:PORT, which Ray would find out after minutes. Addresses of Ray's client are none: photos are read on
    a machine of the cluster, and who comes as a client is on none."""
    if address in ("auto", "local"):
        return True
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), 5):
            return True
    except (OSError, ValueError, OverflowError):
        return False


@contextmanager
def _joined(address: str | None, workers: int) -> Iterator[Any]:
    """Ray, connected. UserError when it is not installed or does not answer."""
    os.environ.update({name: value for name, value in QUIET.items() if name not in os.environ})
    try:
        import ray
        import ray.data
    except ImportError as problem:
        raise UserError("cluster_missing") from problem
    if address and not _answers(address):
        raise UserError("cluster_unreachable", address=address)
    started = {} if address else {"num_cpus": workers or None, "include_dashboard": False}
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **started)
    except Exception as problem:  # that its own processes were too slow is told by a bare Exception
        if address:
            raise UserError("cluster_unreachable", address=address) from problem
        raise UserError("cluster_unstarted", problem=str(problem).partition(".")[0][:200]) from problem
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.max_errored_blocks = -1  # what was lost is missing in the end, and is given out again
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):  # it prints what its machines say
            yield ray
    finally:
        ray.shutdown()


class Reader:
    """Reads photos and masks on the machine of the command, in a process of its own. Rows {at} become {at, photo, mask, problem}."""

    def __init__(self, sources: list[Source], masks: Callable[..., bytes] | None) -> None:
        self.sources, self.masks = sources, masks

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Read one; what keeps it from being read goes along."""
        source = self.sources[row["at"]]
        try:
            read = (source.read(), self.masks(source.name) if self.masks else None)
            return {"at": row["at"], "name": source.name.name, "read": pickle.dumps(read)}
        except Exception as problem:  # noqa: BLE001 - see batch.local
            return {"at": row["at"], "name": source.name.name, "read": pickle.dumps(batch.explained(problem))}


class Worker:
    """Holds a loaded model and works on one photo after the other, on one core or card. Rows of `Reader` become {at, made}."""

    def __init__(self, make: Callable[[bytes, str, bytes | None], batch.Made], settings: dict[str, str], token: str, version: str) -> None:
        from ganapp.machine import devices

        for name, value in settings.items():
            os.environ.setdefault(name, value)
        devices.share_machine()
        self.make, self.who = make, hub_access.Who(token=token, deployer=True)
        self.other = "" if version == __version__ else __version__
        self.version = version

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Work on one; what keeps it from being done goes back."""
        read = pickle.loads(row["read"])
        if isinstance(read, Exception):
            return {"at": row["at"], "made": row["read"]}
        try:
            if self.other:
                raise UserError("cluster_version", here=self.version, there=self.other)
            photo, mask = read
            with hub_access.acting(self.who):
                made = pickle.dumps(self.make(photo, row["name"], mask))
        except Exception as problem:  # noqa: BLE001 - see batch.local
            made = pickle.dumps(batch.explained(problem))
        return {"at": row["at"], "made": made}
