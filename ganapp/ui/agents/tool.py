"""A tool: a name, words that an agent understands, flat typed arguments, and what is done.

Most tools are one task: their arguments are some of the Request's fields, with their types, ranges and words, so nothing is written twice.
"""

from __future__ import annotations

import importlib
import pkgutil
import types
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mcp.types import ContentBlock

from ganapp.base.errors import UserError
from ganapp.ui import binding
from ganapp.ui.agents import blocks, sources
from ganapp.ui.agents.blocks import File
from ganapp.ui.agents.caller import Caller

PICTURE = "an address (https://...), the address of an earlier result, or a data URI"
JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}
Call = Callable[[dict[str, Any], Caller], Awaitable[list[ContentBlock]]]


@dataclass(frozen=True)
class Tool:
    """arguments: JSON schema of each argument by its name; required: those without a default; changes: whether a call leaves something
    behind here; outside: whether it may fetch from the web."""

    name: str
    description: str
    arguments: Mapping[str, dict[str, Any]]
    call: Call
    required: tuple[str, ...] = ()
    changes: bool = False
    outside: bool = False

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments."""
        return {"type": "object", "properties": dict(self.arguments), "required": list(self.required), "additionalProperties": False}


@dataclass(frozen=True)
class OfTask:
    """How a task becomes a tool. fields: of its Request that are arguments; facts: parts of its report that are told; file: what the
    result's picture or sound is called; words: what is said of a field instead of its own words; fixed: fields with one value."""

    task: str
    fields: tuple[str, ...]
    facts: tuple[str, ...] = ()
    file: str = "picture"
    words: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self) -> dict[str, dict[str, Any]]:
        """The JSON schema of each argument."""
        bound = binding.task(self.task)
        hints = typing.get_type_hints(bound.request, include_extras=True)
        known = {entry.name: entry for entry in bound.fields}
        return {name: {**_schema(hints[name], known[name]), **self._worded(name)} for name in self.fields}

    def _worded(self, name: str) -> dict[str, str]:
        return {"description": self.words[name]} if name in self.words else {}

    async def report(self, given: dict[str, Any], caller: Caller) -> dict[str, Any]:
        """The task's report on these arguments; pictures are fetched first."""
        bound = binding.task(self.task)
        values = {name: value for name, value in given.items() if value is not None}
        for name in bound.pictures:
            if values.get(name):
                values[name] = await sources.data_uri(str(values[name]), caller)
        return await bound.answer({**self.fixed, **values})

    async def call(self, given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
        """Do it, and answer with the picture and the facts."""
        report = await self.report(given, caller)
        return self.answer(report, caller)

    def answer(self, report: dict[str, Any], caller: Caller) -> list[ContentBlock]:
        """A report as blocks."""
        told = {name: report[name] for name in self.facts if report.get(name) is not None}
        found: list[ContentBlock] = []
        if report.get("address"):
            found = File.of_address(report["address"]).blocks(caller)
        elif whole := report.get("picture") or report.get("sound"):
            found = File.of_uri(whole, self.file).blocks(caller)
        return [*found, *(blocks.facts(told) if told else [])]

    def tool(self, name: str, description: str) -> Tool:
        """The tool that is this task."""
        bound = binding.task(self.task)
        needed = tuple(entry.name for entry in bound.fields if entry.name in self.fields and binding.required(entry))
        return Tool(name, description, self.arguments(), self.call, needed, outside=bool(bound.pictures))


def _schema(hint: Any, entry: Any) -> dict[str, Any]:
    """What JSON schema says of a field."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(option for option in typing.get_args(hint) if option is not type(None))
    words = entry.metadata["help"]
    default = {} if binding.required(entry) or entry.default in (None, "", ()) else {"default": entry.default}
    if entry.metadata.get("kind") == "picture":
        return {"type": "string", "description": f"{words}: {PICTURE}"}
    if typing.get_origin(hint) is typing.Literal:
        return {"type": "string", "enum": list(typing.get_args(hint)), "description": words, **default}
    plain = typing.get_args(hint)[0] if hasattr(hint, "__metadata__") else hint
    notes: dict[str, Any] = next((note.entry() for note in getattr(hint, "__metadata__", ()) if hasattr(note, "entry")), {})
    ranged = {key: notes[name] for key, name in (("minimum", "low"), ("maximum", "high"), ("enum", "choices")) if name in notes}
    return {"type": JSON_TYPES[plain], "description": words, **ranged, **default}


@cache
def tools() -> dict[str, Tool]:
    """All tools by name: one for each file of ganapp/ui/agents/tools."""
    package = importlib.import_module("ganapp.ui.agents.tools")
    found = [importlib.import_module(f"{package.__name__}.{entry.name}").TOOL for entry in pkgutil.iter_modules(package.__path__)]
    return {tool.name: tool for tool in found}


async def call(name: str, given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
    """What a tool answers. UserError when it cannot."""
    known = tools()
    if name not in known:
        raise UserError("one_of", name="tool", known=", ".join(known))
    return await known[name].call(given, caller)
