"""Likeness in the shell: `python -m ganapp COMMAND`. One command for each file of ganapp/tasks, made from its Request, and those of
ganapp/shell/commands.

Nothing of a task is imported before its command is asked for, so help comes at once.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import importlib
import json
import mimetypes
import os
import pkgutil
import re
import sys
import types
import typing
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ganapp.base import members, paths
from ganapp.base.errors import UserError
from ganapp.models import hub_access
from ganapp.shell.words import say

SCALARS = (int, float, str)
_inputs: set[Path] = set()  # picture files that this command has read


def main(arguments: Sequence[str]) -> int:
    """Carry out a command. Returns 0 when it was done, 2 after a sentence on stderr, or what the command's own process returned."""
    arguments = _joined(arguments)
    with hub_access.acting(hub_access.DEPLOYER):  # whoever has a shell here owns the token that is kept here
        return _main(arguments)


def _main(arguments: list[str]) -> int:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what libraries think of a file is no sentence for a person
            return _carried_out(arguments)
    except UserError as problem:
        print(problem.sentence(paths.language()), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _carried_out(arguments: list[str]) -> int:
    _inputs.clear()
    try:
        if arguments and (command := arguments[0].replace("-", "_")) in commands():
            os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
            return int(importlib.import_module(f"ganapp.shell.commands.{command}").main(arguments))
        asked = vars(_parser(arguments[0] if arguments else "").parse_args(arguments))
        carry_out: Callable[[dict[str, Any]], None] = asked.pop("command")
        carry_out(asked)
    except OSError as problem:
        if problem.filename is None:
            raise
        raise UserError("file_unreadable", name=str(problem.filename)[:200]) from problem  # a name too long, a folder that is closed
    return 0


def commands() -> list[str]:
    """The files of ganapp/shell/commands."""
    return sorted(entry.name for entry in pkgutil.iter_modules(importlib.import_module("ganapp.shell.commands").__path__))


def _joined(arguments: Sequence[str]) -> list[str]:
    """`--flag -1,2` as `--flag=-1,2`: argparse takes a list that begins with a minus for another flag."""
    joined: list[str] = []
    for argument in arguments:
        if re.match(r"-[\d.]", argument) and joined and re.fullmatch(r"--[\w-]+", joined[-1]):
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def task_names() -> list[str]:
    """The files of ganapp/tasks that are tasks."""
    package = importlib.import_module("ganapp.tasks")
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_"))


def _parser(chosen: str) -> argparse.ArgumentParser:
    """All commands; flags only of the one that was chosen."""
    parser = argparse.ArgumentParser("python -m ganapp", description=say("description"))
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in members.names("commands"):
        commands.add_parser(name.replace("_", "-"), help=say(f"{name}.help"), add_help=False)
    for name in task_names():
        task = commands.add_parser(name.replace("_", "-"), aliases=[name] if "_" in name else [], help=_summary(name))
        if chosen.replace("-", "_") == name:
            _add_task(task, name)
    return parser


def _summary(name: str) -> str:
    """First line of a task's docstring, read without importing it."""
    source = Path(importlib.import_module("ganapp.tasks").__path__[0]) / f"{name}.py"
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0].rstrip(".").replace("%", "%%")


# tasks


def _add_task(parser: argparse.ArgumentParser, name: str) -> None:
    """The flags of a task: one for each field of its Request, `--out` and `--json`."""
    module = importlib.import_module(f"ganapp.tasks.{name}")
    parser.description = module.__doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    hints = typing.get_type_hints(module.Request)
    for field in dataclasses.fields(module.Request):
        _add_field(parser, field, hints[field.name])
    parser.add_argument("--out", type=Path, metavar="FILE", help=say("out"))
    parser.add_argument("--overwrite", action="store_true", help=say("overwrite"))
    parser.add_argument("--json", action="store_true", help=say("json"))
    parser.set_defaults(command=lambda asked: _task(module, asked))


