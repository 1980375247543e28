"""The format of a model folder: config.json (typed), weights in safetensors, what was measured. Reading and writing, nothing more.

A folder has one main part ("model") and may have companions (a generator's discriminator, its encoder), each a family of
ganapp/nets with its own weights file. Weights are stored in half precision and computed in single.
Wherever an error has to name the folder it says `name`, which is the folder's own name unless the caller knows a better one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import re
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from torch.overrides import TorchFunctionMode

from ganapp.base import strict_json
from ganapp.base.errors import UserError

FORMAT = 1
TASKS = ("sample", "classify", "repair", "upscale", "stylize")
CONFIG, CARD, DIRECTIONS, EVALUATION, BROWSER = "config.json", "README.md", "directions.json", "evaluation.json", "web.onnx"
COMPANIONS = (CARD, DIRECTIONS, EVALUATION, BROWSER)  # what may lie beside config.json and the weights
LARGEST_JSON = 2_000_000  # bytes of config.json
PART, MOST_PARTS = re.compile(r"[a-z][a-z0-9_]{0,31}"), 8
LONGEST_TITLE, LONGEST_LICENCE, LONGEST_FILE = 120, 60, 100  # characters
WIDEST, DEEPEST = 65_536, 256  # of any number of a net's settings; of its layers, which are built one by one
LAYERS = ("layers", "depth", "pieces", "heads", "noise")
PROMISED = {  # whole numbers that callers rely on -> least and most
    "size": (1, 4096), "channels": (1, 4), "classes": (0, 1000), "latent": (1, 4096), "features": (1, 65_536), "scale": (1, 8),
    "receptive": (0, 1024), "side": (8, 4096), "multiple": (1, 512), "noise": (0, 64),
}  # fmt: skip
NEEDED = {"repair": ("side", "multiple")}  # by task, what cannot be guessed


def _printed(value: object, longest: int) -> bool:
    """Whether a value is a line that can be shown: not empty, not too long, without control characters."""
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()


@dataclass(frozen=True)
class Part:
    """One net of a folder: family: a file of ganapp/nets; net: the family's settings; file: its weights; sha256: of that file."""

    family: str
    net: dict[str, Any]
    file: str
    sha256: str


@dataclass(frozen=True)
class Description:
    """What config.json holds. promises: what every caller may rely on (size, channels, classes, latent ...);
    training: how the weights came about; values: numbers fitted after training (the discriminator's calibration ...)."""

    format: int
    task: str
    title: dict[str, str]
    licence: str
    parts: dict[str, Part]
    promises: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "en" not in self.title or not all(_printed(title, LONGEST_TITLE) for title in self.title.values()):
            raise ValueError(f'title must hold a line for "en", of at most {LONGEST_TITLE} characters')
        if self.licence and not _printed(self.licence, LONGEST_LICENCE):
            raise ValueError(f"licence must be a line of at most {LONGEST_LICENCE} characters")
        if len(self.parts) > MOST_PARTS or not all(PART.fullmatch(name) for name in self.parts):
            raise ValueError(f"parts must be at most {MOST_PARTS}, called by small letters, digits and underscores")
        for name, (low, high) in PROMISED.items():
            value = self.promises.get(name, low)
            if type(value) is not int or not low <= value <= high:
                raise ValueError(f"promises.{name} must be a whole number from {low} to {high}")
        for name in NEEDED.get(self.task, ()):
            if name not in self.promises:
                raise ValueError(f"promises.{name} is missing")

    def files(self) -> tuple[str, ...]:
        """Names of the weights files."""
        return tuple(part.file for part in self.parts.values())


def _suits(value: Any, kind: Any) -> bool:
    """Whether a value read from JSON may stand where a field is annotated `kind`, and all that it holds too. A whole number may stand for a
    float, an object for a dataclass, a flag for no number."""
    if kind is Any:
        return True
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return any(_suits(value, option) for option in inner)
    if origin is typing.Literal:
        return any(type(value) is type(option) and value == option for option in inner)
    if dataclasses.is_dataclass(kind):
        return isinstance(value, dict)
    if origin in (list, tuple) and isinstance(value, list | tuple):
        kinds = inner if origin is tuple and inner[-1] is not Ellipsis else inner[:1] * len(value)
        return len(kinds) == len(value) and all(map(_suits, value, kinds))
    if origin is dict and isinstance(value, dict):
        return all(_suits(key, inner[0]) and _suits(entry, inner[1]) for key, entry in value.items())
    if kind is float and isinstance(value, int | float) and not -1e300 < value < 1e300:  # NaN too
        return False
    kind = origin or kind
    if not isinstance(kind, type):
        return True
    wide = {float: (int, float), tuple: (list, tuple)}.get(kind, kind)
    return isinstance(value, wide) and (not isinstance(value, bool) or kind in (bool, object))


