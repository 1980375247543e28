"""Paintings that are styles by name: the 100 numbers that the predictor of the net for any picture makes of each.

assets/styles/paintings.json holds the numbers, assets/pictures/paintings small pictures of the works, all in the public domain; both are
made by scripts/painting_codes.py.
"""

from __future__ import annotations

import json
from functools import cache

import torch
from torch import Tensor

from ganapp.base import paths

VAN_GOGH = ("Vincent van Gogh", "文森特·梵高")
HOKUSAI = ("Katsushika Hokusai", "葛饰北斋")
HIROSHIGE = ("Utagawa Hiroshige", "歌川广重")
MORISOT = ("Berthe Morisot", "贝尔特·莫里索")
# In the order of the gallery: the name of the style, its painter, the work in both languages, and the year.
PAINTINGS = {
    "the-starry-night": (VAN_GOGH, "The Starry Night", "星夜", "1889"),
    "the-great-wave": (HOKUSAI, "The Great Wave off Kanagawa", "神奈川冲浪里", "1831"),
    "village-street": (VAN_GOGH, "Village Street in Auvers", "奥维尔的乡村街道", "1890"),
    "composition": (("Wassily Kandinsky", "瓦西里·康定斯基"), "Composition VIII", "构成第八号", "1923"),
    "fish-and-prawn": (HIROSHIGE, "Horse Mackerel and Prawn", "竹荚鱼与虾", "1840"),
    "oiran": (HOKUSAI, "Oiran and Kamuro", "花魁与秃", "1800"),
    "cafe": (VAN_GOGH, "Café Terrace at Night", "夜晚的露天咖啡座", "1888"),
    "ejiri": (HOKUSAI, "Ejiri in Suruga Province", "骏州江尻", "1831"),
    "poppies": (HOKUSAI, "Poppies", "罂粟花", "1833"),
    "pere-tanguy": (VAN_GOGH, "Portrait of Père Tanguy", "唐吉老爹", "1887"),
    "ryogoku-bridge": (HOKUSAI, "Viewing Sunset over the Ryogoku Bridge", "两国桥夕阳", "1831"),
    "girls-at-the-piano": (("Pierre-Auguste Renoir", "皮埃尔-奥古斯特·雷诺阿"), "Girls at the Piano", "弹钢琴的少女", "1892"),
    "church-at-auvers": (VAN_GOGH, "The Church at Auvers", "奥维尔教堂", "1890"),
    "summertime": (("Mary Cassatt", "玛丽·卡萨特"), "Summertime", "夏日", "1894"),
    "langlois-bridge": (VAN_GOGH, "The Langlois Bridge", "朗格卢瓦桥", "1888"),
    "playing-in-the-sand": (MORISOT, "Playing in the Sand", "玩沙", "1892"),
    "snow-at-inokashira": (HIROSHIGE, "The Benzaiten Shrine at Inokashira in Snow", "井之头弁财天社雪景", "1837"),
    "garden-in-bougival": (MORISOT, "The Garden at Bougival", "布吉瓦尔的花园", "1884"),
}


def words(name: str) -> dict[str, object]:
    """What the page says of a painting's style, as `values` of a model."""
    artist, en, zh, year = PAINTINGS[name]
    return {
        "artist": dict(zip(("en", "zh"), artist, strict=True)),
        "work": {"en": en, "zh": zh},
        "year": year,
        "picture": f"pictures/paintings/{name}.webp",
    }


@cache
def _codes() -> dict[str, list[float]]:
    known: dict[str, list[float]] = json.loads((paths.assets() / "styles" / "paintings.json").read_text(encoding="utf-8"))
    return known


def code(name: str) -> Tensor:
    """The 100 numbers of a painting's look, (100,)."""
    return torch.tensor(_codes()[name])
