"""Every recipe in two processes that share each batch: the gradients, the weights and the logged numbers are those of one process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from ganapp.base import paths
from ganapp.metrics import vgg
from ganapp.training.run import loop, precision
from tests.training import together

COUNTED = {
    "accuracy",
    "d_order",
    "d_right_real",
    "d_right_fake",
    "d_wrong",
    "right_altered",
}  # one picture more or less on the other side makes a step in them
NAMES = (
    *("upscale-fidelity", "upscale-photo", "cleaner", "repair", "repair-likeness", "stylize-one", "stylize-any"),
    *("digits", "judge", "encoder", "gan", "gan-wasserstein", "gan-vae"),
    *("verse", "verse-critic", "verse-game", "stanzas", "stanzas-critic", "stanzas-game"),
    *("replies", "replies-game", "scene-judge", "captions"),
    *("illustrations-read", "illustrations-drawing", "illustrations-game"),
    *("vocoder-spectra", "vocoder"),
    *("speech-judge", "spoken", "spoken-warm", "sounds"),
    *("syllable-judge", "syllables"),
    *("drawn-speech-reading", "drawn-speech"),
)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """Where one process has carried out every order, and where two have."""
    place = tmp_path_factory.mktemp("together")
    one, two = place / "one", place / "two"
    for name, order in together.orders(place).items():
        for half in (one, two):
            (half / name).mkdir(parents=True)
            order.write(half / name)
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "--module", "tests.training.together", str(two)]
    both = subprocess.Popen([sys.executable, *launch], cwd=together.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(precision, "has_bf16", lambda: False)
        eye = together.Eye().requires_grad_(False)
        patch.setattr(vgg, "features", lambda: eye)
        together.carry_out(one)
    said, _ = both.communicate(timeout=900)
    assert both.returncode == 0, said[-3000:]
    return one, two


def moments(run: dict[str, Any]) -> dict[str, Tensor]:
    """The mean gradients that each optimiser remembers, in a row."""
    optimisers = {**run, **run.get("optimisers", {})}
    kept = {name: holder["state"].values() for name, holder in optimisers.items() if isinstance(holder, dict) and "param_groups" in holder}
    return {
        name: torch.cat([each["exp_avg" if "exp_avg" in each else "momentum"].flatten() for each in states])
        for name, states in kept.items()
        if states
    }


@pytest.mark.parametrize("name", NAMES)
def test_two_processes_learn_what_one_learns(runs: tuple[Path, Path], name: str) -> None:
    told = [json.loads((half / name / "metrics.jsonl").read_text().splitlines()[-1]) for half in runs]
    assert told[0].keys() == told[1].keys()
    for key in told[0].keys() - COUNTED - {"seconds"}:
        assert told[1][key] == pytest.approx(told[0][key], rel=1e-3, abs=1e-4), key
    one, two = (moments(torch.load(half / name / loop.CHECKPOINT, weights_only=True)["run"]) for half in runs)
    assert one.keys() == two.keys()
    assert one
    for key in one:
        apart = (one[key] - two[key]).norm() / one[key].norm()
        assert apart < 2e-3, (key, float(apart))


@pytest.mark.parametrize("name", NAMES)
def test_two_processes_share_the_work(runs: tuple[Path, Path], name: str) -> None:
    alone = int((runs[0] / name / "rows-0").read_text())
    shares = [int((runs[1] / name / f"rows-{rank}").read_text()) for rank in (0, 1)]
    if name == "stylize-any":  # the discriminator looks at the rows whose style is a painting, here in one process alone
        assert sorted(shares) == [alone // 2, alone]
    else:
        assert shares == [alone // 2] * 2


def test_two_processes_give_the_curves_of_one(runs: tuple[Path, Path]) -> None:
    one, two = (half / together.CURVES for half in runs)
    curves = [[json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()] for folder in (one, two)]
    assert [line["step"] for line in curves[1]] == [10, 20]
    for a, b in zip(*curves, strict=True):
        assert a.keys() == b.keys()
        for name in a.keys() - {"seconds", "d_order"}:
            assert a[name] == pytest.approx(b[name], abs=2e-3), name
    states = [torch.load(folder / loop.CHECKPOINT, weights_only=True)["run"]["generator"] for folder in (one, two)]
    for key in states[0]:
        torch.testing.assert_close(states[0][key].float(), states[1][key].float(), rtol=0.02, atol=2e-3, msg=key)
    assert (two / "result" / "config.json").exists()
    order = together.Order(**{**json.loads((two / "order.json").read_text()), "steps": 22})
    assert loop.train(order, two) == "done"  # one process goes on where two stopped


def test_every_recipe_has_an_order_here(tmp_path: Path) -> None:
    orders = together.orders(tmp_path)
    recipes = {path.stem for path in paths.recipes().glob("*.py") if not path.stem.startswith("_")}
    assert {order.recipe for order in orders.values()} == recipes
    assert tuple(orders) == (*NAMES, together.CURVES)


def test_gradients_are_cut_in_one_place_alone() -> None:
    """Whoever cuts them before they are averaged learns otherwise in several processes; `distributed.step` does both in order."""
    training = together.ROOT / "ganapp" / "training"
    cutting = [path.name for path in training.rglob("*.py") if re.search(r"clip_grad", path.read_text(encoding="utf-8"))]
    assert cutting == ["distributed.py"]
