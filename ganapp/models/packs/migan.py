"""MI-GAN on the Hub: a small net that fills holes."""

from ganapp.models.packs import Model, Pack
from ganapp.models.packs._others import filler

FILE = "migan_pipeline_v2.onnx"
TITLE = {"en": "MI-GAN", "zh": "MI-GAN"}
PACK = Pack(
    "andraniksargsyan/migan",
    "main",
    "MIT",
    {FILE: ""},
    {"migan": Model("repair", TITLE, filler(FILE, "migan"), 120_000_000)},
    TITLE,
    "A. Sargsyan, S. Navasardyan, X. Xu, H. Shi 2023 (MI-GAN: A simple baseline for image inpainting on mobile devices)",
    {
        "en": "Fills large holes fast. Its training data, Places2, are for research.",
        "zh": "快速填补较大的空洞。其训练数据 Places2 仅供研究使用。",
    },
    bytes=28_000_000,
    needs=("onnxruntime",),
)
