"""Guesses at the administrator's password are slowed, for whoever guesses and for nobody else."""

from __future__ import annotations

import threading
import time

import pytest

from ganapp.base import guesses
from ganapp.base.errors import UserError
from ganapp.jobs import visitor


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
