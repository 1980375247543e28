"""What a model for enlarging does to a picture: fetched and opened, with its scale, channels, licence and size told."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp.base.validation import about, request_class
from ganapp.tasks import _result
from ganapp.tasks._fields import Name
from ganapp.upscaling import choice

HEAVY = True


@request_class
class Request:
    """The name of a model."""

    model: Name = about("photo, fidelity, best, a model's name, or owner/name:file@revision on the Hub")


@dataclass(frozen=True)
class Result(_result.Facts):
    """id: its name; source: "shipped", "trained", "hub" or "other" make; architecture: family of the net; scale: how many times it
    enlarges; channels: of the pictures it takes; licence: as it is told, "" where it is not; makers: who made it, where its pack says so;
    parameters: how many; megabytes: of its file; reach: pixels it looks away; strength, denoise: whether it knows these settings."""

    id: str
    source: str
    architecture: str
    scale: int
    channels: int
    licence: str
    makers: str
    parameters: int
    megabytes: float
    reach: int
    strength: bool
    denoise: bool


def run(request: Request) -> Result:
    """Open a model for enlarging and say what it does: one of the shipped ones, one that was trained here, a model folder on the Hub, or a
    checkpoint of another make that spandrel knows (.safetensors or .pth).

    It stays in memory, so that the next `upscale` with it begins at once.
    """
    enlarger = choice.opened(request.model)
    facts = {name: getattr(enlarger, name) for name in ("id", "scale", "reach", "strength", "denoise")}
    facts |= {name: getattr(enlarger.about, name) for name in ("source", "architecture", "channels", "licence", "makers", "megabytes")}
    return Result(**facts, parameters=enlarger.about.parameters())
