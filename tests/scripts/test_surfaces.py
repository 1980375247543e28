"""The script that picks pictures of surfaces out of a game's files."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scripts import surfaces

RANDOM = np.random.default_rng(0)


def blob(levels: np.ndarray, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels).save(file, kind)
    return file.getvalue()


def rough(side: int, channels: int = 3) -> np.ndarray:
    return RANDOM.integers(40, 220, (side, side, channels), np.uint8)


def test_rough_pictures_are_kept_and_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    game, out = tmp_path / "game", tmp_path / "out"
    (game / "textures").mkdir(parents=True)
    seen_through = rough(300, 4)
    seen_through[:100, :, 3] = 0
    ramp = np.broadcast_to(np.linspace(0, 255, 300).astype(np.uint8)[:, None, None], (300, 300, 3))
    for name, levels in (
        ("bark", rough(300)),
        ("bark_norm", rough(300)),
        ("small", rough(200)),
        ("leaf", seen_through),
        ("sky", np.ascontiguousarray(ramp)),
        ("sign", (rough(300) > 128).astype(np.uint8) * 255),
    ):
        (game / "textures" / f"{name}.png").write_bytes(blob(levels))
    (game / "textures" / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    wall = rough(900)
    with zipfile.ZipFile(game / "more.pk3", "w") as archive:
        archive.writestr("wall.tga", blob(wall, "TGA"))
        archive.writestr("again/wall.tga", blob(wall, "TGA"))
        archive.writestr("notes.txt", "nothing")
    monkeypatch.setattr(sys, "argv", ["surfaces.py", str(out), str(game), "--count", "9"])
    surfaces.main()
    assert capsys.readouterr().out == "2 pictures of 8\n"
    sizes = {Image.open(path).size for path in out.glob("game-000*.webp")}
    assert sizes == {(300, 300), (640, 640)}
