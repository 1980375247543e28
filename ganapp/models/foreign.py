"""Model files of other makes: where they lie, what is refused unopened, what opens them, and the memory they are kept in.

ONNX files run in processes with limits (onnx_process.py). spandrel is given weights that checkpoints.py has read, never a file: it would
load TorchScript, which can run code.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch

from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import catalog, checkpoints, hub, limits, onnx_process

LOCAL = "file:"
CODE = (".pt", ".ckpt", ".pkl", ".pickle", ".torchscript", ".ptl")  # may hold code; never opened, never fetched
Kept = TypeVar("Kept")
_lib: Any = None


def named(model: str) -> bool:
    """Whether a model's name is that of a file of another make: "owner/name:file", "owner/name/file" or "file:NAME"."""
    return ":" in model or model.partition("@")[0].count("/") > 1


def located(reference: str, endings: tuple[str, ...]) -> Path:
    """The file of "owner/name/path/file.onnx[@revision]" or "owner/name:file[@revision]" on the Hub, fetched if need be, or of "file:NAME"
    in the runs folder's "community". UserError for another ending than `endings`, and for a file that is not there."""
    name = reference.removeprefix(LOCAL)
    if name.partition("@")[0].lower().endswith(CODE):
        raise UserError("community_script", name=reference)
    if not name.partition("@")[0].lower().endswith(endings):
        raise UserError("community_kind", name=reference, known=", ".join(endings[:3]))
    if reference == name:
        return catalog.file_of(reference.replace(":", "/", 1))
    path = catalog.community() / name
    if Path(name).name != name or not path.is_file():
        raise UserError("file_unreadable", name=name)
    return path


def closed(model: str, trade: str) -> bool:
    """Whether a model must be fetched or opened before anything is known of it. No request is made."""
    if not named(model):
        return catalog.away(model)
    if model.startswith(LOCAL):
        path: Path | None = catalog.community() / model.removeprefix(LOCAL)
    else:
        path = None if catalog.away(model) else catalog.file_of(model.replace(":", "/", 1))
    return path is None or catalog.shelf.peek((path, trade)) is None


def kept(path: Path, trade: str, load: Callable[[], Kept], size: Callable[[Kept], int]) -> Kept:
    """What `load` makes of a file for a trade, kept in the one memory of all models, where it counts `size` bytes; loaded again when the
    file changed."""
    return catalog.shelf.kept((path, trade), catalog.stamp(path), load, size)


def licence(reference: str) -> str:
    """What the repository of a file on the Hub says; "" for a file that was put here by hand."""
    if not reference or reference.startswith(LOCAL):
        return ""
    name, _, revision = reference.replace(":", "/", 1).partition("@")
    return hub.licence("/".join(name.split("/")[:2]), revision or "main")


def failed(problem: Exception) -> UserError:
    """What is said when another engine fails: the first line of its error, or the kind of one that has no words."""
    if isinstance(problem, UserError):
        return problem
    words = str(problem).strip().splitlines() or [type(problem).__name__]
    return UserError("community_fails", problem=words[0][:200])


def session(path: Path, threads: int = 1) -> onnx_process.Session:
    """An ONNX file, ready to run on so many threads in a process of its own. UserError without the package, and for what it cannot read."""
    if importlib.util.find_spec("onnxruntime") is None:
        raise UserError("community_extra", package="onnxruntime")
    with limits.opening(path, path.name):
        return onnx_process.Session(path, threads)


def checkpoint(path: Path) -> Any:
    """What spandrel makes of a checkpoint, on the CPU. UserError without the package, for what can run code and what it does not know."""
    if importlib.util.find_spec("spandrel") is None:
        raise UserError("community_extra", package="spandrel")
    try:
        with limits.opening(path, path.name):
            held = checkpoints.read(path)
        package = spandrel()
        descriptor = package.ModelLoader("cpu").load_from_state_dict(package.canonicalize_state_dict(held))
    except MemoryError:
        raise
    except Exception as problem:  # noqa: BLE001 - spandrel and torch have no common family of errors
        if memory.ran_out(problem):
            raise
        raise failed(problem) from problem
    return descriptor.eval()


def spandrel() -> Any:
    """The package spandrel. It asks for torchvision, whose CUDA build will not load beside a CPU build of torch until it finds two
    operators declared that no restorer uses. UserError without the package."""
    global _lib
    if importlib.util.find_spec("spandrel") is None:
        raise UserError("community_extra", package="spandrel")
    try:
        return importlib.import_module("spandrel")
    except RuntimeError as problem:
        if "torchvision::nms" not in str(problem):
            raise
    for name in [name for name in sys.modules if name.partition(".")[0] in ("torchvision", "spandrel")]:
        del sys.modules[name]
    _lib = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]  # lives as long as this reference
    for operator in ("nms", "qnms"):
        _lib.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return importlib.import_module("spandrel")
