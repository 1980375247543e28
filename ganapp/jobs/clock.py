"""Whether the time of day can be trusted when files are removed because of their age.

A machine may start with a wrong clock, a virtual machine may wake up years later, and a person may set the clock: then everything seems old
at once. So nothing is removed until the time of day has agreed with the monotonic clock, which nobody can set, for ten minutes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

JUMP = 120.0  # seconds by which the two clocks may differ between two looks; more is a jump
SETTLED = 600.0  # seconds without a jump


@dataclass
class Clock:
    """offset: time of day minus monotonic time at the last look, in seconds; since: monotonic time of the last jump."""

    offset: float
    since: float

    def steady(self, wall: float, counted: float) -> bool:
        """Whether there was no jump for ten minutes; wall: the time of day, counted: the monotonic time, both in seconds."""
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
