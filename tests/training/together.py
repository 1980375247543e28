"""The first step of every recipe, carried out by one process or by several: what test_together.py compares.

torchrun --nproc-per-node 2 --module tests.training.together PLACE carries out the orders that lie in PLACE.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch import distributed as group

from ganapp.base import order_file
from ganapp.base.order_file import Order
from ganapp.metrics import vgg
from ganapp.training.data import photographs
from ganapp.training.run import distributed, loop, precision
from ganapp.training.run import place as device
from tests.support import tinyspeaker, tinystanzas, tinysyllables, tinyverse, tinywriters

ROOT = Path(__file__).resolve().parents[2]

SEEDS = {"illustrations-game": 7}  # with 5, rounding decides on which side of a kink of the reader one number lies, on some processors
STEPS = 1  # after it every gradient can be compared closely; Adam makes large steps of the smallest differences
TINY_SOUNDS = {"told": 1, "width": 8, "code": 8, "latent": 4, "sheets": 1, "last": 2, "critic": 4, "features": 8, "diagnosed": 1000}
CURVES = "curves"  # the name of the one order of more steps
SMALL = {"width": 4, "d_width": 4}
GAN = {"size": 16, "width": 4, "latent": 8, "batch": 8, "diagnosed": 1000, "data": "mnist"}


class Eye(nn.Module):
    """Stands for VGG16: convolutions with random weights, seen after each stage (`forward`) or after any convolution (`layers`)."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(9)
        self.convolutions = nn.ModuleList(nn.Conv2d(3 if i == 0 else 6, 6, 3, 1, 1) for i in range(9))
        self.heads = nn.ParameterList(nn.Parameter(torch.ones(6)) for _ in range(4))

    def layers(self, x: Tensor, wanted: Sequence[int]) -> list[Tensor]:
        found = []
        for i, convolution in enumerate(self.convolutions):
            x = torch.relu(convolution(nn.functional.avg_pool2d(x, 2) if i in (2, 4, 7) else x))
            found.append(x)
        return [found[i] for i in wanted]

    def forward(self, x: Tensor, depth: int) -> list[Tensor]:
        return self.layers(x, (1, 3, 6, 8)[:depth])


def pictures(place: Path, count: int, first: int) -> str:
    place.mkdir()
    for i in range(first, first + count):
        Image.fromarray(photographs.drawing(96, np.random.default_rng(i))).save(place / f"{i:02d}.png")
    return str(place)


def orders(place: Path) -> dict[str, Order]:
    """An order for every recipe and for the kinds of step that differ between processes; the pictures they need are drawn into `place`."""
    photos, paintings = pictures(place / "photos", 14, 0), pictures(place / "paintings", 3, 40)
    upscale = {**SMALL, "source": photos, "scale": 2, "side": 32, "batch": 2, "depth": 2, "windows": 1, "window": 32}
    repair = {"source": photos, "side": 64, "late_side": 64, "batch": 2, "late_batch": 2, "widths": (4, 4, 8), "fine": 4, "dilations": (1,)}
    style = {**SMALL, "source": photos, "side": 64, "piece": 32, "batch": 2, "width": 8, "dilations": (1, 2), "noise": 2, "code": 4}
    style |= {"lines": 8, "places": 64, "late": 0.0}
    settings: dict[str, tuple[str, dict[str, Any]]] = {
        "upscale-fidelity": ("upscale", {**upscale, "squared": 0.5}),
        "upscale-photo": ("upscale", {**upscale, "kind": "photo", "late": 0.0}),
    }
    digits, judge = (str(ROOT / "models" / name) for name in ("digits", "digits-judge"))
    settings |= {
        "cleaner": ("cleaner", {"source": photos, "start": "upscale-x2-photo", "cleaner": 0, "side": 16, "batch": 2}),
        "repair": ("repair", {**repair, "late": 0.0}),
        "repair-likeness": ("repair", {**repair, "late": 1.0, "windows": 1, "lazy": 1}),
        "stylize-one": ("stylize", {**style, "style": f"{paintings}/40.png"}),
        "stylize-any": ("stylize", {**style, "style": paintings, "others": 0.5, "share": 0.0}),
        "digits": ("digits", {"width": 4, "latent": 8, "batch": 8}),
        "judge": ("judge", {"batch": 8, "width": 4, "features": 8}),
        "encoder": ("encoder", {"generator": digits, "judge": judge, "batch": 4, "width": 4}),
        "gan": ("gan", {**GAN, "augment": ["translation", "cutout"], "clip": 0.05}),
        "gan-wasserstein": (
            "gan",
            {**GAN, "loss": "wasserstein", "gp": 10.0, "r1": 0.0, "r2": 0.0, "architecture": "mlp", "pieces": 2},
        ),
        "gan-vae": ("gan", {**GAN, "architecture": "vae_gan", "loss": "hinge"}),
    }
    settings |= writing(place) | speaking(place)
    first = {name: Order(recipe, STEPS, SEEDS.get(name, 5), STEPS, 1, told, "cpu") for name, (recipe, told) in settings.items()}
    return first | {CURVES: Order("digits", 20, 5, 10, 1, settings["digits"][1], "cpu")}


