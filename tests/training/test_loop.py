"""The loop: resume, stop, kill, and what is refused."""

from __future__ import annotations

import json
import math
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from ganapp.base import curves, order_file
from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.models.folder import describe, weigh
from ganapp.training.recipes._gan_run import GanRun
from ganapp.training.run import checkpoint, loop
from ganapp.training.run.randomness import Shuffled, mixed

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
    step = GanRun.step

    def stopping(run: GanRun, k: int, steps: int) -> dict[str, float]:
        if k == 6:
            (parted / "STOP").touch()
        return step(run, k, steps)

    with monkeypatch.context() as patch:
        patch.setattr(GanRun, "step", stopping)
        assert loop.train(small(12), parted) == "stopped"
    (parted / "STOP").unlink()
    assert checkpoint_step(parted) == 7
    assert loop.train(small(12), parted) == "done"
    assert same(weights(whole), weights(parted))


def killed(folder: Path, moments: random.Random) -> None:
    """Let the run in `folder` go on in a process of its own, and kill it at a random moment after its next checkpoint."""
    started = time.monotonic()
    job = subprocess.Popen([sys.executable, "-m", "ganapp.training", str(folder)], cwd=ROOT, stderr=subprocess.PIPE)
    before = checkpoint_step(folder)
    while checkpoint_step(folder) < before + 5:
        assert time.monotonic() - started < 300, "no checkpoint came"
        assert job.poll() is None, job.stderr and job.stderr.read()
        time.sleep(0.02)
    time.sleep(moments.uniform(0.0, 0.5))
    os.kill(job.pid, signal.SIGKILL)
    job.communicate()
    came = json.loads((folder / "status.json").read_text())["step"]
    assert checkpoint_step(folder) >= max(before + 5, came - 5), "more than the last interval was lost"
    assert all(len(path.read_bytes()) > 100 for path in (folder / "samples").glob("*.png"))


def test_a_killed_run_leaves_a_readable_checkpoint_and_goes_on(tmp_path: Path) -> None:
    order = small(100_000, every=5)
    order.write(tmp_path)
    killed(tmp_path, random.Random())
    kept = checkpoint_step(tmp_path)
    with loop.Training(order, tmp_path) as training:
        assert training.done == kept
        assert math.isfinite(training.advance()["g_loss"])
        assert training.done == kept + 1


@pytest.mark.slow
def test_a_run_may_be_killed_again_and_again(tmp_path: Path) -> None:
    small(100_000, every=5).write(tmp_path)
    moments = random.Random(int(os.environ.get("GANAPP_TEST_SEED", "0")))
    for _ in range(int(os.environ.get("GANAPP_TEST_KILLS", "5"))):
        killed(tmp_path, moments)


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
    said = json.loads((tmp_path / "status.json").read_text())
    assert (said["state"], said["step"], said["steps"], said["device"], said["pid"]) == ("done", 20, 20, "cpu", os.getpid())
    assert said["memory_mb"] > 50
    assert curves.read(tmp_path).columns()["step"] == [10, 20]


def test_lines_past_the_checkpoint_are_forgotten(tmp_path: Path) -> None:
    log = tmp_path / "metrics.jsonl"
    log.write_text('{"step": 10}\n{"step": 20}\n{"step": 30}\n{"step": 4')
    (tmp_path / "samples" / "raw").mkdir(parents=True)
    for name in ("0000020.png", "0000030.png", "raw/0000040.png"):
        (tmp_path / "samples" / name).touch()
    checkpoint.forget_after(tmp_path, 20)
    assert [path.name for path in (tmp_path / "samples").rglob("*.png")] == ["0000020.png"]
    assert log.read_text() == '{"step": 10}\n{"step": 20}\n'


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"recipe": "digits", "steps": 1, "speed": 2}, "unknown_key"),
        ({"recipe": "digits"}, "missing_key"),
        ({"recipe": "digits", "steps": 0}, "order_numbers"),
        ({"recipe": "digits", "steps": 1, "processes": 0}, "order_numbers"),
        ({"recipe": "digits", "steps": 1, "previews": -1}, "order_numbers"),
        ({"recipe": "digits", "steps": 1, "device": "abacus"}, "order_device"),
    ],
)
def test_a_bad_order_is_refused(tmp_path: Path, values: dict[str, Any], key: str) -> None:
    (tmp_path / "order.json").write_text(json.dumps(values))
    with pytest.raises(UserError) as caught:
        order_file.read(tmp_path)
    assert caught.value.key == key
    assert "{" not in caught.value.sentence("zh")


