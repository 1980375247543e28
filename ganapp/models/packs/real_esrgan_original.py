"""Real-ESRGAN on the Hub, as its authors published it: single precision, for enlarging twice and four times."""

from ganapp.models.packs import Model, Pack
from ganapp.models.packs._others import enlarger

X2, X4 = "RealESRGAN_x2plus.pth", "RealESRGAN_x4plus.pth"
PACK = Pack(
    "nateraw/real-esrgan",
    "main",
    "BSD-3-Clause",
    {X2: "", X4: ""},
    {
        "real-esrgan-original-x2": Model(
            "upscale", {"en": "Real-ESRGAN x2, original", "zh": "Real-ESRGAN x2 原版"}, enlarger(X2, "real-esrgan-original-x2"), 67_000_000
        ),
        "real-esrgan-original-x4": Model(
            "upscale", {"en": "Real-ESRGAN x4, original", "zh": "Real-ESRGAN x4 原版"}, enlarger(X4, "real-esrgan-original-x4"), 67_000_000
        ),
    },
    {"en": "Real-ESRGAN, original files", "zh": "Real-ESRGAN 原版文件"},
    "X. Wang, L. Xie, C. Dong, Y. Shan 2021 (Real-ESRGAN: Training real-world blind super-resolution with pure synthetic data)",
    {
        "en": "Enlarges photos two or four times; the best and the slowest. The pack real-esrgan is the same at half the size, without x2.",
        "zh": "将照片放大两倍或四倍；效果最好，也最慢。模型包 real-esrgan 内容相同，大小减半，但没有两倍放大。",
    },
    bytes=134_102_714,
    needs=("spandrel",),
)
