"""web.onnx of a speaker, or of a reader of drawings, for onnxruntime-web, weights in half precision, computed in single.

It takes z (b, latent), weights of words (b, words), or drawings (b, 1, side, side) in [-1, 1], and weights of voices (b, voices), and gives
picture (b, bands, frames), log-mel; b is free.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganapp.base import writing
from ganapp.base.errors import UserError
from ganapp.finishing.web import OPSET, packed
from ganapp.models import catalog
from ganapp.models.catalog import Loaded
from ganapp.models.folder import BROWSER, describe
from ganapp.nets import mel_generator, mel_reader

AGREED = 1e-3  # largest difference from torch in any band, in natural logarithms of power
Net = mel_generator.Net | mel_reader.Net


def net_of(loaded: Loaded) -> Net:
    """The net of a speaker or reader. UserError for a folder of another make."""
    unfit = UserError("bad_value", where="model", problem=f"{loaded.id} is no speaker of this make")
    if loaded.description.task == "listen":
        return loaded.built(mel_reader.Net, unfit)
    return loaded.built(mel_generator.Net, unfit)


def drawn(net: Net) -> bool:
    """Whether it reads drawings, rather than being told words."""
    return hasattr(net, "eye")


def names(net: Net) -> tuple[str, str, str]:
    """What the file calls what goes in."""
    return ("z", "drawings" if drawn(net) else "words", "voices")


def example(net: Net, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """What goes in, the same for each count."""
    random = torch.Generator().manual_seed(count)
    config: Any = net.config
    z = torch.randn(count, config.latent, generator=random)
    by = torch.eye(config.voices)[torch.arange(count) % config.voices]
    if drawn(net):
        return z, torch.rand(count, 1, config.size, config.size, generator=random) * 2 - 1, by
    return z, torch.eye(config.words)[torch.arange(count) % config.words], by


def export(model: str) -> float:
    """Write the file into the folder of a speaker or reader. The largest difference from torch; RuntimeError above `AGREED`."""
    import onnx

    loaded = catalog.opened(model, describe(Path(model)).task)
    net = net_of(loaded)
    free = torch.export.Dim("b", min=1, max=64)
    with torch.no_grad():
        program = torch.onnx.export(
            net,
            example(net, 3),
            input_names=list(names(net)),
            output_names=["picture"],
            dynamic_shapes=({0: free}, {0: free}, {0: free}),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    with writing.replacing(loaded.folder / BROWSER) as partial:
        onnx.save(packed(program, exact=True), str(partial))
        difference = compared(net, partial)
        if difference > AGREED:
            raise RuntimeError(f"the exported speaker differs from torch's by {difference:.2g}")
    return difference


@torch.no_grad()
def compared(net: Net, path: Path) -> float:
    """The largest difference in any band between torch and the file, over one sound and over eight."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for count in (1, 8):
        given = example(net, count)
        (got,) = session.run(["picture"], {name: part.numpy() for name, part in zip(names(net), given, strict=True)})
        worst = max(worst, float(np.abs(got - net(*given).numpy()).max()))
    return worst
