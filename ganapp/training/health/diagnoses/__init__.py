"""The collapse meter: diagnoses of a generator, one file each, found by listing, every one with a threshold taken from real pictures.

A JSON file of the same name beside it says in both languages what it is called, and what is said when it finds the run well or ill
(`name`, `well`, `ill`). What diagnoses see is a `View`; the same number of real pictures is looked at in the same way a few times, and the
thresholds come from those numbers.
"""

from __future__ import annotations

from typing import Protocol, cast

from ganapp.base import members
from ganapp.training.health.view import Real, View

KIND = "diagnostics"


class Diagnosis(Protocol):
    """A file of this folder. BETTER: "higher" or "lower"; ADVICE: keys of ganapp/training/health/advice.py, the first that can be followed
    is given."""

    BETTER: str
    ADVICE: tuple[str, ...]

    def measure(self, view: View) -> float | None:
        """The number, None where it does not apply."""

    def threshold(self, real: Real) -> float:
        """The value beyond which the lamp goes on."""


def diagnoses() -> dict[str, Diagnosis]:
    """All diagnoses by name."""
    return {name: cast(Diagnosis, module) for name, module in members.modules(KIND).items()}