def writing(place: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """The orders of recipes that read and write, by name; verse, stanzas and illustrations have three stages, replies two."""
    verse = {"source": tinyverse.poems(place / "poems.txt", 40), "batch": 16, "width": 16, "layers": 1}
    later = {**verse, "model": str(tinyverse.folder_at(place / "pen"))}
    stanza = {"source": tinystanzas.corpus(place / "stanzas"), "batch": 16, "width": 16, "layers": 1}
    further = {**stanza, "model": str(tinystanzas.folder_at(place / "versifier", tinystanzas.known()))}
    replies = {"batch": 8, "buckets": 256, "pool": 32, "proposals": 2}
    scenes = {"width": 4, "batch": 8}
    pictures = {**scenes, "latent": 2, "reading": 0, "writer": str(tinywriters.captions(place / "writer"))}
    game = {**pictures, "batch": 6, "retold": 100.0, "stage": "game", "model": str(tinywriters.pictures(place / "painter"))}
    return {
        "verse": ("verse", verse),
        "verse-critic": ("verse", {**later, "stage": "critic"}),
        "verse-game": ("verse", {**later, "stage": "game"}),
        "stanzas": ("stanzas", stanza),
        "stanzas-critic": ("stanzas", {**further, "stage": "critic"}),
        "stanzas-game": ("stanzas", {**further, "stage": "game"}),
        "replies": ("replies", {**replies, "likelihood": 1.0}),
        "replies-game": ("replies", {**replies, "likelihood": 0.0}),
        "scene-judge": ("scene_judge", {**scenes, "features": 8}),
        "captions": ("captions", {**scenes, "code": 16}),
        "illustrations-read": ("illustrations", {**pictures, "reading": 1}),
        "illustrations-drawing": ("illustrations", pictures),
        "illustrations-game": ("illustrations", game),
    }


def speaking(place: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """The orders of recipes of spoken words, by name; spoken begins without a game."""
    recordings = {"source": str(tinyspeaker.recordings(place / "recordings.safetensors")), "batch": 8}
    spoken = {**recordings, "width": 8, "code": 8, "latent": 4, "critic": 4, "features": 8}
    syllables = {"source": str(tinysyllables.recordings(place / "syllables.safetensors")), "batch": 8}
    drawn = {**recordings, "eye": 8, "speaker": str(tinyspeaker.speaker(place / "speaker"))}
    waves = {"source": str(tinyspeaker.waves_at(place / "waves.safetensors")), "batch": 8, "frames": 16, "window": 800}
    vocoder = {**waves, "width": 8, "blocks": 2, "critic": 4}
    return {
        "vocoder-spectra": ("vocoder", {**vocoder, "late": 1.0}),
        "vocoder": ("vocoder", {**vocoder, "late": 0.0}),
        "speech-judge": ("speech_judge", {**recordings, "width": 2, "features": 4}),
        "spoken": ("spoken", {**spoken, "warm": 0}),
        "spoken-warm": ("spoken", {**spoken, "warm": 2}),
        "sounds": ("sounds", {**TINY_SOUNDS, "batch": 8}),
        "syllable-judge": ("syllable_judge", {**syllables, "width": 2, "features": 4}),
        "syllables": ("syllables", {**syllables, "width": 8, "code": 8, "latent": 4, "critic": 4, "features": 8, "warm": 0}),
        "drawn-speech-reading": ("drawn_speech", {**drawn, "reading": 100}),
        "drawn-speech": ("drawn_speech", {**drawn, "reading": 0, "warm": 0}),
    }


def single_precision() -> None:
    """With it only the order of additions differs between one process and several."""
    precision.has_bf16 = lambda: False  # type: ignore[assignment]


class Counted:
    """A run whose steps write down, into `rows`, how many rows a net was given at most: that is what shows whether work is divided."""

    def __init__(self, run: loop.Run, rows: Path) -> None:
        self.run, self.rows, self.most = run, rows, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.run, name)

    def step(self, k: int, steps: int) -> dict[str, float]:
        def seen(module: nn.Module, given: tuple[Any, ...]) -> None:
            if type(module).__module__.startswith("torch.nn.utils"):  # spectral norm is given weights
                return
            self.most = max([self.most, *(len(x) for x in given[:1] if isinstance(x, Tensor))])

        with nn.modules.module.register_module_forward_pre_hook(seen):
            told = self.run.step(k, steps)
        self.rows.write_text(str(self.most))
        return told


def carry_out(place: Path) -> None:
    """Train by every order that lies in `place`."""
    begin = loop.begin
    for path in sorted(place.glob("*/order.json")):
        rows = path.with_name(f"rows-{device.here().rank}")
        loop.begin = lambda order, rows=rows: Counted(begin(order), rows)  # type: ignore[assignment, misc]
        loop.train(order_file.read(path.parent), path.parent)
    loop.begin = begin


def graph(net: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A loss with a gradient penalty in it, and the penalty's gradient at the picture's side: what R1 asks of a batch norm."""
    x = x.clone().requires_grad_()
    score = net(x).square().mean((1, 2, 3))
    (slope,) = torch.autograd.grad(score.sum(), x, create_graph=True)
    return score.mean() + slope.square().sum((1, 2, 3)).mean(), slope


def check_batch_norm(place: device.Place) -> None:
    """Output, gradients of first and second order and running statistics of a shared batch norm are those of the whole batch."""
    torch.manual_seed(0)
    x = torch.randn(6, 3, 4, 4) * 2 + 1
    whole, shared = (nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)) for _ in range(2))
    shared.load_state_dict(whole.state_dict())
    shared = place.ready(shared)
    assert isinstance(shared[1], distributed.SharedBatchNorm2d)
    expected = whole(x)
    part = shared(place.part(x))
    torch.testing.assert_close(part, place.part(expected), rtol=1e-4, atol=1e-5)
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        torch.testing.assert_close(getattr(shared[1], name), getattr(whole[1], name))
    for net, batch in ((whole, x), (shared, place.part(x))):
        optimiser = torch.optim.SGD(net.parameters(), 0.1)
        net(batch).square().mean().backward()
        optimiser.step()
    for one, other in zip(shared.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
    assert shared.eval()(x).shape == (6, 4, 2, 2)
    torch.testing.assert_close(shared(x), whole.eval()(x), rtol=1e-4, atol=1e-4)
    bright = torch.randn(6, 4, 8, 8) * 0.01 + 3  # far from 0, close together
    norm = nn.BatchNorm2d(4)
    expected = norm(bright)
    torch.testing.assert_close(place.ready(copy.deepcopy(norm)).train()(place.part(bright)), place.part(expected), rtol=1e-3, atol=1e-3)


def bend(net: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """First and second derivative of a sum over the batch by its pictures."""
    x = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(net(x).pow(3).sum(), x, create_graph=True)
    (bent,) = torch.autograd.grad(slope.square().sum(), x)
    return slope.detach(), bent


def check_second_order(place: device.Place) -> None:
    """The shared batch norm can be differentiated twice, and both derivatives are those of the whole batch."""
    torch.manual_seed(2)
    x = torch.randn(6, 3, 4, 4)
    expected, found = bend(nn.BatchNorm2d(3), x), bend(place.ready(nn.BatchNorm2d(3)), place.part(x))
    for whole, part in zip(expected, found, strict=True):
        torch.testing.assert_close(part, place.part(whole), rtol=1e-3, atol=1e-3)


def check_penalty(place: device.Place) -> None:
    """A gradient penalty through a net without batch norm: the step is that of the whole batch."""
    torch.manual_seed(1)
    x = torch.randn(6, 3, 4, 4)
    whole, shared = (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Conv2d(4, 1, 2)) for _ in range(2))
    shared.load_state_dict(whole.state_dict())
    before = [p.detach().clone() for p in whole.parameters()]
    loss, _ = graph(whole, x)
    loss.backward()
    expected = [p - 0.1 * p.grad for p in whole.parameters()]
    optimiser = torch.optim.SGD(shared.parameters(), 0.1)
    graph(shared, place.part(x))[0].backward()
    optimiser.step()
    for start, one, other in zip(before, shared.parameters(), expected, strict=True):
        torch.testing.assert_close(one.detach(), other.detach(), rtol=1e-4, atol=1e-6)
        assert not torch.equal(one, start)


def check_step(place: device.Place) -> None:
    """Gradients of different length in each process are averaged, then cut, and the length told is that of the mean."""
    weight = nn.Parameter(torch.zeros(2))
    weight.grad = torch.tensor([6.0, 0.0]) if place.rank else torch.tensor([0.0, 0.8])  # mean (3, 0.4); cut apart first, (0.5, 0.4)
    length = distributed.step(torch.optim.SGD([weight], 1.0), 1.0)
    expected = torch.tensor([3.0, 0.4])
    torch.testing.assert_close(length, expected.norm())
    torch.testing.assert_close(-weight.detach(), expected / expected.norm(), rtol=1e-4, atol=1e-5)


def check_sums(place: device.Place) -> None:
    """Lengths, uneven means and shared means are those of all rows."""
    assert place.weight(3 if place.rank else 1) == (1.5 if place.rank else 0.5)
    assert place.weight(0) == 0
    whole = torch.arange(8.0).view(4, 2)
    torch.testing.assert_close(place.norm(place.part(whole)), whole.norm())
    x = whole.clone().requires_grad_()
    x.square().mean().log().backward()
    gathered, square = whole.clone().requires_grad_(), whole.clone().requires_grad_()
    (gathered @ gathered.T).softmax(1).square().mean().backward()
    own = place.part(square)
    (own @ place.gathered(own).T).softmax(1).square().mean().backward()
    torch.testing.assert_close(place.part(square.grad) / place.world, place.part(gathered.grad))
    torch.manual_seed(3)
    drawn = place.chosen(place.part(whole + 1), 2)
    torch.manual_seed(3)
    torch.testing.assert_close(drawn, place.part(torch.multinomial(whole + 1, 2)))
    part = nn.Parameter(place.part(whole))
    place.mean(part.square().mean()).log().backward()
    torch.testing.assert_close(part.grad / place.world, place.part(x.grad))  # the mean over the processes is taken later


def main(place: Path) -> None:
    torch.set_num_threads(1)
    single_precision()
    eye = Eye().requires_grad_(False)
    vgg.features = lambda: eye  # type: ignore[assignment, return-value]
    here = device.settle("cpu")
    assert (here.world, group.get_backend()) == (2, "gloo")
    assert distributed.mean([float(here.rank), 3.0]) == [0.5, 3.0]
    assert distributed.from_first({"rank": here.rank}) == {"rank": 0}
    for check in (check_batch_norm, check_second_order, check_penalty, check_step, check_sums):
        check(here)
    carry_out(place)
    distributed.leave()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
