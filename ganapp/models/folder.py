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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import torch
from pydantic import ConfigDict, model_validator
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from torch.overrides import TorchFunctionMode
from typing_extensions import TypedDict

from ganapp.base import strict_json, writing
from ganapp.base.errors import UserError
from ganapp.base.kinds import As, Text, Whole, Width, refused
from ganapp.base.validation import read, settings_class
from ganapp.models import limits

FORMAT = 1
TASKS = (
    *("sample", "classify", "repair", "upscale", "stylize", "caption", "illustrate", "reply", "stanza", "write"),
    *("speak", "listen", "pronounce", "vocode"),
)
CONFIG, CARD, DIRECTIONS, EVALUATION = "config.json", "README.md", "directions.json", "evaluation.json"
BROWSER, BROWSER_CRITIC = "web.onnx", "critic.onnx"
COMPANIONS = (CARD, DIRECTIONS, EVALUATION, BROWSER, BROWSER_CRITIC)  # what may lie beside config.json and the weights
LARGEST_JSON = 2_000_000  # bytes of config.json
PART, MOST_PARTS = re.compile(r"[a-z][a-z0-9_]{0,31}"), 8
LONGEST_FILE = 100  # characters
NEEDED = {"repair": ("side", "multiple")}  # by task, what cannot be guessed


@settings_class
class Part:
    """One net of a folder: family: a file of ganapp/nets; net: the family's settings; file: its weights; sha256: of that file."""

    family: str
    net: dict[str, Any]
    file: str
    sha256: str


class Promises(TypedDict, total=False):
    """What every caller may rely on; a folder may promise more."""

    __pydantic_config__ = ConfigDict(strict=True, extra="allow")  # type: ignore[misc]
    size: Annotated[int, Whole(1, 4096)]
    channels: Annotated[int, Whole(1, 4)]
    classes: Annotated[int, Whole(0, 1000)]
    latent: Annotated[int, Whole(1, 4096)]
    features: Width
    scale: Annotated[int, Whole(1, 8)]
    receptive: Annotated[int, Whole(0, 1024)]
    side: Annotated[int, Whole(8, 4096)]
    multiple: Annotated[int, Whole(1, 512)]
    noise: Annotated[int, Whole(0, 64)]


@settings_class
class Description:
    """What config.json holds. training: how the weights came about; values: numbers fitted after training (the discriminator's
    calibration ...)."""

    format: int
    task: str
    title: dict[str, Annotated[str, Text(120, signs="printed")]]
    licence: Annotated[str, Text(60, 0, signs="printed")]
    parts: dict[str, Any]
    promises: Annotated[dict[str, Any], As(Promises)] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Description:
        if "en" not in self.title:
            raise refused("english_title")
        if len(self.parts) > MOST_PARTS or not all(PART.fullmatch(name) for name in self.parts):
            raise refused("part_names", most=MOST_PARTS)
        for name in NEEDED.get(self.task, ()):
            if name not in self.promises:
                raise refused("promise_missing", promise=name)
        return self

    def files(self) -> tuple[str, ...]:
        """Names of the weights files."""
        return tuple(part.file for part in self.parts.values())


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
    description = read(Description, values, where)
    if description.format != FORMAT:
        raise UserError("unknown_format", where=where, format=description.format)
    if description.task not in TASKS:
        raise UserError("unknown_task", where=where, task=description.task, known=", ".join(TASKS))
    parts = {part: read(Part, values, f"{where}, {part}") for part, values in description.parts.items()}
    if "model" not in parts:
        raise UserError("missing_key", key="parts.model", where=where)
    for part in parts.values():
        plain = Path(part.file).name == part.file and "\\" not in part.file and part.file.isprintable() and len(part.file) <= LONGEST_FILE
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
    """The module of the part's network family, and the family's validated configuration."""
    path = f"ganapp.nets.{part.family}"
    if not part.family.isidentifier() or part.family.startswith("_"):
        raise UserError("unknown_family", family=part.family, where=where)
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError as problem:
        if problem.name != path:
            raise
        raise UserError("unknown_family", family=part.family, where=where) from None
    return module, read(module.Config, part.net, where)


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
        with limits.opening(path, name):
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
        with writing.replacing(folder / file, sole=True, durable=True) as partial:
            save_file(weights, partial, metadata={"format": "pt"})
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
    writing.write(folder / CONFIG, text, sole=True, durable=True)


def half(net: nn.Module) -> nn.Module:
    """`net` with its weights rounded through half precision, as they will be stored."""
    with torch.no_grad():
        for value in net.state_dict().values():
            if value.is_floating_point():
                value.copy_(value.half().float())
    return net
