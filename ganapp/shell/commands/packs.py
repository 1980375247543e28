"""`python -m ganapp packs`: models in Python packages and on the Hub; listed, installed, removed."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ganapp.base import paths, progress
from ganapp.shell.words import say

EVERY = 2.0  # seconds between two lines about the bytes, where there is no terminal


@dataclass
class Bytes:
    """Says how many megabytes have come: on one line of a terminal, else in a line now and then."""

    told: float = 0.0

    def tell(self, done: int, total: int) -> None:
        """See progress.Watcher."""
        line = say("packs.progress", done=f"{done / 1e6:.1f}", total=f"{total / 1e6:.1f}")
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line}", end="" if done < total else "\n", file=sys.stderr, flush=True)
        elif time.monotonic() - self.told > EVERY:
            self.told = time.monotonic()
            print(line, file=sys.stderr, flush=True)

    def go_on(self) -> None:
        """See progress.Watcher: a shell is stopped by Ctrl+C."""

    def show(self, draw: Callable[[], bytes]) -> None:
        """See progress.Watcher: a shell shows no pictures."""


def main(arguments: Sequence[str]) -> int:
    """Carry out `list`, `add` or `remove`."""
    parser = argparse.ArgumentParser("python -m ganapp packs", description=say("packs.help"))
    doing = parser.add_subparsers(dest="what", metavar="list|add|remove", required=True)
    listed = doing.add_parser("list", help=say("packs.list"))
    listed.add_argument("--json", action="store_true", help=say("json"))
    listed.add_argument("--markdown", action="store_true", help=say("packs.markdown"))
    for what in ("add", "remove"):
        doing.add_parser(what, help=say(f"packs.{what}")).add_argument("name", metavar="NAME", help=say("packs.name"))
    options = parser.parse_args(list(arguments)[1:])
    if options.what == "list":
        return _list(options)
    from ganapp.models import pack_install

    if options.what == "remove":
        pack_install.remove(options.name)
        print(say("packs.removed", name=options.name))
        return 0
    with progress.watched(Bytes()):
        place = pack_install.add(options.name)
    print(say("packs.added", name=options.name, folder=place) if place else say("packs.there", name=options.name))
    return 0


def _list(options: argparse.Namespace) -> int:
    from ganapp.models import pack_list

    language = paths.language()
    if options.json:
        print(json.dumps(pack_list.report(), ensure_ascii=False, indent=2))
    elif options.markdown:
        print(pack_list.table(), end="")
    else:
        for line in pack_list.lines():
            print(f"{line.name}  {line.bytes / 1e6:.1f} MB  {line.licence}  {', '.join(model['id'] for model in line.models)}")
            print("    " + "\n    ".join(filter(None, (line.purpose.get(language), line.makers, line.state[language]))))
    return 0
