"""Guesses at the administrator's password are slowed, for whoever guesses and for nobody else."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ganapp.base import guesses, paths
from ganapp.base.errors import UserError
from ganapp.jobs import incoming, quota, visitor
from ganapp.ui import binding
from tests.conftest import awaited


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", "sesame")
    monkeypatch.setattr(visitor, "guesses", guesses.Guesses(burst=10, seconds=6.0))


def guess(password: str, at: str = "203.0.113.9") -> str:
    """ "" for the right one, else the key of the refusal."""
    try:
        with visitor.at(at):
            assert visitor.of("", password).everything
    except UserError as refusal:
        return refusal.key
    return ""


def test_a_few_guesses_are_compared_and_then_one_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [guess(f"guess {number}") for number in range(300)]
    assert answers == ["wrong_password"] * 10 + ["password_slow"] * 290
    assert guess("sesame") == "password_slow"  # else the right one could be told from the wrong ones
    assert guess("sesame", at="198.51.100.7") == ""
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 7.0)
    assert [guess("one more"), guess("one more")] == ["wrong_password", "password_slow"]
    monkeypatch.setattr(time, "monotonic", lambda: now + 80.0)
    assert guess("sesame") == ""


def test_the_sentence_says_how_long_to_wait() -> None:
    for _ in range(10):
        guess("wrong")
    with visitor.at("203.0.113.9"), pytest.raises(UserError, match=r"Wait 6 seconds") as refused:
        visitor.of("", "sesame")
    assert "6 秒" in refused.value.sentence("zh")


def test_guesses_at_the_same_time_are_counted_each() -> None:
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(guess("wrong"))) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("wrong_password") == 10


def test_the_right_password_may_come_as_often_as_it_likes() -> None:
    assert {guess("sesame") for _ in range(200)} == {""}


def test_addresses_are_forgotten_and_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "KEPT", 50)
    for number in range(500):
        guess("wrong", at=f"10.0.{number // 250}.{number % 250}")
    assert len(visitor.guesses.spent) == 50


@pytest.mark.parametrize("password", ["\ud800", "密码", "x" * 100_000])
def test_any_text_may_be_guessed(password: str) -> None:
    assert guess(password) == "wrong_password"


@pytest.mark.parametrize(("settings", "password", "refusal"), [
    ({}, "", ""),
    ({"GANAPP_TRAINING": "off"}, "", "training_off"),
    ({"GANAPP_TRAINING": "off"}, "sesame", ""),
    ({"GANAPP_TRAINING_PASSWORD": "class of 2026"}, "", "training_password"),
    ({"GANAPP_TRAINING_PASSWORD": "class of 2026"}, "class of 2026", ""),
    ({"GANAPP_TRAINING_PASSWORD": "class of 2026"}, "sesame", ""),
    ({"GANAPP_TRAINING": "off", "GANAPP_TRAINING_PASSWORD": "class of 2026"}, "class of 2026", "training_off"),
    ({"GANAPP_TRAINING_PASSWORD": "class of 2026"}, "class of 2025", "wrong_password"),
])  # fmt: skip
def test_training_may_ask_for_a_password(
    settings: dict[str, str], password: str, refusal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that trains, publishes or sends pictures is refused before it does anything; looking goes on."""
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", "sesame")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    key = "a key of somebody, of more than twenty signs"
    order = {"recipe": "gan", "steps": 0, "settings": {}}

    def told(name: str, **fields: object) -> str:
        values = {"key": key, "password": password, **fields}
        return str(awaited(binding.procedure(name)(values)).get("error", {}).get("key", ""))

    asked = [told("train_estimate", order=order, measure=False), told("job_publish", id="0" * 10, repository="a/b")]
    asked += [told("data_add", upload="0" * 20), told("job_slice", id="0" * 10)]
    asked += [told("hub_start", order=order, token="t" * 20, flavour="t4-small")]

    def sent() -> None:
        with suppress(ZeroDivisionError), incoming.Incoming(visitor.of(key, password), "0" * 20, "a.png"):
            raise ZeroDivisionError

    for act in (sent, lambda: quota.check(visitor.of(key, password))):
        try:
            act()
            asked.append("")
        except UserError as problem:
            asked.append(problem.key)
    if refusal:
        assert asked == [refusal] * len(asked)
    else:
        assert not {"training_off", "training_password", "wrong_password"} & set(asked)
    assert told("jobs_list") == ("wrong_password" if refusal == "wrong_password" else "")
    visitor.shell().must_train()


def test_who_may_train_is_no_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", "sesame")
    monkeypatch.setenv("GANAPP_TRAINING_PASSWORD", "class of 2026")
    assert not visitor.of("", "class of 2026").everything
    assert visitor.of("", "sesame").everything
    assert "GANAPP_TRAINING_PASSWORD" not in paths.child_environment()
