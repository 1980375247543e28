"""How long a style takes, of our nets and of the usual one in the same run; one JSON line. See scripts/bench.py."""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench_upscale import seconds

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SIDE, LIVE = 512, (384, 576)  # pixels; height and width of a preview
LARGE = (6000, 4000)


def johnson() -> Any:
    """The transformer net of Johnson et al. 2016 as it is usually built: 1.68 million parameters, instance norm, mirrored rims."""
    from torch import nn

    def conv(before: int, after: int, kernel: int, stride: int = 1) -> list[nn.Module]:
        return [nn.ReflectionPad2d(kernel // 2), nn.Conv2d(before, after, kernel, stride)]

    def layer(before: int, after: int, kernel: int, stride: int = 1) -> list[nn.Module]:
        return [*conv(before, after, kernel, stride), nn.InstanceNorm2d(after, affine=True), nn.ReLU()]

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = nn.Sequential(*layer(128, 128, 3), *conv(128, 128, 3), nn.InstanceNorm2d(128, affine=True))

        def forward(self, x: Any) -> Any:
            return x + self.inner(x)

    down = [*layer(3, 32, 9), *layer(32, 64, 3, 2), *layer(64, 128, 3, 2)]
    up = [nn.Upsample(scale_factor=2), *layer(128, 64, 3), nn.Upsample(scale_factor=2), *layer(64, 32, 3), *conv(32, 3, 9)]
    return nn.Sequential(*down, *(Block() for _ in range(5)), *up)


def model() -> tuple[str, Any]:
    """A style's name and net: the first that is shipped, or an untrained one of the same size."""
    from ganapp.models import catalog
    from ganapp.nets import stylizer

    for entry in catalog.listing():
        if entry.task == "stylize" and entry.source == "shipped":
            loaded = catalog.load(entry.id, "stylize")
            if not loaded.description.values.get("any"):
                return entry.id, loaded.net()
    return "", stylizer.Net(stylizer.Config()).eval().requires_grad_(False)


def calls() -> dict[str, Callable[[], object]]:
    """What is measured at 512 x 512, by name: our net as the app calls it, and the other as torch does."""
    import numpy as np

    from ganapp.models import painter
    from ganapp.pictures import images
    from ganapp.pictures.tiling import Work
    from ganapp.stylizing import paint

    name, net = model()
    theirs = johnson().eval().requires_grad_(False)
    small = np.random.default_rng(0).random((SIDE, SIDE, 3), np.float32)
    x = images.to_tensor(small) * 255
    ours = painter.around(name, "bench", 384, "", net)

    def millions(of: Any) -> str:
        return f"{sum(parameter.numel() for parameter in of.parameters()) / 1e6:.2f} M"

    return {
        f"{name or 'untrained'} ({millions(net)}), as the app runs it": lambda: paint.painted(small, ours, Work(768, 1)),
        f"Johnson ({millions(theirs)}), torch eager": lambda: theirs(x),
    }


def photo(width: int, height: int, seed: int = 0) -> str:
    """A noisy photo of waves as a JPEG in a data URI."""
    import numpy as np
    from PIL import Image

    from ganapp.pictures import images

    y, x = np.mgrid[:400, :600] / 60
    waves = np.stack([np.sin(x + y), np.cos(x * y / 9), np.sin(3 * y)], 2) * 90 + 128
    noisy = np.clip(waves + np.random.default_rng(seed).normal(0, 3, waves.shape), 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noisy).resize((width, height), Image.Resampling.BICUBIC).save(out, "JPEG", quality=90)
    return images.data_uri(out.getvalue(), "image/jpeg")


def tasks() -> dict[str, Any]:
    """A preview, painted anew and then after another strength; 24 megapixels and the most memory of the whole process in megabytes."""
    from ganapp.tasks import stylize, stylize_preview

    name, _ = model()
    if not name:
        return {}
    shown = photo(LIVE[1], LIVE[0])
    stylize_preview.run(stylize_preview.Request(shown, style=name))
    anew = [stylize_preview.run(stylize_preview.Request(photo(LIVE[1], LIVE[0], 1 + i), style=name)).seconds for i in range(5)]
    again = [stylize_preview.run(stylize_preview.Request(shown, style=name, strength=i / 10)).seconds for i in range(5)]
    result = stylize.run(stylize.Request(photo(*LARGE), style=name))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
    return {"anew": sorted(anew)[2], "again": sorted(again)[2], "large": result.seconds, "memory_mb": most}


def main() -> None:
    """Measure and print."""
    import torch

    from ganapp.machine import devices, processor

    done = tasks()  # first, so that their memory is their own
    torch.set_num_threads(min(processor.cores(), devices.MOST_THREADS))
    with torch.inference_mode():
        taken = seconds(calls())
    print(json.dumps({"paint": taken, "tasks": done, "threads": torch.get_num_threads()}))


if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    main()
