"""A checkpoint that is damaged or of other networks is told as such, once and for all; a log that was torn is gone on with."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.machine import memory
from ganapp.training import __main__ as command
from ganapp.training.run import checkpoint, demand, loop

SMALL: dict[str, Any] = {"width": 4, "latent": 8, "batch": 8}
ORDER: dict[str, Any] = {"recipe": "digits", "steps": 4, "every": 2, "threads": 1, "device": "cpu", "settings": SMALL}


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two steps, paused: its folder is copied by each test."""
    folder = tmp_path_factory.mktemp("trained")
    with loop.Training(Order(**ORDER), folder) as training:
        for _ in range(2):
            training.advance()
    return folder


def copied(trained: Path, folder: Path, **changes: Any) -> Path:
    (folder / "checkpoint.pt").write_bytes((trained / "checkpoint.pt").read_bytes())
    (folder / "order.json").write_text(json.dumps({**ORDER, **changes}))
    return folder


def said(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "status.json").read_text())
    return told


def state(**changes: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save({"step": 2, "seconds": 1.0, "run": {}, **changes}, buffer)
    return buffer.getvalue()


def emptied() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", b"")
    return buffer.getvalue()


BROKEN = {
    "nothing": b"",
    "zeros": bytes(1000),
    "text": b"not a checkpoint",
    "a list": state()[:0] + (lambda b: (torch.save([1, 2], b), b.getvalue())[1])(io.BytesIO()),
    "no step": state(step="two"),
    "before the beginning": state(step=-1),
    "no time": state(seconds=None),
    "no run": state(run=[1]),
    "not finite": state(run={"x": torch.tensor([float("nan")])}),
    "an empty archive": emptied(),
}


@pytest.mark.parametrize("kind", [*BROKEN, "half", "flipped"])
def test_a_damaged_checkpoint_is_told_and_never_resumed_in_a_circle(trained: Path, tmp_path: Path, kind: str) -> None:
    folder = copied(trained, tmp_path)
    whole = (folder / "checkpoint.pt").read_bytes()
    middle = len(whole) // 2
    made = {"half": whole[:middle], "flipped": whole[:200] + bytes(200) + whole[400:]}
    (folder / "checkpoint.pt").write_bytes({**BROKEN, **made}[kind])
    for _ in range(2):  # resuming it says the same again
        assert command.main([str(folder)]) == 3
        assert (said(folder)["state"], said(folder)["reason"]["key"]) == ("failed", "errors.checkpoint_broken")


def test_the_last_good_one_stands_in_for_a_damaged_one(trained: Path, tmp_path: Path) -> None:
    folder = copied(trained, tmp_path)
    (folder / "good.pt").write_bytes((folder / "checkpoint.pt").read_bytes())
    (folder / "checkpoint.pt").write_bytes(b"cut")
    state = checkpoint.load(folder)
    assert state is not None
    assert state["step"] == 2


@pytest.mark.parametrize("settings", [{**SMALL, "width": 6}, {**SMALL, "latent": 9}])
def test_a_checkpoint_of_other_networks_is_told_as_such(trained: Path, tmp_path: Path, settings: dict[str, Any]) -> None:
    folder = copied(trained, tmp_path, settings=settings)
    assert command.main([str(folder)]) == 3
    assert said(folder)["reason"]["key"] == "errors.checkpoint_unfit"
    (folder / "order.json").write_text(json.dumps({**ORDER, "recipe": "judge", "settings": {}}))
    assert command.main([str(folder)]) == 3
    assert said(folder)["reason"]["key"] == "errors.checkpoint_unfit"


@pytest.mark.parametrize("tail", [b'{"step": 2, "rec', b'{"step": 2}x}', b"\xff\xfe}\n", b"[]\n", b'{"step": "two"}\n', b"\x00" * 50, b"}"])
def test_a_torn_log_is_gone_on_with(trained: Path, tmp_path: Path, tail: bytes) -> None:
    folder = copied(trained, tmp_path)
    for name in ("diagnostics.jsonl", "metrics.jsonl"):
        (folder / name).write_bytes(b'{"step": 1, "recall": {"ill": true}}\n' + tail)
    with loop.Training(Order(**ORDER), folder) as training:
        assert training.done == 2
        assert training._well is False, "what was whole still counts"
    for name in ("diagnostics.jsonl", "metrics.jsonl"):
        assert [json.loads(line)["step"] for line in (folder / name).read_text().splitlines()] == [1]


def test_an_order_beyond_its_bounds_is_no_order_for_a_run(tmp_path: Path) -> None:
    for changes in ({"steps": 2**63}, {"seed": 2**70}, {"settings": {"data": "../../models"}}, {"settings": {"width": 1_000_000}}):
        (tmp_path / "order.json").write_text(json.dumps({**ORDER, **changes}))
        assert command.main([str(tmp_path)]) in (2, 3)
        assert said(tmp_path)["state"] == "failed"
        assert said(tmp_path)["reason"]["key"] in ("errors.whole_between", "errors.one_of", "errors.bad_value")


@pytest.mark.parametrize(
    ("recipe", "settings"),
    [
        ("digits", {"width": 1024, "latent": 1024}),
        ("judge", {"width": 2000, "features": 100_000}),
        ("gan", {"width": 2048, "layers": 4}),
    ],
)
def test_a_run_larger_than_the_memory_is_refused_before_it_takes_it(
    recipe: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_mb", lambda: 300)
    with pytest.raises(UserError) as caught:
        loop.begin(Order(recipe, 1, settings=settings))
    assert caught.value.key == "order_memory"


def test_a_run_that_fits_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_mb", lambda: 300)
    loop.begin(Order("digits", 1, settings=SMALL))
    with demand.Watched():
        torch.empty(1000, 1000, device="meta").expand(10**6, 1000, 1000)
