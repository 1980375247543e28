"""How long enlarging takes, of our nets, of Real-ESRGAN's in torch and in ncnn, in one run; one JSON line. See scripts/bench.py."""

from __future__ import annotations

import io
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
ROUNDS = 7
SIDE, SMALL = 256, 64  # pixels; what is too slow at the one is measured at the other and told for the first by area


def seconds(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds of each, measured in turns so that a busy machine is busy for all of them."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            begun = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}


def nets() -> dict[str, Any]:
    """The upscaler nets by name: the shipped ones that enlarge four times, or an untrained one of the usual size."""
    from ganapp.models import catalog
    from ganapp.nets import upscaler

    shipped = [entry.id for entry in catalog.listing() if entry.task == "upscale" and entry.source == "shipped"]
    found = {name: catalog.load(name, "upscale").net() for name in shipped}
    return {name: net for name, net in found.items() if net.config.scale == 4} or {
        "untrained 32 x 16": upscaler.Net(upscaler.Config()).eval()
    }


def calls() -> dict[str, Callable[[], object]]:
    """What is measured, by name: ours as the app calls it and in plain torch, and Real-ESRGAN's where the package can be had."""
    import numpy as np
    import torch

    from ganapp.models import enlarger
    from ganapp.models.enlarger import Enlarger
    from ganapp.upscaling import tiles
    from tests.upscaling import genuine

    picture = np.random.default_rng(0).random((SIDE, SIDE, 3), np.float32)
    made: dict[str, Callable[[], object]] = {}
    for name, net in nets().items():
        net.requires_grad_(False)
        x = torch.from_numpy(picture).permute(2, 0, 1)[None].contiguous() * 2 - 1
        made[f"{name}, torch eager"] = lambda net=net, x=x: net(x)  # type: ignore[misc]
        ready = Enlarger(name, 4, net.receptive, 48, name, enlarger.ours(_copied(net), f"{net.config}"))
        made[f"{name}, as the app runs it"] = lambda ready=ready: tiles.levelled(ready.enlarge(picture), np.dtype(np.uint8))  # type: ignore[misc]
    place = genuine.fetched()
    if place is not None:
        made |= _theirs(place, picture)
    return made


def _copied(net: Any) -> Any:
    import copy

    return copy.deepcopy(net)


def _theirs(place: Path, picture: Any) -> dict[str, Callable[[], object]]:
    import tempfile

    import torch

    from ganapp.models import foreign_enlarger
    from tests.upscaling import genuine

    found: dict[str, Callable[[], object]] = {}
    for name, make in (("animevideov3", genuine.animevideov3), ("x4plus", genuine.x4plus)):
        shown = picture if name == "animevideov3" else picture[:SMALL, :SMALL]
        with tempfile.TemporaryDirectory() as folder:
            opened = foreign_enlarger.opened(make(place, Path(folder) / f"{name}.safetensors"))
        found[f"Real-ESRGAN {name}, torch"] = lambda opened=opened, shown=shown: opened.enlarge(shown)  # type: ignore[misc]
        theirs = genuine.runtime(place, name, torch.get_num_threads())
        planes = shown.transpose(2, 0, 1).copy()
        found[f"Real-ESRGAN {name}, ncnn"] = lambda theirs=theirs, planes=planes: theirs(planes)  # type: ignore[misc]
    return found


def megapixel() -> dict[str, float]:
    """One megapixel to sixteen as the task does it, PNG written: seconds, and most memory of the whole process in megabytes."""
    import numpy as np
    from PIL import Image

    from ganapp.models import catalog
    from ganapp.pictures import images
    from ganapp.tasks import upscale

    y, x = np.mgrid[:1000, :1000] / 60
    waves = np.stack([np.sin(x + y), np.cos(x * y / 9), np.sin(3 * y)], 2) * 90 + 128
    out = io.BytesIO()
    Image.fromarray(np.clip(waves + np.random.default_rng(0).normal(0, 3, waves.shape), 0, 255).astype(np.uint8)).save(out, "PNG")
    if not any(entry.id == upscale.DEFAULT for entry in catalog.listing()):
        return {}
    result = upscale.run(upscale.Request(picture=images.data_uri(out.getvalue())))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
    return {"seconds": result.seconds, "memory_mb": most}


def main() -> None:
    """Measure and print."""
    import torch

    from ganapp.machine import devices, processor

    large = megapixel()  # first, so that its memory is its own
    torch.set_num_threads(min(processor.cores(), devices.MOST_THREADS))
    with torch.inference_mode():
        taken = seconds(calls())
    small = {name: value * (SIDE // SMALL) ** 2 for name, value in taken.items() if "x4plus" in name}
    print(json.dumps({"enlarge": {**taken, **small}, "megapixel": large, "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    main()
