"""Whether the clock can be believed when something is to be removed for its age.

A machine may start with a wrong clock, a virtual one may wake up years later, and somebody may set it: then everything seems to be old at
once. So nothing is removed until the clock has gone on evenly for a while; how evenly is told by the clock that is never set.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

JUMP = 120.0  # seconds by which the two clocks may differ between two looks; more is a jump
SETTLED = 600.0  # seconds that it must have gone on evenly


@dataclass
class Clock:
    """offset: seconds between the two clocks at the last look; since: when it was last found wrong, by the clock that is never set."""

    offset: float
    since: float

    def steady(self, wall: float, counted: float) -> bool:
        """Whether the time of day has gone on evenly for ten minutes; `wall`: it, `counted`: seconds that have passed."""
        if abs(wall - counted - self.offset) > JUMP:
            self.since = counted
        self.offset = wall - counted
        return counted - self.since >= SETTLED


_clock: list[Clock] = []


def steady() -> bool:
    """Whether the clock of this machine can be believed, as far as this process has seen."""
    wall, counted = time.time(), time.monotonic()
    if not _clock:
        _clock.append(Clock(wall - counted, counted))
    return _clock[0].steady(wall, counted)
