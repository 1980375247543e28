"""Guesses at a secret, slowed: a few at once, then one in a while, for each address."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field

KEPT = 4096  # addresses remembered; those that guessed longest ago are forgotten first


@dataclass
class Guesses:
    """A token bucket (Turner 1986) for each address: `burst` wrong guesses at once, and another every `seconds`."""

    burst: int
    seconds: float
    spent: dict[str, tuple[float, float]] = field(default_factory=dict)  # by address: guesses that count, as of when
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, address: str, cost: float = 1.0) -> int:
        """Count a guess from this address: 0, or the seconds until it may guess again. Counted before the secret is compared, so that many
        guesses at the same time are not one. cost: how many guesses it counts as."""
        with self.lock:
            count = self._count(address) + cost
            if count > self.burst:
                return math.ceil((count - self.burst) * self.seconds)
            self._keep(address, count)
            return 0

    def forgive(self, address: str) -> None:
        """Take the last guess back, which was right: who knows the secret may use it as often as they like."""
        with self.lock:
            self._keep(address, max(0.0, self._count(address) - 1))

    def _keep(self, address: str, count: float) -> None:
        self.spent.pop(address, None)
        self.spent[address] = count, time.monotonic()
        while len(self.spent) > KEPT:
            del self.spent[next(iter(self.spent))]

    def _count(self, address: str) -> float:
        count, when = self.spent.get(address, (0.0, 0.0))
        return max(0.0, count - (time.monotonic() - when) / self.seconds)
