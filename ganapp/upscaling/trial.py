"""The first measurement of a net on this machine: one real tile, in the background, so that a forecast rests on something."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from ganapp import models
from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.machine import devices
from ganapp.pictures.tiling import Work
from ganapp.upscaling import choice, forecast, tiles

SIDE, SMALL = 192, 64  # pixels of the tile; of one for a net that is slow
PATIENCE = 1.0  # seconds that a small one may take, else the net is slow
AT_ONCE, REMEMBERED = 4, 64  # models that are fetched and opened behind an answer; refusals that wait for the next call
_opening: set[str] = set()
_failed: dict[str, UserError] = {}
_started: set[str] = set()
_lock = threading.Lock()


def opened(model: str) -> bool:
    """Whether a model's facts are known. One that must be fetched or opened first is, in the background; what kept it from that is raised
    at the next call, once."""
    if not choice.closed(model):
        return True
    with _lock:
        problem = _failed.pop(model, None)
        fresh = problem is None and model not in _opening
        if fresh and len(_opening) >= AT_ONCE:
            raise UserError("busy")
        _opening.update({model} if fresh else ())
    if problem is not None:
        raise problem
    if fresh:
        threading.Thread(target=_open, args=(model,), daemon=True).start()
    return False


def _open(model: str) -> None:
    try:
        choice.opened(model)
    except UserError as problem:
        with _lock:
            _failed[model] = problem
            while len(_failed) > REMEMBERED:  # nobody may come back for it
                _failed.pop(next(iter(_failed)))
    finally:
        with _lock:
            _opening.discard(model)


def begin(names: tuple[str, ...]) -> bool:
    """Whether all these models were measured; starts measuring those that were not, once each."""
    missing = [name for name in dict.fromkeys(names) if not forecast.known(models.load(name, "upscale").pace)]
    with _lock:
        fresh = [name for name in missing if name not in _started]
        _started.update(fresh)
    if fresh:
        threading.Thread(target=_measure, args=(fresh,)).start()  # no daemon: torch aborts where the program ends under it
    return not missing


class _Ending:
    """Looks on, and ends the work when the program ends."""

    def tell(self, done: int, total: int) -> None:
        """Nobody asks how far it is."""

    def go_on(self) -> None:
        """Raises progress.Cancelled when the main thread is over."""
        if not threading.main_thread().is_alive():
            raise progress.Cancelled

    def show(self, draw: Callable[[], bytes]) -> None:
        """Nobody looks."""


def _measure(names: list[str]) -> None:
    for name in names:
        with suppress(UserError, progress.Cancelled), progress.watched(_Ending()):  # whoever enlarges with it will be told
            measure(name)


def measure(name: str) -> None:
    """Enlarge a tile, twice: the first time a net is slower, and it tells how large the second may be."""
    net = models.load(name, "upscale")
    with devices.several_threads():
        begun = time.perf_counter()
        net.enlarge(np.zeros((SMALL, SMALL, 3), np.float32))
        side = SMALL if time.perf_counter() - begun > PATIENCE else SIDE
        source = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
        tiles.fill(source, np.empty((side * net.scale, side * net.scale, 3), np.uint8), net, Work(side, 1))
