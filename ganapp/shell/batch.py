"""What commands on one photo or many share: an order for each photo, a bar that grows, a sentence for whatever goes wrong, and how many
were done in the end.

Where the photos are worked on is an engine's business: `local` is this process, `ganapp.shell.cluster` a Ray cluster.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from ganapp.base import locales, paths, progress
from ganapp.base.errors import UserError
from ganapp.pictures.archives import Refusal
from ganapp.pictures.photo_file import File
from ganapp.shell import plan as contents
from ganapp.shell.plan import Job, Plan
from ganapp.shell.sources import Masks

FORMS = {"png": ("png", "tif"), "jpeg": ("jpg",), "webp": ("webp",)}  # form -> endings that its files may have
BAR = 24  # characters
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # in the name of a file it would write elsewhere on the terminal, or in other colours
LISTED = 20  # files left out for one reason that are named


@dataclass
class Bar:
    """A bar on a terminal; a line a photo where there is none."""

    total: int
    out: TextIO
    done: int = 0
    name: str = ""

    def tell(self, done: int, total: int) -> None:
        """See progress.Watcher: parts of the present photo."""
        self._draw(done / total if total else 0.0)

    def go_on(self) -> None:
        """See progress.Watcher: a shell is stopped by Ctrl+C."""

    def show(self, draw: Callable[[], bytes]) -> None:
        """See progress.Watcher: a shell shows no pictures."""

    def next(self, name: str) -> None:  # noqa: A003 - of the photos
        """Begin with another photo."""
        self.name = shown(name)
        if name and not self.out.isatty():
            print(f"{self.done + 1}/{self.total} {self.name}", file=self.out)
        self._draw(0.0)

    def _draw(self, part: float) -> None:
        if self.out.isatty():
            filled = int(BAR * (self.done + part) / max(1, self.total))
            line = f"[{'#' * filled}{'.' * (BAR - filled)}] {self.done}/{self.total} {self.name[:50]}"
            print(f"\r\x1b[K{line}", end="", file=self.out, flush=True)


Made = tuple[File, dict[str, Any]]  # the result's file, and what is told of it


@dataclass(frozen=True)
class Order:
    """What is done with every photo. make(photo, name, mask) makes the result of a photo's file; it knows nothing of this process and may
    be called in another one or on another machine. wish(mask): a short name of all settings; masks: of the photo of each name."""

    make: Callable[[bytes, str, bytes | None], Made]
    wish: Callable[[bytes | None], str]
    masks: Masks | None = None

    def mask(self, job: Job) -> bytes | None:
        """The mask of a photo, None where none is asked for."""
        return self.masks(job.source.name) if self.masks else None


@dataclass(frozen=True)
class Outcome:
    """What became of a photo. photo, wish: what its content and the settings are called; made: None where it was there already, or for the
    reason why there is nothing."""

    job: Job
    photo: str = ""
    wish: str = ""
    made: Made | Exception | None = None


Engine = Callable[[Order, Plan, Bar], Iterator[Outcome]]


def local(order: Order, plan: Plan, bar: Bar) -> Iterator[Outcome]:
    """One photo after the other, in this process."""
    for job in plan.jobs:
        bar.next(str(job.label))
        try:
            mask = order.mask(job)
            wish = order.wish(mask)
            blob = None if job.source.content else job.source.read()
            photo = contents.content(job.source, blob)
            if plan.existing(job, photo, wish):
                yield Outcome(job)
                continue
            with progress.watched(bar):
                made = order.make(job.source.read() if blob is None else blob, job.source.name.name, mask)
            yield Outcome(job, photo, wish, made)
        except Exception as problem:  # noqa: BLE001 - the readers, writers and engines behind it have no common family of errors
            yield Outcome(job, made=problem)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that all of these commands have."""
    parser.add_argument("--overwrite", action="store_true", help=_say("overwrite"))
    parser.add_argument("--json", action="store_true", help=_say("json"))


def shown(text: str) -> str:
    """A line for a terminal, whatever is in the names of files."""
    return CONTROL.sub("\ufffd", text)


def explained(problem: Exception) -> UserError:
    """The sentence for whatever ended the work on a picture: a library's own error too is of that picture, and not of the others."""
    if isinstance(problem, UserError):
        return problem
    if isinstance(problem, MemoryError) or "out of memory" in str(problem).lower():
        return UserError("out_of_memory")
    words = str(problem).strip().splitlines()[:1]
    return UserError("picture_failed", problem=": ".join([type(problem).__name__, *words])[:200])


def carry_out(order: Order, plan: Plan, as_json: bool, say: Callable[..., str], engine: Engine = local) -> int:
    """Work on all photos; what ends one of them does not end the others. as_json: whether reports are printed; say: the command's words.
    Returns 0 when all was done, 1 when something was refused."""
    bar, failed, reports = Bar(len(plan.jobs), sys.stderr), 0, sys.stdout  # an engine may be silenced
    for outcome in engine(order, plan, bar):
        problem, report = _kept(outcome, plan)
        if as_json and report:
            print(json.dumps(report, ensure_ascii=False), flush=True, file=reports)
        if problem:
            failed += 1
            print(f"\r{shown(f'{outcome.job.label}: {problem.sentence(paths.language())}')}", file=sys.stderr)
        bar.done += 1
    bar.next("")
    plan.finish(failed)
    tell_about(plan)
    out = plan.archive if plan.archive and plan.archive.exists() else plan.folder
    print(f"\n{say('batch', done=len(plan.jobs) - failed, total=len(plan.jobs), out=out)}", file=sys.stderr)
    return 1 if failed else 0


def _kept(outcome: Outcome, plan: Plan) -> tuple[UserError | None, dict[str, Any] | None]:
    """Keep a result: why that could not be, and what is told of it."""
    if outcome.made is None:
        return None, None
    try:
        if isinstance(outcome.made, Exception):
            raise outcome.made
        return None, keep(outcome, plan)
    except Exception as problem:  # noqa: BLE001 - see `local`
        return explained(problem), None


def keep(outcome: Outcome, plan: Plan) -> dict[str, Any]:
    """Write the result of a photo, whole or not at all; what is told of it. UserError when it cannot be written."""
    assert isinstance(outcome.made, tuple)
    file, facts = outcome.made
    target = plan.keep(outcome.job, outcome.photo, outcome.wish, file)
    named = {"name": target.name} if "name" in facts else {}
    return {"photo": str(outcome.job.label), "file": str(target), **facts, **named}


def tell_about(plan: Plan) -> None:
    """Name the files that were left out, with the reason, and the results that an unknown run had made."""
    reasons: dict[str, list[Refusal]] = {}
    for refusal in plan.left_out:
        reasons.setdefault(refusal.sentence(paths.language()), []).append(refusal)
    for sentence, refusals in reasons.items():
        names = ", ".join(refusal.name for refusal in refusals[:LISTED])
        more = _say("left_out_more", count=len(refusals) - LISTED) if len(refusals) > LISTED else ""
        print(f"\n{shown(_say('left_out', names=names + more, why=sentence))}", file=sys.stderr)
    for name, path in plan.by_name.items():
        print(f"\n{shown(_say('there', name=name, file=path))}", file=sys.stderr)


def _say(key: str, **values: object) -> str:
    return locales.text(f"shell.{key}", paths.language(), **values)
