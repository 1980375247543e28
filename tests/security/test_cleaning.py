"""What is held for visitors is dropped by time, and nothing of a broken end stays."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ganapp.base import paths, results
from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.ui.app import build
from ganapp.ui.server import cleaning, sent


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setattr(sent, "_held", {})


def queue(**pending: tuple[Any, ...]) -> Any:
    """Gradio's queue, with answers that wait for their sessions."""
    messages = {
        session: SimpleNamespace(_queue=[SimpleNamespace(output={"data": [each]}) for each in held]) for session, held in pending.items()
    }
    return SimpleNamespace(
        pending_messages_per_session=messages, pending_event_ids_session={session: {"id"} for session in pending}, event_ids_to_events={}
    )


def unread(held: Any) -> cleaning.Unread:
    return cleaning.Unread(SimpleNamespace(_queue=held))  # type: ignore[arg-type]


def test_results_go_after_an_hour_though_nobody_asks_for_another() -> None:
    token = results.keep(b"x" * 50, "a.png", "image/png")
    kept = paths.results() / token
    cleaning.clean(unread(queue()), 0.0)
    assert results.find(token)
    os.utime(kept, (time.time() - 3700,) * 2)
    os.utime(kept.with_name(f"{token}.json"), (time.time() - 3700,) * 2)
    cleaning.clean(unread(queue()), 0.0)
    assert list(paths.results().iterdir()) == []


def test_the_first_round_comes_with_the_start() -> None:
    token = results.keep(b"x", "a.png", "image/png")
    for file in paths.results().iterdir():
        os.utime(file, (time.time() - 7200,) * 2)
    cleaning.start(SimpleNamespace(_queue=queue()), interval=3600)  # type: ignore[arg-type]
    deadline = time.monotonic() + 20
    while list(paths.results().iterdir()):
        assert time.monotonic() < deadline, token
        time.sleep(0.02)


@pytest.mark.parametrize("name", ["0" * 32 + ".partial", "0" * 32 + ".json", "0" * 32 + ".json.partial", "0" * 32])
def test_what_a_kill_has_left_goes_too(name: str) -> None:
    paths.results().mkdir(parents=True)
    left = paths.results() / name
    left.write_bytes(b"half a pict")
    assert results.find("0" * 32) is None
    results.sweep()
    assert left.exists()  # somebody may be writing it
    os.utime(left, (time.time() - 3700,) * 2)
    results.sweep()
    assert not left.exists()


def test_a_clock_set_back_does_not_keep_results_for_ever() -> None:
    token = results.keep(b"x", "a.png", "image/png")
    os.utime(paths.results() / token, (time.time() + 10**7,) * 2)
    assert results.find(token) is None
    results.sweep()
    assert not (paths.results() / token).exists()


def test_a_full_disk_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        real(path, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError) as refused:
        results.keep(b"x" * 50, "a.png", "image/png")
    assert refused.value.key == "disk_full"
    assert list(paths.results().iterdir()) == []


def test_pictures_that_were_sent_are_forgotten_though_nobody_sends_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "LEAST", 10)
    sent.with_pictures({"picture": "x" * 20}, ("picture",))
    cleaning.clean(unread(queue()), 0.0)
    assert len(sent._held) == 1
    monkeypatch.setattr(sent, "SECONDS", -1.0)
    cleaning.clean(unread(queue()), 0.0)
    assert sent._held == {}


def test_answers_that_nobody_fetches_are_dropped() -> None:
    held = queue(read=(), unread=("a picture",), busy=())
    held.event_ids_to_events["1"] = SimpleNamespace(session_hash="busy")
    cleaner = unread(held)
    cleaner.drop(100.0)
    cleaner.drop(100.0 + cleaning.UNREAD)
    assert set(held.pending_messages_per_session) == {"read", "unread", "busy"}
    cleaner.drop(101.0 + cleaning.UNREAD)
    assert set(held.pending_messages_per_session) == set(held.pending_event_ids_session) == {"busy"}
    assert cleaner.since == {}


def test_too_much_that_nobody_fetches_is_dropped_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MOST_UNREAD", 100)
    held = queue(old=("x" * 60,))
    cleaner = unread(held)
    cleaner.drop(1.0)
    newer = queue(new=("y" * 60,))
    held.pending_messages_per_session |= newer.pending_messages_per_session
    cleaner.drop(2.0)
    assert set(held.pending_messages_per_session) == {"new"}


def test_the_queue_of_gradio_is_what_the_cleaning_expects() -> None:
    demo = build()
    cleaning.Unread(demo).drop(0.0)
    assert demo.delete_cache
    memory.give_back()
