"""`python -m ganapp.evaluation MODEL --json FILE`: measure a model with the evaluation that fits it."""

from __future__ import annotations

import argparse
import importlib
import math
import os
import pkgutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganapp.base import paths, progress
from ganapp.base.errors import UserError
from ganapp.base.locales import text

if TYPE_CHECKING:
    from ganapp.models.folder import Description


SEEN = ("repair", "stylize", "upscale")  # tasks whose results are looked at through VGG16


def parser() -> argparse.ArgumentParser:
    """The arguments of the command."""

    def say(key: str) -> str:
        return text(f"measures.options.{key}")

    arguments = argparse.ArgumentParser("python -m ganapp.evaluation", description=say("command"))
    arguments.add_argument("name", nargs="?", help=say("model"))
    arguments.add_argument("--model", help=say("model"))
    arguments.add_argument("--json", type=Path, metavar="FILE", help=say("json"))
    arguments.add_argument("--data", type=Path, metavar="DIR", help=say("data"))
    arguments.add_argument("--beside", type=Path, metavar="FILE", action="append", default=[], help=say("beside"))
    arguments.add_argument("--resume", type=Path, metavar="FILE", help=say("resume"))
    arguments.add_argument("--painting", type=Path, metavar="FILE", help=say("painting"))
    arguments.add_argument("--side", type=int, default=0, metavar="N", help=say("side"))
    arguments.add_argument("--peers", type=int, metavar="N", help=say("peers"))
    arguments.add_argument("--only", choices=("sliders",), default="", help=say("only"))
    arguments.add_argument("--samples", type=int, metavar="N", help=say("samples"))
    arguments.add_argument("--quick", action="store_true", help=say("quick"))
    arguments.add_argument("--keep", action="store_true", help=say("keep"))
    return arguments


def fitting(description: Description) -> Any:
    """The module of this package whose `fits` takes the model. UserError when there is none."""
    package = importlib.import_module("ganapp.evaluation")
    for found in pkgutil.iter_modules(package.__path__):
        if not found.name.startswith("__"):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            if hasattr(module, "fits") and module.fits(description):
                return module
    raise UserError("evaluation_none", task=description.task)


class _Megabytes:
    """Says how much of what is fetched has come, in a line now and then."""

    told = -math.inf

    def tell(self, done: int, total: int) -> None:
        """See progress.Watcher."""
        if time.monotonic() - self.told > 2:
            self.told = time.monotonic()
            megabytes = {"done": f"{done / 1e6:.1f}", "total": f"{total / 1e6:.1f}"}
            print(text("shell.packs.progress", paths.language(), **megabytes), file=sys.stderr, flush=True)

    def go_on(self) -> None:
        """See progress.Watcher: Ctrl+C ends it."""

    def show(self, draw: Callable[[], bytes]) -> None:
        """See progress.Watcher: there are no pictures."""


def _bring(task: str) -> None:
    """Have VGG16's weights here for the measures that look through it. UserError when they cannot be had."""
    if task in SEEN:
        from ganapp.models import vgg_source

        with progress.watched(_Megabytes()):
            vgg_source.bring()


def main(arguments: list[str]) -> int:
    """Returns 0 when measured, 2 for a model or a number that cannot be used."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
    asked = parser().parse_args(arguments)
    name = asked.model or asked.name
    if not name:
        parser().print_usage(sys.stderr)
        return 2
    from ganapp.evaluation.subject import Options, find

    try:
        subject = find(name)
        if asked.keep and subject.source == "pack":
            raise UserError("evaluation_keep", model=name)
        _bring(subject.description.task)
        named = {name: getattr(asked, name) for name in ("samples", "quick", "data", "resume", "painting", "side", "peers", "only")}
        wanted = Options(beside=tuple(asked.beside), **named)
        report = fitting(subject.description).evaluate(subject, wanted)
    except UserError as problem:
        print(problem, file=sys.stderr)
        return 2
    if asked.json:
        report.write(asked.json)
    if asked.keep:
        report.write(subject.folder / "evaluation.json")
    print(report.table())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
