"""`python -m ganapp batch TASK IN... --out OUT`: a task on many photos, in this process or elsewhere.

Photos, folders, zips and data sets of the Hub are worked on as the task's own command does; this one says where.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from typing import Any

from ganapp.base.errors import UserError
from ganapp.shell import batch
from ganapp.shell import main as shell
from ganapp.shell.words import say

ENGINES = ("local", "ray", "jobs")


def tasks() -> list[str]:
    """The tasks that have a command of their own for many photos."""
    return sorted(set(shell.commands()) & set(shell.task_names()))


def main(arguments: Sequence[str]) -> int:
    """Carry out `batch TASK ...`: 0 when all was done, 1 when some photos could not be. UserError says what cannot be."""
    options, rest = _parser().parse_known_args(list(arguments)[1:])
    if options.task not in tasks():
        raise UserError("one_of", name="task", known=", ".join(tasks()))
    command = importlib.import_module(f"ganapp.shell.commands.{options.task}")
    if options.engine == "jobs":
        from ganapp.shell import rented

        return rented.carry_out(options.task, command.parser(), rest, rented.Rent(options.flavor, options.hours, options.yes))
    return int(command.main([options.task, *rest], _engine(options)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m ganapp batch", description=say("batch.help"), epilog=say("batch.rest"), allow_abbrev=False)
    parser.add_argument("task", metavar="TASK", help=", ".join(tasks()))
    parser.add_argument("--engine", choices=ENGINES, default="local", help=say("batch.engine"))
    parser.add_argument("--address", metavar="A", help=say("batch.address"))
    parser.add_argument("--workers", type=int, default=0, metavar="N", help=say("batch.workers"))
    parser.add_argument("--flavor", default="", metavar="F", help=say("batch.flavor"))
    parser.add_argument("--hours", type=float, default=2.0, metavar="H", help=say("batch.hours"))
    parser.add_argument("--yes", action="store_true", help=say("batch.yes"))
    return parser


def _engine(options: Any) -> batch.Engine:
    if options.engine == "local":
        return batch.local
    from ganapp.shell.cluster import Cluster

    return Cluster(options.address, options.workers).work
