"""Training jobs in the shell: `train ORDER.json`, `train lesson:NAME`, and `jobs ACTION`: list, show, stop, pause, resume, delete ...

The shell starts and sees the very jobs that the page does; whoever can run it on this machine may change all of them.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, orders, snapshot, visitor
from ganapp.jobs.lessons import PREFIX
from ganapp.jobs.store import UNFINISHED, Job
from ganapp.shell import lessons

SHELL = visitor.shell()
WAIT = 0.5  # seconds between two looks at a job


def say(key: str, **values: object) -> str:
    """A sentence about jobs in the reader's language."""
    return locales.text(f"jobs.{key}", paths.language(), **values)


def main(arguments: Sequence[str]) -> int:
    """Carry out `train ...` or `jobs ...`: 0 when done, 1 when a job that was followed failed. UserError says what cannot be."""
    options = vars(_parser().parse_args(list(arguments)))
    command: Callable[[argparse.Namespace], int] = options.pop("command")
    return command(argparse.Namespace(**options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m ganapp")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    train = commands.add_parser("train", help=say("help.train"))
    train.add_argument("order", type=Path, metavar="ORDER.json", help=say("help.order"))
    train.add_argument("--name", default="", help=say("help.name"))
    train.add_argument("--detach", action="store_true", help=say("help.detach"))
    train.add_argument("--hub", metavar="FLAVOUR", default="", help=say("help.hub"))
    train.add_argument("--hours", type=float, default=2.0, help=say("help.hours"))
    train.add_argument("--token", default="", help=say("help.token"))
    train.set_defaults(command=_train)
    _add_jobs(commands.add_parser("jobs", help=say("help.jobs")).add_subparsers(metavar="ACTION", required=True))
    return parser


def _add_jobs(kinds: Any) -> None:
    """The actions of `jobs`."""
    listed = kinds.add_parser("list", help=say("help.list"))
    listed.add_argument("--json", action="store_true", help=say("help.json"))
    listed.set_defaults(command=_list)
    offers = kinds.add_parser("offers", help=say("help.offers"))
    offers.add_argument("--token", default="", help=say("help.token"))
    offers.set_defaults(command=_offers)
    for name, command in (("show", _show), ("stop", _stop), ("pause", _pause), ("resume", _resume), ("delete", _delete)):
        action = kinds.add_parser(name, help=say(f"help.{name}"))
        action.add_argument("job", metavar="ID")
        action.set_defaults(command=command)
        if name == "show":
            action.add_argument("--json", action="store_true", help=say("help.json"))
        if name in ("show", "resume"):
            action.add_argument("--follow", action="store_true", help=say("help.follow"))
        if name in ("show", "stop"):
            action.add_argument("--token", default="", help=say("help.token"))
    rename = kinds.add_parser("rename", help=say("help.rename"))
    rename.add_argument("job", metavar="ID")
    rename.add_argument("name")
    rename.set_defaults(command=lambda options: _print_state(actions.rename(SHELL, options.job, options.name)))
    share = kinds.add_parser("share", help=say("help.share"))
    share.add_argument("job", metavar="ID")
    share.add_argument("--off", action="store_true", help=say("help.off"))
    share.set_defaults(command=lambda options: _print_state(actions.share(SHELL, options.job, not options.off)))
    copy = kinds.add_parser("duplicate", help=say("help.duplicate"))
    copy.add_argument("job", metavar="ID")
    copy.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=say("help.set"))
    copy.add_argument("--onward", action="store_true", help=say("help.onward"))
    copy.set_defaults(command=_duplicate)


def _train(options: argparse.Namespace) -> int:
    if options.order.is_dir():  # a folder with an order in it, outside the queue
        command = [sys.executable, "-m", "ganapp.training", str(options.order)]
        return subprocess.call(command, env=paths.child_environment(**paths.FOR_DEPLOYER))
    if str(options.order).startswith(PREFIX):
        lesson = lessons.named(str(options.order))
        if not (options.hub or options.detach):
            return lessons.carry_out(lesson, options.name, lambda job: _follow(job, mine=True))
        order, name = lesson.order, options.name or lesson.say("name", paths.language())
    else:
        order, name = orders.read(options.order), options.name or options.order.stem[: orders.LONGEST_NAME]
    if options.hub:
        from ganapp.jobs import hubjobs

        job = hubjobs.submit(SHELL, order, hubjobs.Rent(options.hub, _token(options.token), options.hours), name)
        return _print_state(job)
    job = actions.submit(SHELL, order, name)
    print(say("started", id=job.id, folder=job.folder), file=sys.stderr)
    return 0 if options.detach else _follow(job.id, mine=True)


def _follow(job_id: str, mine: bool = False) -> int:
    """Show a job's progress until it ends. Ctrl-C stops the job when this shell has just started it, and only stops looking otherwise."""
    while True:
        try:
            now = snapshot.read(SHELL, job_id)
            _draw(_line(now), (now.state, now.place, 20 * now.step // max(1, now.steps)), last=now.state not in UNFINISHED)
            if now.state not in UNFINISHED:
                break
            time.sleep(WAIT)
        except KeyboardInterrupt:
            if not mine:
                print(file=sys.stderr)
                return 130
            mine = False
            print("\n" + say("stopping"), file=sys.stderr)
            actions.stop(SHELL, job_id)
    if now.reason:
        print(now.why(paths.language()), file=sys.stderr)
    if now.result:
        print(actions.find(SHELL, job_id).folder / "result")
    return int(now.state == "failed")


def _line(now: snapshot.Progress) -> str:
    """A progress bar with what matters beside it."""
    share = now.step / max(1, now.steps)
    bar = "█" * int(share * 24) + "░" * (24 - int(share * 24))
    losses = "  ".join(f"{name} {value:.3f}" for name, value in now.latest.items() if name.endswith("loss") and value is not None)
    state = say(f"states.{now.state}") if not now.place else say("place", place=now.place)
    left = say("left", time=_clock(now.eta)) if now.eta is not None and now.state == "running" else ""
    rate = say("rate", rate=f"{now.rate:.1f}") if now.rate else ""
    return "  ".join(part for part in (bar, f"{now.step:,}/{now.steps:,}", state, rate, left, losses) if part)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


_drawn: list[object] = [None]


def _draw(line: str, news: object, last: bool) -> None:
    """On a terminal over the line before, elsewhere a line of its own when there is news: another state or a twentieth of the way."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r{line[:width]:<{width}}", end="\n" if last else "", file=sys.stderr, flush=True)
    elif news != _drawn[0]:
        print(line, file=sys.stderr, flush=True)
    _drawn[0] = news


def _print_state(job: Job) -> int:
    print(say("is", id=job.id, name=job.name, state=say(f"states.{job.state}")))
    return 0


def _list(options: argparse.Namespace) -> int:
    jobs = actions.listing(SHELL)
    if options.json:
        rows = [{**dataclasses.asdict(job), "place": place, "reason": job.because()} for job, place in jobs]
        for entry in rows:
            del entry["owner"], entry["address"]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for job, place in jobs:
        state = say("place", place=place) if place else say(f"states.{job.state}")
        percent = f"{100 * job.step // max(1, job.steps):>3} %"
        print(f"{job.id}  {percent}  {state:<12} {job.device:<8} {job.name}  {job.why(paths.language())}".rstrip())
    if not jobs:
        print(say("none"), file=sys.stderr)
    return 0


def _show(options: argparse.Namespace) -> int:
    job = actions.find(SHELL, options.job)
    if job.remote:
        from ganapp.jobs import hubjobs

        hubjobs.follow(SHELL, job.id, _token(options.token))
    if options.follow:
        return _follow(job.id)
    now = snapshot.read(SHELL, job.id)
    if options.json:
        print(json.dumps(dataclasses.asdict(now), ensure_ascii=False))
        return 0
    print(f"{now.id}  {now.name}\n{_line(now)}")
    if now.reason:
        print(now.why(paths.language()))
    print(json.dumps(now.order, ensure_ascii=False))
    print(job.folder)
    return 0


def _stop(options: argparse.Namespace) -> int:
    job = actions.find(SHELL, options.job)
    if job.remote:
        from ganapp.jobs import hubjobs

        return _print_state(hubjobs.stop(SHELL, job.id, _token(options.token)))
    return _settled(actions.stop(SHELL, job.id))


def _pause(options: argparse.Namespace) -> int:
    return _settled(actions.pause(SHELL, options.job))


def _settled(job: Job, patience: float = 60.0) -> int:
    """Wait until a job that was asked to end has saved itself, and say how it stands."""
    until = time.monotonic() + patience
    while job.state == "running" and time.monotonic() < until:
        time.sleep(0.2)
        job = next(entry for entry, _ in actions.listing(SHELL) if entry.id == job.id)
    return _print_state(job)


def _resume(options: argparse.Namespace) -> int:
    job = actions.resume(SHELL, options.job)
    return _follow(job.id) if options.follow else _print_state(job)


def _delete(options: argparse.Namespace) -> int:
    job = actions.find(SHELL, options.job)
    actions.delete(SHELL, job.id)
    print(say("deleted", id=job.id, name=job.name))
    return 0


def _duplicate(options: argparse.Namespace) -> int:
    """`--set steps=2000 --set rate=0.0005`: keys of the order, and all else settings of its recipe."""
    changes: dict[str, Any] = {"settings": {}}
    for pair in options.set:
        key, sign, text = pair.partition("=")
        if not sign:
            raise UserError("shell_value", flag="set", value=pair, form="KEY=VALUE")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        (changes if key in orders.KEYS else changes["settings"])[key] = value
    return _print_state(actions.duplicate(SHELL, options.job, changes, options.onward))


def _offers(options: argparse.Namespace) -> int:
    from ganapp.jobs import hubjobs

    for offer in hubjobs.offers(_token(options.token) or None):
        print(f"{offer.flavour:<18} ${offer.dollars:>7.2f}/h  {offer.cpu}, {offer.memory}  {offer.accelerator}".rstrip())
    return 0


def _token(given: str) -> str:
    """The token given, else the one that `hf auth login` keeps, else none."""
    from ganapp.jobs import hubjobs

    return given or hubjobs.kept_token()