def strict(kind: type[Any], values: Any, where: str) -> Any:
    """`kind(**values)` for a frozen dataclass. UserError names an unknown key, a missing key or a value of the wrong kind."""
    if not isinstance(values, dict):
        raise UserError("bad_value", where=where, problem="not a JSON object")
    known = {f.name: f for f in dataclasses.fields(kind)}
    for key in values:
        if key not in known:
            raise UserError("unknown_key", key=key, where=where, known=", ".join(known))
    for key, entry in known.items():
        optional = entry.default is not dataclasses.MISSING or entry.default_factory is not dataclasses.MISSING
        if not optional and key not in values:
            raise UserError("missing_key", key=key, where=where)
    hints = typing.get_type_hints(kind)
    for key, value in values.items():
        if not _suits(value, hints[key]):
            raise UserError("bad_value", where=where, problem=f"{key} must be {known[key].type}, not {json.dumps(value, default=str)[:60]}")
    try:
        return kind(**values)
    except (TypeError, ValueError) as problem:
        raise UserError("bad_value", where=where, problem=str(problem)) from problem


def _json(folder: Path, file: str, name: str) -> Any:
    """The JSON in one of the folder's files. FileNotFoundError when there is none, UserError when it cannot be read."""
    try:
        return strict_json.read(folder / file, LARGEST_JSON if file == CONFIG else strict_json.LARGEST)
    except FileNotFoundError:
        raise
    except (OSError, json.JSONDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise UserError("config_unreadable", where=f"{name or folder.name}/{file}") from problem
    except ValueError as problem:
        raise UserError("bad_value", where=f"{name or folder.name}/{file}", problem=str(problem)[:100]) from problem


def describe(folder: Path, name: str = "") -> Description:
    """The description in `folder`/config.json. UserError for a folder without one, or with one that breaks the format."""
    name = name or folder.name
    try:
        return _parsed(_json(folder, CONFIG, name), name)
    except FileNotFoundError:
        raise UserError("not_a_model_folder", folder=name) from None


def _parsed(values: Any, name: str) -> Description:
    """The description that config.json's `values` make."""
    where = f"{name}/{CONFIG}"
    description: Description = strict(Description, values, where)
    if description.format != FORMAT:
        raise UserError("unknown_format", where=where, format=description.format)
    if description.task not in TASKS:
        raise UserError("unknown_task", where=where, task=description.task, known=", ".join(TASKS))
    parts = {part: strict(Part, values, f"{where}, {part}") for part, values in description.parts.items()}
    if "model" not in parts:
        raise UserError("missing_key", key="parts.model", where=where)
    for part in parts.values():
        plain = Path(part.file).name == part.file and "\\" not in part.file and _printed(part.file, LONGEST_FILE)
        if not plain or Path(part.file).suffix != ".safetensors":
            raise UserError("not_safetensors", where=f"{name}/{part.file}")
    return dataclasses.replace(description, parts=parts)


def table(folder: Path, file: str, name: str = "") -> dict[str, Any] | None:
    """What one of the JSON companions holds (DIRECTIONS, EVALUATION), None for a folder without it. UserError when it cannot be read."""
    try:
        values = _json(folder, file, name)
    except FileNotFoundError:
        return None
    if not isinstance(values, dict):
        raise UserError("bad_value", where=f"{name or folder.name}/{file}", problem="not a JSON object")
    return values


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _family(part: Part, where: str) -> tuple[types.ModuleType, Any]:
    """The module of the part's family and its settings, checked."""
    path = f"ganapp.nets.{part.family}"
    if not part.family.isidentifier() or part.family.startswith("_"):
        raise UserError("unknown_family", family=part.family, where=where)
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError as problem:
        if problem.name != path:
            raise
        raise UserError("unknown_family", family=part.family, where=where) from None
    for name, value in part.net.items():
        numbers = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, int | float)]
        most = DEEPEST if name in LAYERS else WIDEST
        if any(not 0 <= number <= most for number in numbers) or isinstance(value, list) and len(value) > DEEPEST:
            raise UserError("bad_value", where=where, problem=f"{name} must be from 0 to {most}, of at most {DEEPEST} numbers")
    return module, strict(module.Config, part.net, where)


