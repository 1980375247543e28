"""What commands on one photo or many share: a bar that grows, a sentence for whatever goes wrong, and how many were done in the end."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TextIO

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.pictures.archives import Refusal
from ganapp.shell.plan import Plan

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


Work = tuple[PurePosixPath, Callable[[Bar], dict[str, Any] | None]]  # what a photo is called, and what is done with it


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


def carry_out(works: list[Work], plan: Plan, as_json: bool, say: Callable[..., str]) -> int:
    """Do all works, each named by its photo; what ends one of them does not end the others. as_json: whether reports are printed; say: the
    command's words. Returns 0 when all was done, 1 when something was refused."""
    bar, failed = Bar(len(works), sys.stderr), 0
    for name, work in works:
        bar.next(str(name))
        try:
            report = work(bar)
            if as_json and report:
                print(json.dumps(report, ensure_ascii=False), flush=True)
        except Exception as problem:  # noqa: BLE001 - the readers, writers and engines behind it have no common family of errors
            failed += 1
            print(f"\r{shown(f'{name}: {explained(problem).sentence(paths.language())}')}", file=sys.stderr)
        bar.done += 1
    bar.next("")
    plan.finish(failed)
    tell_about(plan)
    out = plan.archive if plan.archive and plan.archive.exists() else plan.folder
    print(f"\n{say('batch', done=len(works) - failed, total=len(works), out=out)}", file=sys.stderr)
    return 1 if failed else 0


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
