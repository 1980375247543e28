from __future__ import annotations

import importlib.machinery
import sys
import threading
import types

import pytest
import torch

from ganapp.base import progress
from ganapp.machine import devices, processor


def test_settling_holds_in_every_thread() -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        devices.limit_threads()
        seen: list[int] = []
        thread = threading.Thread(target=lambda: (devices.limit_threads(), torch.ones(4).sum(), seen.append(torch.get_num_threads())))
        thread.start()
        thread.join()
        assert (torch.get_num_threads(), seen) == (1, [1])
        with devices.several_threads():
            assert torch.get_num_threads() == min(devices.MOST_THREADS, processor.cores())
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


@pytest.fixture(params=[1, 2])
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """As many cores as the machine is said to have."""
    monkeypatch.setattr(processor, "cores", lambda: request.param)
    return int(request.param)


def test_side_by_side_gives_what_each_call_returns_in_their_order(cores: int) -> None:
    met = threading.Barrier(cores)

    def call(number: int) -> tuple[int, bool, int]:
        if number < 2:
            met.wait(20)  # comes to an end only where so many are under way at once
        return number, torch.is_inference_mode_enabled(), torch.get_num_threads()

    for inference in (True, False):
        with torch.inference_mode(inference), devices.threads_kept():
            torch.set_num_threads(2)
            found = devices.side_by_side([lambda n=n: call(n) for n in range(4)])  # type: ignore[misc]
            assert torch.get_num_threads() == 2
        assert found == [(n, inference, 3 - cores) for n in range(4)]  # one thread each side by side, the caller's two one after the other


def test_side_by_side_is_watched_by_the_callers_watcher(cores: int) -> None:
    class Watcher:
        def tell(self, done: int, total: int) -> None: ...

        def go_on(self) -> None:
            raise progress.Cancelled

        def show(self, draw: object) -> None: ...

    ended: list[int] = []
    with progress.watched(Watcher()), pytest.raises(progress.Cancelled):
        devices.side_by_side([progress.go_on, lambda: ended.append(1)])
    assert len(ended) == cores - 1  # one after the other, the second isn't begun any more; side by side, nothing is left under way


def test_side_by_side_takes_one_core_where_processes_share_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "cores", lambda: 8)
    monkeypatch.setattr(devices, "_most", devices.MOST_THREADS)
    devices.share_machine()
    threads = devices.side_by_side([threading.get_ident, threading.get_ident])
    assert threads == [threading.get_ident()] * 2


def test_borrowed_is_the_function_itself_without_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices.importlib.util, "find_spec", lambda name: None)

    def task() -> int:
        return 3

    assert devices.with_lent_card(task) is task


def test_borrowed_goes_through_spaces_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    lent = []

    def lend(task, duration):  # stands in for spaces.GPU
        lent.append((task, duration))
        return lambda: task() + 1

    module = types.ModuleType("spaces")
    module.GPU = lend
    module.__spec__ = importlib.machinery.ModuleSpec("spaces", None)
    monkeypatch.setitem(sys.modules, "spaces", module)

    def task() -> int:
        return 3

    assert devices.with_lent_card(task, 20)() == 4
    assert lent == [(task, 20)]


def test_accelerator_is_named() -> None:
    assert devices.accelerator() == ("cpu" if not torch.cuda.is_available() else torch.cuda.get_device_name())