def build(part: Part, where: str) -> nn.Module:
    """An untrained net of the part's family and settings. UserError for settings that make no net."""
    module, config = _family(part, where)
    try:
        net: nn.Module = module.Net(config)
    except (ValueError, TypeError, ArithmeticError, RuntimeError) as problem:
        raise UserError("bad_value", where=where, problem=str(problem).splitlines()[0]) from problem
    return net


def verify(folder: Path, part: Part, name: str = "") -> Path:
    """The part's weights file, when it is there and has the SHA-256 that config.json names. UserError when not."""
    path = folder / part.file
    where = f"{name or folder.name}/{part.file}"
    if not path.is_file():
        raise UserError("weights_missing", where=where)
    if digest(path) != part.sha256:
        raise UserError("weights_altered", where=where)
    return path


def check(folder: Path, name: str = "") -> Description:
    """The description, after a check of all that can be checked without building a net: families, settings, every weights file."""
    name = name or folder.name
    description = describe(folder, name)
    for part in description.parts.values():
        _family(part, f"{name}/{CONFIG}")
        verify(folder, part, name)
    return description


class _Undrawn(TorchFunctionMode):
    """Where a net is laid out without memory its first weights need not be drawn: for normal ones torch would load its compiler first."""

    def __torch_function__(self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Any:
        return args[0] if func is torch.Tensor.normal_ else func(*args, **(kwargs or {}))


def outline(part: Part, where: str) -> nn.Module:
    """The net of a part laid out without memory: its shapes and nothing else. UserError for settings that make no net."""
    with torch.device("meta"), _Undrawn():
        return build(part, where)


def weigh(folder: Path, part: Part, name: str = "") -> nn.Module:
    """The part's net with its weights, single precision, in evaluation mode.

    The net is laid out without memory first: settings that ask for a net larger than the weights file cost nothing, and
    torch's random state stays as it was. UserError when the file is missing, is a pickle, was truncated or altered, does not
    fit the net key by key, or holds a number that is not finite.
    """
    name = name or folder.name
    path = verify(folder, part, name)
    where = f"{name}/{part.file}"
    try:
        stored = load_file(path)
    except (SafetensorError, OSError) as problem:
        raise UserError("weights_do_not_fit", where=where) from problem
    weights = {key: value.float() if value.is_floating_point() else value for key, value in stored.items()}
    if not all(bool(torch.isfinite(value).all()) for value in weights.values()):
        raise UserError("weights_not_finite", where=where)
    net = outline(part, f"{name}/{CONFIG}")
    try:
        net.load_state_dict(weights, strict=True, assign=True)
    except RuntimeError as problem:
        raise UserError("weights_do_not_fit", where=where) from problem
    if any(tensor.is_meta for tensor in [*net.parameters(), *net.buffers()]):
        raise TypeError(f"{part.family} keeps a tensor outside its state; register every buffer as persistent")
    return net.eval().requires_grad_(False)


@dataclass(frozen=True)
class Trained:
    """A net to be written: its family, settings (the family's Config) and the net."""

    family: str
    config: Any
    net: nn.Module


def write(folder: Path, description: dict[str, Any], nets: dict[str, Trained]) -> None:
    """Write weights (half precision) and config.json of a model folder; `description` holds all but format and parts.

    config.json comes last and names the weights' hashes, so a folder that was cut short is never taken for a whole one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[str, Any] = {}
    for name, trained in nets.items():
        file = f"{name}.safetensors"
        state = trained.net.state_dict().items()
        weights = {key: value.detach().half().contiguous() if value.is_floating_point() else value for key, value in state}
        partial = folder / f".{file}.partial"
        save_file(weights, partial, metadata={"format": "pt"})
        partial.replace(folder / file)
        parts[name] = dataclasses.asdict(Part(trained.family, dataclasses.asdict(trained.config), file, digest(folder / file)))
    rewrite(folder, {"format": FORMAT, **description, "parts": parts})


def rewrite(folder: Path, config: dict[str, Any]) -> None:
    """Replace config.json at once. UserError, and the file as it was, for a `config` that breaks the format."""
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    try:
        values = strict_json.loads(text)
    except ValueError as problem:
        raise UserError("bad_value", where=f"{folder.name}/{CONFIG}", problem=str(problem)) from problem
    _parsed(values, folder.name)
    partial = folder / f".{CONFIG}.partial"
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / CONFIG)


def half(net: nn.Module) -> nn.Module:
    """`net` with its weights rounded through half precision, as they will be stored."""
    with torch.no_grad():
        for value in net.state_dict().values():
            if value.is_floating_point():
                value.copy_(value.half().float())
    return net
