"""The floors of docs/architecture.md, read from every import in the tree."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ganapp"
FLOORS = (  # lowest first: a room may use the rooms below it, and itself
    ("base",),
    ("machine",),
    ("pictures", "sounds"),
    ("digits",),
    ("nets", "losses", "metrics"),
    ("models",),
    ("repairing", "upscaling", "stylizing", "writing", "speaking"),
    ("tasks",),
    ("library",),
    ("jobs",),
    ("training",),
    ("evaluation", "finishing"),
    ("shipping",),
    ("shell",),
    ("ui",),
)
INNER_FLOORS = {"training": (("run",), ("data",), ("health",), ("recipes",)), "jobs": (("",), ("requests",))}  # "" is the room itself
TOGETHER = {"nets", "losses", "metrics"}  # rooms of one floor that may use each other
OWN_PROCESS = {"training", "evaluation", "finishing"}  # reached from elsewhere as a process alone
NEVER_IN = {
    "base": {"torch", "torchvision", "numpy"},
    "ui": {"torch", "torchvision", "safetensors", "ganapp.nets", "ganapp.losses", "ganapp.metrics"},
}
ONLY_IN = {
    "gradio": {"ui"},
    "huggingface_hub": {"models", "jobs", "shipping", "shell"},
    "torchvision": {"metrics"},
    "spaces": {"machine"},
    "accelerate": {"training"},
    "mcp": {"ui"},
    "ray": {"shell"},
}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE)


def height(room: str, floors: tuple[tuple[str, ...], ...]) -> int:
    """On which floor a room is, from 0."""
    return next(i for i, rooms in enumerate(floors) if room in rooms)


def imported(path: Path) -> set[str]:
    """Full names of all modules imported anywhere in a file, relative ones resolved."""
    names: set[str] = set()
    here = ["ganapp", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)} if module.startswith("ganapp") else {module}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module" and isinstance(node.args[0], ast.Constant):
            names.add(str(node.args[0].value))
    return names


def room(path: Path) -> str:
    """The folder under ganapp/ that a file lies in."""
    return path.relative_to(PACKAGE).parts[0]


def inner(parts: tuple[str, ...], floors: tuple[tuple[str, ...], ...]) -> str:
    """The room inside a room that a path or a dotted name leads to, "" for a file of the room itself."""
    return parts[0] if len(parts) > 0 and any(parts[0] in rooms for rooms in floors) else ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_uses_only_rooms_below_it(path: Path) -> None:
    names, own = imported(path), room(path)
    for other in {name.split(".")[1] for name in names if name.startswith("ganapp.")} - {own, "__version__"}:
        beside = {own, other} <= TOGETHER
        assert beside or height(other, FLOORS) < height(own, FLOORS), f"{own} may not import {other}"
        assert other not in OWN_PROCESS or own in OWN_PROCESS, f"{own} reaches {other} as a process only"
    for name in names:
        for package, owners in ONLY_IN.items():
            assert name.split(".")[0] != package or own in owners, f"{package} is imported in {own}"
        assert not any(name == banned or name.startswith(f"{banned}.") for banned in NEVER_IN.get(own, ())), f"{own} may not import {name}"


@pytest.mark.parametrize("own", INNER_FLOORS)
def test_rooms_inside_rooms_have_floors_too(own: str) -> None:
    floors = INNER_FLOORS[own]
    for path in (PACKAGE / own).rglob("*.py"):
        lower = inner(path.relative_to(PACKAGE / own).parts[:-1], floors)
        if not lower and own == "training":
            continue  # its __main__ begins whatever is ordered
        for name in imported(path):
            if name.startswith(f"ganapp.{own}."):
                upper = inner(tuple(name.split(".")[2:]), floors)
                assert height(upper, floors) <= height(lower, floors), f"{path.relative_to(PACKAGE)} may not import {name}"


def test_every_room_has_its_floor() -> None:
    rooms = {each for floor in FLOORS for each in floor}
    assert {room(path) for path in FILES} <= rooms, "a new room must be given its floor here and in docs/architecture.md"
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py"}, "a file belongs into a room"


def test_what_is_allowed_is_used() -> None:
    used = {(name.split(".")[0], room(path)) for path in FILES for name in imported(path)}
    assert [(package, owner) for package, owners in ONLY_IN.items() for owner in owners if (package, owner) not in used] == []


def test_nets_are_kept_behind_promises() -> None:
    """Who asks for a model gets a promise; nets themselves are handled where they are trained, measured and finished."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if room(path) not in {"nets", "models", *OWN_PROCESS}:
            assert not {name for name in imported(path) if name.startswith("ganapp.nets")}, f"{path} imports a net"
            assert ".net(" not in text, f"{path} takes the net out of a model"
            assert ".built(" not in text, f"{path} takes the net out of a model"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
                kind = ast.unparse(node.args[1])
                assert not kind.endswith((".Net", "Descriptor", "nn.Module")), f"{path}:{node.lineno} asks which net it is"


def test_settings_and_root_are_read_in_paths_only() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if path != PACKAGE / "base" / "paths.py":
            for reading in ("os.environ[", "os.environ.get", "os.getenv", "Path.cwd"):
                assert reading not in text, f"{reading} in {path}"


def test_functions_and_files_stay_short() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 350, f"{path.name} has {text.count(chr(10))} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 45, f"{path.name}: {node.name} is too long"


def test_importing_the_package_does_no_work() -> None:
    heavy = {"torch", "gradio", "numpy", "PIL", "huggingface_hub"}
    code = "import sys, ganapp; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "ganapp" in loaded
    assert not heavy & set(loaded)
