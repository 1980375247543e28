"""web.onnx: the generator for onnxruntime-web, weights in half precision and computed in single.

Inputs z (b, latent) and, where there are classes, y (b, classes), output picture (b, channels, size, size) in [0, 1], 1 = ink; b is free.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ganapp.base import writing
from ganapp.models.folder import BROWSER

OPSET = 18
AGREED = 1e-3  # largest difference from torch in any pixel
LEAST = 64  # numbers a weight must have for its half to be worth a node


class Drawing(nn.Module):
    """The generator with its pictures in [0, 1]."""

    def __init__(self, generator: nn.Module) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """As `Net`, but in [0, 1]; without classes y is not needed."""
        picture: Tensor = (self.generator(z, z.new_zeros(z.shape[0], 0) if y is None else y) + 1) / 2
        return picture.clamp(0, 1)


def export(generator: nn.Module, latent: int, classes: int, folder: Path) -> Path:
    """Write `folder`/web.onnx and compare it with torch. RuntimeError when a pixel differs by more than `AGREED`."""
    import onnx

    drawing = Drawing(generator).eval()
    example = _example(2, latent, classes)
    free = torch.export.Dim("b", min=1, max=4096)
    program = torch.onnx.export(
        drawing,
        example,
        input_names=["z", "y"][: len(example)],
        output_names=["picture"],
        dynamic_shapes=tuple({0: free} for _ in example),
        opset_version=OPSET,
        dynamo=True,
        verbose=False,
    )
    model = packed(program)
    with writing.replacing(folder / BROWSER) as partial:
        onnx.save(model, str(partial))
        difference = compared(drawing, partial, latent, classes)
        if difference > AGREED:
            raise RuntimeError(f"the exported generator differs from torch's by {difference:.2g}")
    return folder / BROWSER


def packed(program: Any, exact: bool = False) -> Any:
    """What the exporter gave as a checked model with large weights in half, with `exact` only those that are halves already. RuntimeError
    where it gave none."""
    import onnx

    if program is None:
        raise RuntimeError("the exporter gave no model")
    model = program.model_proto
    _halve(model, exact)
    for entry in [*model.graph.node, *model.graph.value_info]:
        entry.ClearField("metadata_props")  # where each line of Python stood
    del model.graph.value_info[:]
    onnx.checker.check_model(model, full_check=True)
    return model


def _example(count: int, latent: int, classes: int) -> tuple[Tensor, ...]:
    """Latents, the same ones for each count, and class weights where there are classes."""
    z = torch.randn(count, latent, generator=torch.Generator().manual_seed(count))
    return (z, torch.eye(classes)[torch.arange(count) % classes]) if classes else (z,)


def _halve(model: object, exact: bool) -> None:
    """Store every large weight of single precision in half, behind a node that casts it back; with `exact` only where nothing is lost."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph  # type: ignore[attr-defined]
    casts = []
    for weight in list(graph.initializer):
        if weight.data_type != TensorProto.FLOAT or int(np.prod(weight.dims)) < LEAST:
            continue
        name, single = weight.name, numpy_helper.to_array(weight)
        rounded = single.astype(np.float16)
        if exact and not np.array_equal(rounded, single):
            continue
        half = numpy_helper.from_array(rounded, f"{name}.half")
        graph.initializer.remove(weight)
        graph.initializer.append(half)
        casts.append(helper.make_node("Cast", [half.name], [name], name=f"{name}.single", to=TensorProto.FLOAT))
    for cast in reversed(casts):
        graph.node.insert(0, cast)


@torch.no_grad()
def compared(drawing: nn.Module, path: Path, latent: int, classes: int) -> float:
    """The largest difference in any pixel between torch and the file, over one picture and over a batch."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for count in (1, 16):
        given = _example(count, latent, classes)
        (got,) = session.run(["picture"], {name: part.numpy() for name, part in zip(("z", "y"), given, strict=False)})
        worst = max(worst, float(np.abs(got - drawing(*given).numpy()).max()))
    return worst