def _add_field(parser: argparse.ArgumentParser, field: dataclasses.Field[Any], hint: Any) -> None:
    """A flag for a field; one that is left out keeps the Request's default."""
    flag = f"--{field.name.replace('_', '-')}"
    optional, kind = _without_none(hint)
    plain = field.default is not dataclasses.MISSING
    required = not plain and field.default_factory is dataclasses.MISSING
    notes = [say("default", value=field.default)] if plain and field.default not in (None, ()) else [say("required")] if required else []
    options: dict[str, Any] = {"dest": field.name, "default": argparse.SUPPRESS, "required": required}
    if kind is bool and not optional:
        options["action"] = argparse.BooleanOptionalAction
    elif typing.get_origin(kind) is typing.Literal:
        options["choices"] = typing.get_args(kind)
    else:
        options["type"], options["metavar"], form = _reader(flag, field, kind)
        notes = [form, *notes] if form else notes
    text = field.metadata.get("help", "") + (f" ({'; '.join(notes)})" if notes else "")
    parser.add_argument(flag, help=text.replace("%", "%%"), **options)


def _without_none(hint: Any) -> tuple[bool, Any]:
    """Whether a type allows None, and the type without it."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [option for option in typing.get_args(hint) if option is not type(None)]
        return len(rest) < len(typing.get_args(hint)), rest[0] if len(rest) == 1 else typing.Union[tuple(rest)]  # noqa: UP007
    return False, hint


def _reader(flag: str, field: dataclasses.Field[Any], kind: Any) -> tuple[Callable[[str], Any], str, str]:
    """How the text after a flag becomes the field's value, what help calls that text, and a word on its form."""
    if field.metadata.get("kind") == "picture":
        return _picture, "FILE", say("picture")
    if kind is Path:
        return Path, "FILE", ""
    if kind in SCALARS:
        return kind, kind.__name__.upper(), ""
    items = typing.get_args(kind)
    if typing.get_origin(kind) is tuple and len(items) == 2 and items[1] is Ellipsis:
        gaps, item = _without_none(items[0])
        if item in SCALARS:
            return lambda text: _items(text, flag, item, gaps), f"{item.__name__.upper()},...", say("listed")
    return lambda text: _parsed(text, flag), "JSON", say("as_json")


def _items(text: str, flag: str, item: Callable[[str], Any], gaps: bool) -> tuple[Any, ...]:
    """The values of a comma separated list; with `gaps` an empty place is None. "@FILE" reads the list from a file."""
    words = [word.strip() for word in _from_file(text).split(",")] if text.strip() else []
    try:
        return tuple(None if gaps and not word else item(word) for word in words)
    except ValueError as problem:
        raise UserError("shell_value", flag=flag[2:], value=text[:60], form="1,2,3") from problem


def _parsed(text: str, flag: str) -> Any:
    """The value that a JSON text stands for. "@FILE" reads it from a file."""
    try:
        return json.loads(_from_file(text))
    except ValueError as problem:
        raise UserError("shell_value", flag=flag[2:], value=text[:60], form="JSON") from problem


def _from_file(text: str) -> str:
    return _bytes(Path(text[1:])).decode("utf-8-sig") if text.startswith("@") else text


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise UserError("file_unreadable", name=path) from problem


def _picture(text: str) -> str:
    """A picture file as the data URI that the tasks take."""
    from ganapp.pictures import images

    _inputs.add(Path(text).resolve())
    return images.data_uri(_bytes(Path(text)), mimetypes.guess_type(text)[0] or "image/png")


def _task(module: Any, asked: dict[str, Any]) -> None:
    """Run a task and put its result where it was asked for."""
    out, as_json = asked.pop("out"), asked.pop("json")
    overwrite = asked.pop("overwrite")
    read = hasattr(module.Result, "words")  # printed where no file is named
    if out is None and not as_json and not read:
        raise UserError("shell_nowhere")
    if out is not None and out.resolve() in _inputs and not overwrite:
        raise UserError("shell_input", name=out)
    result = module.run(module.Request(**asked))
    if out is not None:
        try:
            result.save(out)
        except OSError as problem:
            raise UserError("file_unwritable", file=out) from problem
        print(say("written", file=out), file=sys.stderr)
    if as_json:
        print(json.dumps(result.report(), ensure_ascii=False))
    elif out is None:
        print(result.words())
