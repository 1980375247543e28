"""What packs of files of other makes share: each is opened and probed as files that a person brings are (foreign_*.py)."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ganapp.models.packs import Model, Pack

ZOO = "J. Johnson, A. Alahi, L. Fei-Fei 2016 (Perceptual losses); weights of PyTorch's examples, converted by the ONNX Model Zoo"


def filler(file: str, name: str) -> Any:
    """A function that opens a file that fills holes."""
    return _opener("foreign_filler", file, name)


def enlarger(file: str, name: str) -> Any:
    """A function that opens a file that enlarges."""
    return _opener("foreign_enlarger", file, name)


def _opener(module: str, file: str, name: str) -> Any:
    def promise(files: Mapping[str, Path]) -> Any:
        return replace(importlib.import_module(f"ganapp.models.{module}").opened(files[file]), id=name)

    return promise


def style_of_the_zoo(file: str, size: int, en: str, zh: str) -> Pack:
    """A style of the ONNX Model Zoo, whose repository is called as its file; size: bytes of the file."""
    name = f"style-{file.rpartition('-')[0]}"

    def promise(files: Mapping[str, Path]) -> Any:
        from ganapp.models import foreign_painter

        return foreign_painter.of_file(files[f"{file}.onnx"], name)

    title = {"en": en, "zh": zh}
    return Pack(
        f"onnxmodelzoo/{file}",
        "main",
        "Apache-2.0",
        {f"{file}.onnx": ""},
        {name: Model("stylize", title, promise, 4 * size)},
        title,
        ZOO,
        {"en": "Repaints photos in one fixed style, at 224 x 224 pixels.", "zh": "以一种固定风格重绘照片，内部尺寸为 224 x 224 像素。"},
        bytes=size,
        needs=("onnxruntime",),
    )
