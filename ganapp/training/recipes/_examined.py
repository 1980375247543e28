"""Runs whose health is looked at on the way."""

from __future__ import annotations

from typing import Any


class Examined:
    """A run that can `examine` itself. settings: with `diagnosed`, how many steps lie between two looks at least; diagnosed: steps done at
    the last one."""

    settings: Any
    diagnosed: int = 0

    def diagnose(self, k: int) -> dict[str, Any]:
        """`examine`, at most every `diagnosed` steps: it costs as much as some ten steps. {} in between."""
        if k + 1 - self.diagnosed < self.settings.diagnosed:
            return {}
        self.diagnosed = k + 1
        return self.examine(k)

    def examine(self, k: int) -> dict[str, Any]:
        """The health of the run after step k; see `Doctor.examine`."""
        raise NotImplementedError
