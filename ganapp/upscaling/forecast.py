"""How long and how much memory an enlargement will take on this machine, from what earlier tiles and files took.

Rates are seconds for a million pixels, of what a net reads or of what a file holds. They are measured by the first real tile, and
corrected by every later one.
"""

from __future__ import annotations

import threading

FEWEST = 4000  # pixels; less tells nothing about a rate
WEIGHT = 0.3  # of the newest measurement
GUESSES = {"png": 0.08, "jpeg": 0.02, "webp": 0.2, "resize": 0.15}  # seconds a million pixels, before any was measured
_rates: dict[str, float] = {}
_lock = threading.Lock()


def learn(key: str, pixels: int, seconds: float) -> None:
    """A net or form of file `key` took that long for so many pixels."""
    if pixels < FEWEST or seconds <= 0:
        return
    rate = seconds / pixels * 1e6
    with _lock:
        old = _rates.get(key)
        _rates[key] = rate if old is None else old + WEIGHT * (rate - old)


def known(key: str) -> bool:
    """Whether that was measured yet."""
    return key in _rates


def seconds(key: str, pixels: int, guess: float = 0.0) -> float:
    """How long so many pixels will take. guess: seconds for a million of them, for a net that nobody has measured."""
    return _rates.get(key, GUESSES.get(key, guess)) * pixels / 1e6
