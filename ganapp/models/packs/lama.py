"""LaMa on the Hub: a large net that fills holes."""

from ganapp.models.packs import Model, Pack
from ganapp.models.packs._others import filler

FILE = "lama_fp32.onnx"
TITLE = {"en": "LaMa", "zh": "LaMa"}
PACK = Pack(
    "Carve/LaMa-ONNX",
    "main",
    "Apache-2.0",
    {FILE: ""},
    {"lama": Model("repair", TITLE, filler(FILE, "lama"), 900_000_000)},
    TITLE,
    "R. Suvorov et al. 2022 (Resolution-robust large mask inpainting with Fourier convolutions); converted by Carve.Photos",
    {
        "en": "Continues regular patterns through large holes, at 512 x 512 pixels; slow, and takes much memory.",
        "zh": "能在较大的空洞中延续规则的图案，内部尺寸为 512 x 512 像素；较慢，占用内存较多。",
    },
    bytes=208_044_816,
    needs=("onnxruntime",),
)
