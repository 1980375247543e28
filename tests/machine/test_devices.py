from __future__ import annotations

import importlib.machinery
import sys
import threading
import types

import pytest
import torch

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
