"""The arrows of docs/architecture.md, read from every import in the tree."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "ganapp"
COMMON = {"errors", "locales", "paths", "idx", "images", "latent", "digit", "photo", "photo_file", "progress", "device", "living", "curves"}
COMMON |= {"strict_json", "results", "box", "edges", "memory", "canvas", "resize", "tiling"}
FORMAT = COMMON | {"folder", "hub_access"}
ALLOWED = {
    "nets": {"nets"},
    "losses": {"losses"},
    "metrics": {"metrics", "losses"} | COMMON,
    "repairing": {"repairing", "foreign", "catalog", "nets"} | FORMAT,
    "upscaling": {"upscaling", "foreign", "catalog", "hub", "nets"} | FORMAT,
    "stylizing": {"stylizing", "foreign", "catalog", "hub", "nets"} | FORMAT,
    "tasks": {"tasks", "repairing", "upscaling", "stylizing", "catalog"} | FORMAT,
    "training": {"training", "repairing", "upscaling", "stylizing", "foreign", "catalog", "nets", "losses", "metrics", "tasks"}
    | {"hub_data", "card"}
    | FORMAT,
    "jobs": {"jobs"} | COMMON,
    "hubjobs": {"jobs", "hub"} | COMMON,
    "hubworker": COMMON,
    "jobtasks": {"jobtasks", "jobs", "hubjobs", "hub", "card", "catalog"} | FORMAT,
    "ui": {"ui", "tasks", "jobtasks", "catalog", "jobs", "hubjobs"} | COMMON,
    "cli": {"cli", "tasks", "catalog", "hub", "card", "shell_jobs", "shell_repair", "shell_upscale", "shell_stylize"} | FORMAT,
    "shell_repair": {"tasks", "shell_batch"} | COMMON,
    "shell_upscale": {"tasks", "shell_batch"} | COMMON,
    "shell_stylize": {"tasks", "shell_batch"} | COMMON,
    "shell_batch": COMMON,
    "shell_jobs": {"jobs", "hubjobs"} | COMMON,
    "foreign": {"catalog", "checkpoints", "onnx_process"} | FORMAT,
    "checkpoints": COMMON,
    "onnx_process": {"onnx_worker"} | COMMON,
    "onnx_worker": set(),
    "catalog": {"hub", "nets"} | FORMAT,
    "hub": {"catalog"} | FORMAT,
    "hub_access": COMMON,
    "hub_data": {"hub"} | FORMAT,
    "card": {"catalog"} | FORMAT,
    "folder": {"nets"} | COMMON,
}
ONLY_IN = {
    "gradio": {"ui"},
    "huggingface_hub": {"hub", "hub_access", "hub_data", "catalog", "hubjobs", "hubworker"},
    "torchvision": {"training", "losses", "metrics"},
    "spaces": {"device"},
    "accelerate": {"training"},
}
NEVER_IN = {"ui": {"torch", "torchvision", "safetensors"}}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.name not in {"__init__.py", "__main__.py"} or path.parent != PACKAGE)


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
    return names


def layer(path: Path) -> str:
    """First folder or file name under ganapp/."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_arrows(path: Path) -> None:
    names, own = imported(path), layer(path)
    inside = {name.split(".")[1] for name in names if name.startswith("ganapp.")} - {"__version__"}
    permitted = ALLOWED.get(own, FORMAT if own in COMMON else set())
    assert inside <= permitted | {own}, f"{own} may not import {sorted(inside - permitted)}"
    outside = {name.split(".")[0] for name in names}
    for package, owners in ONLY_IN.items():
        assert package not in outside or own in owners, f"{package} is imported in {own}"
    assert not outside & NEVER_IN.get(own, set())


def test_every_top_module_has_a_place() -> None:
    found = {layer(path) for path in FILES} - {"__init__", "__main__"}
    assert found <= set(ALLOWED) | COMMON, "a new layer must be given its arrows here and in docs/architecture.md"


def test_settings_and_root_are_read_in_paths_only() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if layer(path) != "paths":
            for reading in ("os.environ[", "os.environ.get", "os.getenv", "Path.cwd"):
                assert reading not in text, f"{reading} in {path}"


def test_functions_and_files_stay_short() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 350, f"{path.name} has {text.count(chr(10))} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{path.name}: {node.name} is too long"


def test_importing_the_package_does_no_work() -> None:
    heavy = {"torch", "gradio", "numpy", "PIL", "huggingface_hub"}
    code = "import sys, ganapp; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "ganapp" in loaded
    assert not heavy & set(loaded)
