"""A run driven by hand: the same turns as by itself, what they changed, and a place that is not kept for ever."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.base.by_hand import ANSWER, BOTH, COMMAND, DISCRIMINATOR, GENERATOR, GO, HOLD
from ganapp.base.order_file import Order
from ganapp.training.run import hand, loop, precision
from ganapp.training.run.status import STATUS
from tests.training.test_loop import same

SMALL: dict[str, Any] = {"width": 4, "latent": 8, "batch": 8}


def order(steps: int = 4, **settings: Any) -> Order:
    return Order("gan", steps, seed=3, every=100, threads=1, settings={**SMALL, **settings})


@pytest.mark.parametrize("penalties", [{}, {"loss": "hinge", "r1": 0.0, "r2": 0.0, "spectral": True}])
def test_turns_by_hand_are_those_of_a_step_bit_for_bit_looked_at_and_resumed_between(tmp_path: Path, penalties: dict[str, Any]) -> None:
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    whole.mkdir()
    parted.mkdir()
    with loop.Training(order(d_updates=2, **penalties), whole) as training:
        for _ in range(3):
            training.advance()
        expected = training.run.state()
    with loop.Training(order(d_updates=2, **penalties), parted) as training:
        for player in (DISCRIMINATOR, DISCRIMINATOR, GENERATOR, DISCRIMINATOR):
            training.turn(player)
            training.run.look()  # type: ignore[attr-defined]
        assert (training.done, training.turns) == (1, 1)
        training.save()
    with loop.Training(order(d_updates=2, **penalties), parted) as training:
        assert (training.done, training.turns) == (1, 1)
        training.advance()
        training.advance()
        assert (training.done, training.turns) == (3, 0)
        assert same(expected, training.run.state())


@pytest.mark.parametrize("loss", ["non_saturating", "relativistic"])
def test_the_pull_is_minus_the_gradient_of_the_loss_that_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loss: str) -> None:
    monkeypatch.setattr(precision, "has_bf16", lambda: False)
    with loop.Training(order(loss=loss), tmp_path) as training:
        run: Any = training.run
        look = run.look()
        z, y, index = run.fixed
        with torch.no_grad():
            fakes = run.generator.net(z, y)[::8]  # in training mode, as when it plays
            real = run.discriminator.net(*run.data.at(index))[::8]
            assert torch.allclose(look.generated, (fakes + 1) / 2, atol=1e-6)
            assert torch.allclose(look.real_scores, real, atol=1e-6)

            def lost(pictures: torch.Tensor) -> float:
                return float(run.objective.generator(real.double(), run.discriminator.net(pictures, y[::8]).double()) * 10)

            direction = look.pull / look.pull.norm()
            slope = (lost(fakes + 0.05 * direction) - lost(fakes - 0.05 * direction)) / 0.1
        assert slope == pytest.approx(-float((look.pull * direction).sum()), rel=0.02)


class Driver:
    """Drives the run in a folder, which `loop.train` carries out in a thread."""

    def __init__(self, folder: Path, order: Order) -> None:
        self.folder, self.serial, self.ended = folder, 0, ""
        self._ask(HOLD)
        self.thread = threading.Thread(target=lambda: setattr(self, "ended", loop.train(order, folder)))
        self.thread.start()

    def _ask(self, act: str) -> None:
        self.serial += 1
        (self.folder / "part").write_text(json.dumps({"serial": self.serial, "act": act}))
        (self.folder / "part").replace(self.folder / COMMAND)

    def answer(self) -> dict[str, Any]:
        """What the run says to the last command."""
        return waited(lambda: (said := read(self.folder / ANSWER)).get("serial") == self.serial and said)

    def does(self, act: str) -> dict[str, Any]:
        self._ask(act)
        return self.answer()


def read(path: Path) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return values


def waited(wanted: Callable[[], Any]) -> Any:
    until = time.monotonic() + 120
    while not (value := wanted()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return value


def levels(packed: str) -> Any:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(packed))))


def test_what_each_turn_changed_is_told(tmp_path: Path) -> None:
    driver = Driver(tmp_path, order(4))
    first = driver.answer()
    assert (first["held"], first["step"], first["turns"], first["act"]) == (True, 0, 0, HOLD)
    assert first["before"] == first["after"]
    turn = driver.does(DISCRIMINATOR)
    assert (turn["step"], turn["turns"]) == (0, 1)
    assert turn["before"]["pictures"] == turn["after"]["pictures"], "the generator did not move"
    assert turn["before"]["generated"] != turn["after"]["generated"], "but is judged otherwise"
    assert turn["before"]["real"] != turn["after"]["real"]
    assert {"d_loss", "d_grad"} <= set(turn["values"])
    page = levels(turn["after"]["pull"])
    assert page.shape == (34, 331)
    assert {int(page[1:33, 1:33].min()), int(page[:, :].max())} & {1, 255}, "the strongest pull is at an end of the scale"
    turn = driver.does(GENERATOR)
    assert (turn["step"], turn["turns"]) == (1, 0)
    assert turn["before"]["real"] == turn["after"]["real"], "the discriminator did not move"
    assert not np.array_equal(levels(turn["before"]["pictures"]), levels(turn["after"]["pictures"]))
    assert driver.does(BOTH)["step"] == 2
    assert waited(lambda: read(tmp_path / STATUS).get("held")) is True
    said = driver.does(GO)
    assert "before" not in said
    assert not said["held"]
    driver.thread.join(120)
    assert driver.ended == "done"
    assert read(tmp_path / STATUS)["step"] == 4


def test_the_last_turn_by_hand_ends_the_run(tmp_path: Path) -> None:
    driver = Driver(tmp_path, order(1))
    driver.answer()
    assert driver.does(GENERATOR)["step"] == 1
    driver.thread.join(120)
    assert driver.ended == "done"


def test_a_run_that_nobody_drives_on_makes_room_and_waits_again_when_it_is_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    driver = Driver(tmp_path, order(4))
    driver.answer()
    driver.does(DISCRIMINATOR)
    monkeypatch.setattr(hand, "IDLE", 0.2)
    driver.thread.join(120)
    assert driver.ended == "paused"
    said = read(tmp_path / STATUS)
    assert (said["state"], said["reason"]["key"], said["step"]) == ("paused", "errors.hand_limit", 0)
    monkeypatch.undo()
    resumed = Driver(tmp_path, order(4))
    again = resumed.answer()
    assert (again["held"], again["step"], again["turns"]) == (True, 0, 1)
    (tmp_path / "STOP").write_text("stop")
    resumed.thread.join(120)
    assert resumed.ended == "stopped"


def test_the_time_by_hand_is_limited_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_HAND_SECONDS", "1")
    driver = Driver(tmp_path, order(1000))
    while driver.thread.is_alive():  # busy all the time, and still it ends
        driver._ask(HOLD)
        time.sleep(0.1)
    assert driver.ended == "paused"
    assert read(tmp_path / STATUS)["reason"]["key"] == "errors.hand_limit"


@pytest.mark.parametrize("other", [Order("digits", 3, every=100, threads=1, settings=SMALL), order(3, architecture="vae")])
def test_a_run_without_turns_of_its_own_goes_on_by_itself(tmp_path: Path, other: Order) -> None:
    driver = Driver(tmp_path, other)
    driver.thread.join(120)
    assert driver.ended == "done"
    assert not (tmp_path / ANSWER).exists()