def test_bad_recipes_and_settings_are_refused(tmp_path: Path) -> None:
    for bad, key in (
        (Order("nothing", 1), "unknown_recipe"),
        (Order("digits", 1, settings={"colour": 1}), "unknown_key"),
        (Order("digits", 1, settings={"loss": "hope"}), "bad_value"),
        (Order("digits", 1, settings={"normalise": True}), "bad_value"),
        (Order("digits", 1, device="cuda:99"), "no_such_device"),
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


def said(folder: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((folder / "status.json").read_text())
    return values


def at_step(patch: pytest.MonkeyPatch, wanted: int, act: Any) -> None:
    """Within `patch`, `act(run, values)` is called after step `wanted`, counted from 0, and may change what is logged."""
    step = GanRun.step

    def watched(run: GanRun, k: int, steps: int) -> dict[str, float]:
        values = step(run, k, steps)
        return act(run, values) or values if k == wanted else values

    patch.setattr(GanRun, "step", watched)


@pytest.mark.parametrize("where", ["loss", "weights"])
def test_a_number_that_is_not_finite_takes_the_run_back_and_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def spoil(run: GanRun, values: dict[str, float]) -> dict[str, float]:
        if where == "weights":  # the loss will show it a step later, and a checkpoint must not be written meanwhile
            with torch.no_grad():
                next(run.generator.net.parameters()).view(-1)[0] = float("nan")
            return values
        return {**values, "g_loss": float("inf")}

    with monkeypatch.context() as patch:
        at_step(patch, 9, spoil)
        with pytest.raises(UserError) as caught:
            loop.train(small(20, every=5), tmp_path)
    assert said(tmp_path)["step"] == 5
    assert (caught.value.key, caught.value.values["back"]) == ("diverged", 5)
    assert "{" not in caught.value.sentence("zh")
    assert checkpoint_step(tmp_path) == 5
    assert checkpoint.finite(checkpoint.load(tmp_path))
    assert (tmp_path / "metrics.jsonl").read_text() == ""
    assert [path.name for path in (tmp_path / "samples").iterdir()] == ["0000005.png"]
    assert loop.train(small(20, every=5), tmp_path) == "done"


def test_a_full_disk_leaves_the_old_checkpoint_and_says_so(tmp_path: Path) -> None:
    small(40, every=5).write(tmp_path)
    assert loop.train(small(5, every=5), tmp_path) == "done"
    before = (tmp_path / "checkpoint.pt").read_bytes()

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, len(before) // 2))

    told = [sys.executable, "-m", "ganapp.training", str(tmp_path)]
    run = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, preexec_fn=small_files, check=False)
    assert run.returncode == 3
    assert "disk" in run.stderr
    assert (tmp_path / "checkpoint.pt").read_bytes() == before
    assert not list(tmp_path.rglob("*.partial"))
    assert (said(tmp_path)["state"], said(tmp_path)["reason"]["key"]) == ("failed", "errors.disk_full")
    assert loop.train(small(10, every=5), tmp_path) == "done"


def test_the_result_can_be_used_while_the_run_goes_on_and_changes_nothing_in_it(tmp_path: Path) -> None:
    """Every checkpoint brings the result up to its step, and the run is the same as one that writes it at its end alone."""
    seen: list[int] = []
    with loop.Training(small(20, every=5), tmp_path) as training:
        while training.done < 15:
            training.advance()
            if training.done % 5 == 0:
                described = describe(tmp_path / "result")
                weigh(tmp_path / "result", described.parts["model"])
                seen.append(described.training["steps"])
        first = training.run.state()
    assert seen == [5, 10, 15]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GanRun, "usable_early", False)
        (tmp_path / "late").mkdir()
        with loop.Training(small(20, every=5), tmp_path / "late") as training:
            while training.done < 15:
                training.advance()
            assert not (tmp_path / "late" / "result").exists()
            assert same(training.run.state(), first)


