"""The loop: resume, stop, kill, and what is refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from ganapp.errors import UserError
from ganapp.folder import describe, weigh
from ganapp.training import loop, order
from ganapp.training.order import Order
from ganapp.training.randomness import Shuffled, mixed
from ganapp.training.recipes.digits import DigitsRun

ROOT = Path(__file__).resolve().parents[2]
SMALL: dict[str, Any] = {"width": 4, "latent": 8, "batch": 8}


def small(steps: int, every: int = 100, **settings: Any) -> Order:
    return Order("digits", steps, seed=3, every=every, threads=1, settings={**SMALL, **settings})


def weights(folder: Path) -> dict[str, Any]:
    return dict(torch.load(folder / loop.CHECKPOINT, weights_only=True)["run"])


def same(a: Any, b: Any) -> bool:
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, parted = tmp_path / "whole", tmp_path / "parted"
    whole.mkdir()
    parted.mkdir()
    assert loop.train(small(12), whole) == "done"
    step = DigitsRun.step

    def stopping(run: DigitsRun, k: int, steps: int) -> dict[str, float]:
        if k == 6:
            (parted / "STOP").touch()
        return step(run, k, steps)

    with monkeypatch.context() as patch:
        patch.setattr(DigitsRun, "step", stopping)
        assert loop.train(small(12), parted) == "stopped"
    (parted / "STOP").unlink()
    assert checkpoint_step(parted) == 7
    assert loop.train(small(12), parted) == "done"
    assert same(weights(whole), weights(parted))


def test_a_killed_run_leaves_a_readable_checkpoint_and_goes_on(tmp_path: Path) -> None:
    small(4000, every=5).write(tmp_path)
    for moment in (0.0, 0.31, 0.17, 0.05, 0.43):
        started = time.monotonic()
        job = subprocess.Popen([sys.executable, "-m", "ganapp.training", str(tmp_path)], cwd=ROOT, stderr=subprocess.PIPE)
        before = checkpoint_step(tmp_path)
        while checkpoint_step(tmp_path) < before + 5:
            assert time.monotonic() - started < 90, "no checkpoint came"
            assert job.poll() is None, job.stderr and job.stderr.read()
            time.sleep(0.02)
        time.sleep(moment)
        os.kill(job.pid, signal.SIGKILL)
        job.communicate()
        assert checkpoint_step(tmp_path) >= before + 5


def checkpoint_step(folder: Path) -> int:
    path = folder / loop.CHECKPOINT
    return int(torch.load(path, weights_only=True)["step"]) if path.exists() else 0


def test_the_result_is_a_model_folder_and_the_log_is_whole(tmp_path: Path) -> None:
    assert loop.train(small(20, every=10), tmp_path) == "done"
    description = describe(tmp_path / "result")
    assert description.task == "sample"
    assert description.promises == {"size": 32, "channels": 1, "classes": 10, "latent": 8}
    net = weigh(tmp_path / "result", description.parts["model"])
    pictures = net(torch.zeros(2, 8), torch.eye(10)[:2])
    assert pictures.shape == (2, 1, 32, 32)
    assert pictures.abs().max() <= 1
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [10, 20]
    assert all(line["g_loss"] == line["g_loss"] for line in lines)
    assert sorted(path.name for path in (tmp_path / "samples").iterdir()) == ["0000010.png", "0000020.png"]


def test_lines_past_the_checkpoint_are_forgotten(tmp_path: Path) -> None:
    log = tmp_path / "metrics.jsonl"
    log.write_text('{"step": 10}\n{"step": 20}\n{"step": 30}\n{"step": 4')
    loop._forget_after(log, 20)
    assert log.read_text() == '{"step": 10}\n{"step": 20}\n'


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"recipe": "digits", "steps": 1, "speed": 2}, "unknown_key"),
        ({"recipe": "digits"}, "missing_key"),
        ({"recipe": "digits", "steps": 0}, "order_numbers"),
    ],
)
def test_a_bad_order_is_refused(tmp_path: Path, values: dict[str, Any], key: str) -> None:
    (tmp_path / "order.json").write_text(json.dumps(values))
    with pytest.raises(UserError) as caught:
        order.read(tmp_path)
    assert caught.value.key == key
    assert "{" not in caught.value.sentence("zh")


def test_bad_recipes_and_settings_are_refused(tmp_path: Path) -> None:
    for bad, key in (
        (Order("nothing", 1), "unknown_recipe"),
        (Order("digits", 1, settings={"colour": 1}), "unknown_key"),
        (Order("digits", 1, settings={"loss": "hope"}), "bad_value"),
        (Order("digits", 1, settings={"normalise": True}), "bad_value"),
    ):
        with pytest.raises(UserError) as caught:
            loop.train(bad, tmp_path)
        assert caught.value.key == key


def test_every_epoch_shows_every_picture_once() -> None:
    order_ = Shuffled(10, 3, seed=1)
    first = torch.cat([order_(k) for k in range(3)])
    second = torch.cat([order_(k) for k in range(3, 6)])
    assert len(first.unique()) == len(second.unique()) == 9
    assert not torch.equal(first, second)
    assert torch.equal(order_(1), Shuffled(10, 3, seed=1)(1))


def test_seeds_are_mixed() -> None:
    seeds = {mixed(seed, step) for seed in range(30) for step in range(-1, 30)}
    assert len(seeds) == 30 * 31
    assert all(0 <= seed < 2**63 for seed in seeds)
