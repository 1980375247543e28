"""The collapse meter: measures of a generator's health, one file each, every one with a threshold taken from real pictures.

A measure is a file with NAME, BETTER ("higher" or "lower"), ADVICE (keys of ganapp/training/health/advice.py, the first that can be
followed is given), `measure(view) -> float | None` and `threshold(real) -> float`. What they see is a `View`; the same number
of real pictures is looked at in the same way a few times, and the thresholds come from those numbers.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from ganapp.training.health.doctor import Doctor
from ganapp.training.health.view import Real, View

__all__ = ["Doctor", "Measure", "Real", "View", "measures"]


@dataclass(frozen=True)
class _Found:
    modules: tuple[Any, ...]


class Measure(Protocol):
    """A file of this folder."""

    NAME: str
    BETTER: str
    ADVICE: tuple[str, ...]

    def measure(self, view: View) -> float | None:
        """The number, None where it does not apply."""

    def threshold(self, real: Real) -> float:
        """The value beyond which the lamp goes on."""


@cache
def _found() -> _Found:
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return _Found(tuple(sorted((module for module in modules if hasattr(module, "NAME")), key=lambda module: str(module.NAME))))


def measures() -> tuple[Measure, ...]:
    """All measures, by name."""
    return _found().modules