@pytest.mark.parametrize(("words", "state"), [("pause", "paused"), ("stop", "stopped"), ("disk", "stopped")])
def test_what_stands_in_the_stop_file_says_how_the_run_ends(tmp_path: Path, words: str, state: str) -> None:
    (tmp_path / "STOP").write_text(words)
    assert loop.train(small(20), tmp_path) == state
    assert said(tmp_path)["state"] == state
    assert checkpoint_step(tmp_path) == said(tmp_path)["step"] == 1
    assert (said(tmp_path)["reason"] is not None) == (words == "disk")
    assert describe(tmp_path / "result").training["steps"] == 1


def test_the_time_allowed_and_the_length_of_a_slice(tmp_path: Path) -> None:
    budget = loop.Budget(slice=1e-6)
    assert [loop.train(small(4), tmp_path, budget) for _ in range(4)] == ["between", "between", "between", "done"]
    whole = tmp_path / "whole"
    whole.mkdir()
    assert loop.train(small(4), whole) == "done"
    assert same(weights(whole), weights(tmp_path))
    timed = tmp_path / "timed"
    timed.mkdir()
    assert loop.train(small(20), timed, loop.Budget(seconds=1e-6)) == "stopped"
    assert said(timed)["reason"]["key"] == "errors.time_limit"


def test_the_signal_of_a_machine_that_shuts_down_pauses_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_step(monkeypatch, 3, lambda run, values: signal.raise_signal(signal.SIGTERM))
    assert loop.train(small(20), tmp_path) == "paused"
    assert checkpoint_step(tmp_path) == 4
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_run_can_be_driven_a_step_at_a_time(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    loop.train(small(3), whole)
    with loop.Training(small(3), tmp_path) as training:
        values = [training.advance() for _ in range(3)]
        assert training.done == 3
        assert all("g_loss" in entry for entry in values)
    assert same(weights(whole), weights(tmp_path))


def test_previews_come_between_checkpoints(tmp_path: Path) -> None:
    loop.train(Order("digits", 6, seed=3, every=4, threads=1, settings=SMALL, previews=2), tmp_path)
    assert sorted(path.stem for path in (tmp_path / "samples").iterdir()) == ["0000002", "0000004", "0000006"]


def test_no_two_processes_train_in_one_folder(tmp_path: Path) -> None:
    import fcntl

    small(2).write(tmp_path)
    with (tmp_path / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        told = [sys.executable, "-m", "ganapp.training", str(tmp_path)]
        run = subprocess.run(told, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "Another process" in run.stderr
    assert not (tmp_path / "metrics.jsonl").exists()


def test_a_process_that_is_just_dying_is_waited_for(tmp_path: Path) -> None:
    import fcntl

    small(2).write(tmp_path)
    with (tmp_path / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        told = [sys.executable, "-m", "ganapp.training", str(tmp_path)]
        run = subprocess.Popen(told, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(1.0)  # as long as the threads and workers of one that was killed may take, and more
        assert run.poll() is None
    assert run.communicate()[1] == b""
    assert run.returncode == 0
    assert checkpoint_step(tmp_path) == 2


def test_a_checkpoint_from_before_the_run_fell_ill_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GanRun, "diagnose", lambda run, k: {"recall": {"ill": k > 5, "value": k}} if k > 2 else {}, raising=False)
    loop.train(small(8, every=2), tmp_path)
    good = torch.load(tmp_path / checkpoint.GOOD, weights_only=True)
    assert (good["step"], checkpoint_step(tmp_path)) == (6, 8)
    told = [json.loads(line) for line in (tmp_path / "diagnostics.jsonl").read_text().splitlines()]
    assert [(line["step"], line["recall"]["ill"]) for line in told] == [(4, False), (6, False), (8, True)]
    (tmp_path / checkpoint.GOOD).replace(tmp_path / checkpoint.CHECKPOINT)
    with loop.Training(small(8, every=2), tmp_path) as training:
        assert training.done == 6
        assert training._well
    assert len((tmp_path / "diagnostics.jsonl").read_text().splitlines()) == 2
    assert json.loads((tmp_path / curves.COMPANION).read_text())["offset"] == (tmp_path / curves.LOG).stat().st_size == 0
