"""`python -m tests.support.contract`: write docs/contract.json, what programs may count on: every endpoint and every tool for agents, with
their arguments, in the state of the code ("now") and of the last release ("released"). With --release the state of the code becomes that of
the release."""

from __future__ import annotations

import json
import sys
import typing
from dataclasses import MISSING
from typing import Any

from ganapp.ui import binding
from ganapp.ui.agents import tool
from tests.conftest import ROOT

FILE = ROOT / "docs" / "contract.json"
Names = dict[str, dict[str, Any]]


def present() -> dict[str, Names]:
    """The endpoints and tools that the code has."""
    return {"endpoints": {name: _arguments(name) for name in binding.names()}, "tools": {name: _tool(name) for name in tool.tools()}}


def _arguments(name: str) -> dict[str, Any]:
    hints = typing.get_type_hints(binding.task(name).request, include_extras=True)
    return {entry.name: {"type": _type(hints[entry.name]), **_default(entry)} for entry in binding.task(name).fields}


def _type(hint: Any) -> str:
    """A type with its range, short and the same on every Python."""
    notes = [note.entry() for note in getattr(hint, "__metadata__", ()) if hasattr(note, "entry")]
    if notes:
        shown = {key: value for key, value in notes[0].items() if key not in ("kind", "choices")}
        return " ".join([notes[0]["kind"], *(f"{key} {value}" for key, value in shown.items())])
    plain = typing.get_args(hint)[0] if hasattr(hint, "__metadata__") else hint
    options = typing.get_args(plain)
    if type(None) in options:
        return " or ".join("nothing" if option is type(None) else _type(option) for option in options)
    return str(getattr(typing.get_origin(plain) or plain, "__name__", "value"))


def _default(entry: Any) -> dict[str, Any]:
    if binding.required(entry):
        return {}
    value = entry.default if entry.default is not MISSING else entry.default_factory()
    return {"default": list(value) if isinstance(value, tuple) else value}


def _tool(name: str) -> dict[str, Any]:
    found = tool.tools()[name]
    return {
        argument: {
            "type": schema["type"],
            **({"default": schema["default"]} if "default" in schema else {}),
            **({"required": True} if argument in found.required else {}),
        }
        for argument, schema in found.arguments.items()
    }


def changed(before: dict[str, Names], after: dict[str, Names]) -> list[str]:
    """Names of endpoints and tools that are new, gone, or other than they were."""
    every = [(kind, name) for kind in after for name in {**before.get(kind, {}), **after[kind]}]
    return [name for kind, name in every if _listed(before.get(kind, {}).get(name)) != _listed(after[kind].get(name))]


def _listed(arguments: dict[str, Any] | None) -> list[Any] | None:
    """With their places, which callers count on too."""
    return None if arguments is None else list(arguments.items())


def text(released: dict[str, Names], now: dict[str, Names]) -> str:
    """The file."""
    return json.dumps({"released": released, "now": now}, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    past = json.loads(FILE.read_text(encoding="utf-8"))["released"] if FILE.is_file() and "--release" not in sys.argv else present()
    FILE.write_text(text(past, present()), encoding="utf-8")
    print("CHANGELOG.md must name, in its newest part:", ", ".join(changed(past, present())) or "nothing")
