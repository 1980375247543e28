"""VGG16's features and the heads of LPIPS: from a file that the deployer names, or torchvision's weights with the `lpips` package's heads.

Simonyan & Zisserman 2014, "Very Deep Convolutional Networks"; Zhang et al. 2018 (LPIPS v0.1). They measure and train; no page needs them.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from ganapp.metrics.vgg_weights import FILE as FILE
from ganapp.metrics.vgg_weights import file, missing

CONVOLUTIONS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)  # torchvision's numbers of the layers
WIDTHS = (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)
STAGES = ((0, 2), (2, 4), (4, 7), (7, 10), (10, 13))  # convolutions between two poolings; LPIPS looks after each stage
STARTS = tuple(first for first, _ in STAGES[1:])  # convolutions that follow a pooling
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)  # of pictures in [-1, 1], LPIPS's own


class Features(nn.Module):
    """Pictures (b, 3, h, w) in [-1, 1] -> the activations after each of the first `depth` stages, relu1_2 to relu5_3."""

    shift: Tensor
    scale: Tensor

    def __init__(self) -> None:
        super().__init__()
        befores = (3, *WIDTHS[:-1])
        self.convolutions = nn.ModuleList(nn.Conv2d(before, after, 3, 1, 1) for before, after in zip(befores, WIDTHS))
        self.heads = nn.ParameterList(nn.Parameter(torch.ones(WIDTHS[last - 1])) for _, last in STAGES)
        self.register_buffer("shift", torch.tensor(SHIFT).view(1, 3, 1, 1))
        self.register_buffer("scale", torch.tensor(SCALE).view(1, 3, 1, 1))

    def forward(self, x: Tensor, depth: int = len(STAGES)) -> list[Tensor]:
        """The activations, the finest first."""
        x = (x - self.shift) / self.scale
        activations: list[Tensor] = []
        for first, last in STAGES[:depth]:
            if activations:
                x = nn.functional.max_pool2d(x, 2)
            for i in range(first, last):
                x = torch.relu(self.convolutions[i](x))
            activations.append(x)
        return activations

    def layers(self, x: Tensor, numbers: Sequence[int]) -> list[Tensor]:
        """The activations after the convolutions of those places (0 = conv1_1, 1 = conv1_2, 2 = conv2_1 ... 7 = conv4_1, 8 = conv4_2,
        9 = conv4_3), each after its ReLU, in that order; nothing deeper is computed."""
        x = (x - self.shift) / self.scale
        activations: dict[int, Tensor] = {}
        for i in range(max(numbers) + 1):
            if i in STARTS:
                x = nn.functional.max_pool2d(x, 2)
            x = torch.relu(self.convolutions[i](x))
            if i in numbers:
                activations[i] = x
        return [activations[i] for i in numbers]


@cache
@torch.inference_mode(False)  # the first caller may only measure, a later one may train through it
def features() -> Features:
    """The net, frozen, loaded once. UserError("features_missing") when its weights are neither in a file nor in the packages."""
    path = file()
    stored = load_file(path) if path else _from_packages()
    net = Features()
    for i, number in enumerate(CONVOLUTIONS):
        net.convolutions[i].weight.data = stored[f"features.{number}.weight"].float()
        net.convolutions[i].bias.data = stored[f"features.{number}.bias"].float()
    for i, head in enumerate(net.heads):
        head.data = next(value for key, value in stored.items() if key.startswith(f"lin{i}")).float().flatten()
    return net.eval().requires_grad_(False)


def _from_packages() -> dict[str, Tensor]:
    """The same from torchvision (which fetches its weights once) and the wheel of `lpips`."""
    package = importlib.util.find_spec("lpips")
    try:
        from torchvision.models import VGG16_Weights

        stored: dict[str, Tensor] = dict(VGG16_Weights.IMAGENET1K_V1.get_state_dict())
        if package is None or package.origin is None:
            raise missing()
        heads = torch.load(Path(package.origin).parent / "weights" / "v0.1" / "vgg.pth", map_location="cpu", weights_only=True)
    except (ImportError, OSError, RuntimeError) as problem:  # RuntimeError: a torchvision built for another torch
        raise missing() from problem
    return stored | {key: value for key, value in heads.items() if key.startswith("lin")}
