"""How long nets take in single precision and in bfloat16, ours and those of packs that are here, in one run; one JSON line. See bench.py.

A processor that does not multiply bfloat16 is measured in single precision alone, and so are ONNX files, which onnxruntime runs.
Processor seconds of one thread, the least of a few turns: other work on the machine has little say in them. Which of the two the app would
use is measured as the app does it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
SIDE, SMALL = 256, 64  # pixels; of what is slow
PAINTED = (384, 576)  # height and width of a preview
SENTENCE = "ə nˈɛtwɜːk ðæt pˈeɪnts ænd wˈʌn ðæt dʒˈʌdʒɪz tˈiːtʃ ˈiːtʃ ˈʌðɚ."  # in IPA: a network that paints and one that judges ...
SLOW = ("real-esrgan-x4plus", "real-esrgan-anime")
ONE_OF_MANY = "stylize-sand-and-sky"  # stands for the 26, which take the same time


def photo(height: int, width: int) -> Any:
    """The middle of a shipped photograph, (1, 3, height, width) in [0, 1]."""
    import numpy as np
    import torch
    from PIL import Image

    with Image.open(ROOT / "assets" / "photographs" / "chelsea.webp") as image:
        levels = np.asarray(image.convert("RGB").resize((600, 400)).crop((0, 0, width, height)), np.float32) / 255
    return torch.from_numpy(levels).permute(2, 0, 1)[None].contiguous(memory_format=torch.channels_last)


def works() -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """What is done, a net's call, and what it is given."""
    import torch

    from ganapp import models
    from ganapp.base.errors import UserError
    from ganapp.models import catalog, enlarger, packs, painter
    from ganapp.nets import stylizer

    for entry in catalog.listing():
        name, side = entry.id, SMALL if entry.id in SLOW else SIDE
        if entry.source not in ("shipped", "pack") or not entry.ready or (entry.source == "pack" and packs.of_model(name) is None):
            continue
        if entry.task == "upscale":
            if entry.source == "pack":
                call = models.load(name, "upscale").call
            else:
                net: Any = catalog.load(name, "upscale").net()
                call = enlarger.ours(net, f"{net.config}", **({"denoise": 0.25} if net.config.denoise else {}))
            yield f"{name}, {side} x {side} enlarged", call, (photo(side, side),)
        elif entry.task == "repair" and entry.source == "shipped":
            mask = torch.zeros(1, 1, SIDE, SIDE)
            mask[..., 60:150, 80:200] = 1
            yield f"{name}, hole in {SIDE} x {SIDE}", quick_of(models.load(name, "repair").call), (photo(SIDE, SIDE) * 2 - 1, mask)
        elif entry.task == "stylize":
            x = photo(*PAINTED) * 2 - 1
            what = f"{name}, {PAINTED[1]} x {PAINTED[0]} painted"
            if entry.source == "shipped":
                plain = catalog.load(name, "stylize")
                if not plain.description.values.get("any"):
                    ours: Any = plain.net()
                    begun = quick_of(painter.around(name, name, 384, "", ours).begun)
                    yield what, begun, (stylizer.noised(x, ours.config.noise, 0), ours.look(x))
                continue
            try:
                held = models.load(name, "stylize")
                held = held.after((ROOT / "assets" / "photographs" / "flower.webp").read_bytes()) if held.after else held
            except UserError:
                continue
            if held.inner is not None and (name == ONE_OF_MANY or entry.id.endswith("any")):
                yield what, quick_of(held.begun), (x, held.inner)


def looked() -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """What the pack vgg16-lpips does, where it is at hand; its last activations as shares of the greatest stand for a picture."""
    from ganapp.machine import precision
    from ganapp.metrics import vgg, vgg_weights

    if vgg_weights.at_hand():
        eye, given = vgg.features(), (photo(SIDE, SIDE) * 2 - 1,)

        def seen(x: Any) -> Any:
            last = eye(x)[-1].float()
            return last / last.amax()

        yield f"vgg16-lpips, {SIDE} x {SIDE} looked at", precision.Quick("vgg16-lpips", seen, lambda: given), given


def in_onnxruntime() -> Iterator[tuple[str, Callable[[], Any]]]:
    """What is done, and a call that does it, of packs that are ONNX files and stay so: they have no second precision."""
    import torch

    from ganapp import models
    from ganapp.models import catalog, packs
    from ganapp.pictures.tiling import Work
    from ganapp.stylizing import paint

    for entry in catalog.listing():
        name = entry.id
        if entry.source != "pack" or not entry.ready or packs.of_model(name) is None:
            continue
        if entry.task == "pronounce":
            voice = models.load(name, "pronounce")
            length = len(voice.say(SENTENCE, 0, 1.0)) / voice.rate
            yield f"{name}, a sentence of {length:.1f} s said", partial(voice.say, SENTENCE, 0, 1.0)
        elif entry.task == "repair":
            hole = torch.zeros(SIDE, SIDE, dtype=torch.bool).numpy()
            hole[60:150, 80:200] = True
            colours = photo(SIDE, SIDE)[0].permute(1, 2, 0).numpy()
            yield f"{name}, hole in {SIDE} x {SIDE}", partial(models.load(name, "repair").fill, colours, hole)
        elif entry.task == "stylize" and name.startswith("style-"):
            colours = photo(*PAINTED)[0].permute(1, 2, 0).numpy()
            yield (
                f"{name}, {PAINTED[1]} x {PAINTED[0]} painted",
                partial(paint.painted, colours, models.load(name, "stylize"), Work(max(PAINTED), 1)),
            )


def quick_of(call: Any) -> Any:
    """The call in either precision that a promise holds in its closure."""
    from ganapp.machine import precision

    return next(cell.cell_contents for cell in call.__closure__ if isinstance(cell.cell_contents, precision.Quick))


def measured(call: Any, given: tuple[Any, ...]) -> dict[str, Any]:
    """Seconds in both precisions, how far the pictures are apart, and what the app computes in here."""
    import torch

    from ganapp.machine import precision

    with torch.inference_mode():
        if not precision.able():
            return {"exact": precision.seconds(lambda: call._in(False, *given))[0]}
        exact, fast = (call._in(each, *given) for each in (False, True))
        taken = precision.seconds(lambda: call._in(False, *given), lambda: call._in(True, *given))
    apart = (fast - exact) / call.span
    near = -10 * float(apart.square().mean().log10())
    return {"exact": taken[0], "fast": taken[1], "levels": float(apart.abs().mean()) * 255, "psnr": near, "used": call.engine()}


def main() -> None:
    """Measure and print."""
    import torch

    from ganapp.machine import precision

    torch.set_num_threads(1)
    rows = {what: measured(call, given) for what, call, given in [*works(), *looked()]}
    rows |= {what: {"exact": precision.seconds(call, clock=time.process_time)[0]} for what, call in in_onnxruntime()}
    print(json.dumps({"precision": rows}))


if __name__ == "__main__":
    main()
