"""Small nets as files of ncnn, written here as its converter writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import nn

HALF = (0x01306B47).to_bytes(4, "little")


def write(net: nn.Module, layers: Sequence[str], param: Path, numbers: Path, half: bool = True) -> None:
    """The layers of these names, in this order, which are convolutions and PReLUs; kernels in half precision, or in single."""
    lines, blob = ["Input            data    0 1 data", "Split            s       1 2 data a b"], b""
    for i, name in enumerate(layers):
        layer = net.get_submodule(name)
        weight = layer.weight.detach().numpy()  # type: ignore[union-attr, operator]
        if isinstance(layer, nn.PReLU):
            lines.append(f"PReLU            p{i}      1 1 a b 0={len(weight)}")
            blob += weight.tobytes()
            continue
        lines.append(f"Convolution      c{i}      1 1 a b 0={len(weight)} 1=3 4=1 5=1 6={weight.size} 9=2 -23310=1,2.000000e-01")
        kernel = weight.astype(np.float16 if half else np.float32).tobytes()
        blob += (HALF if half else bytes(4)) + kernel + bytes(-len(kernel) % 4) + layer.bias.detach().numpy().tobytes()  # type: ignore[union-attr, operator]
    param.write_text("\n".join(["7767517", f"{len(lines)} {len(lines) + 1}", *lines]) + "\n", "ascii")
    numbers.write_bytes(blob)
