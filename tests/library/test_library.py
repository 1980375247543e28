"""`from ganapp import ...`: pictures in as PIL or as paths, PIL out, and the same as the task makes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import ganapp
from ganapp.base.errors import UserError
from ganapp.pictures import images
from ganapp.tasks import upscale as task
from tests.support.docs import python_blocks


def photo(width: int = 24, height: int = 16) -> Image.Image:
    across = np.linspace(40, 200, width)[None, :, None] + np.arange(3) * 10
    return Image.fromarray(np.broadcast_to(across, (height, width, 3)).astype(np.uint8))


def test_enlarging_is_what_the_task_does(tmp_path: Path) -> None:
    small = photo()
    small.save(tmp_path / "small.png")
    by_path, by_picture = ganapp.upscale(tmp_path / "small.png", 2), ganapp.upscale(small, 2)
    report = task.run(task.Request(picture=images.data_uri((tmp_path / "small.png").read_bytes()), factor=2.0))
    assert by_path.size == (48, 32)
    assert np.array_equal(np.asarray(by_path), np.asarray(by_picture))
    assert np.array_equal(np.asarray(by_path), np.asarray(Image.open(io.BytesIO(report.file.blob))))


def test_a_repair_changes_what_is_marked_and_nothing_else() -> None:
    whole = photo(64, 48)
    mask = Image.new("L", whole.size)
    mask.paste(255, (20, 16, 30, 26))
    mended = np.asarray(ganapp.repair(whole, mask, grow=0, soften=0))
    outside = np.asarray(mask) == 0
    assert np.array_equal(mended[outside], np.asarray(whole)[outside])


def test_a_style_by_name_and_from_a_picture() -> None:
    painted = ganapp.stylize(photo(48, 32), "starry-night", strength=1.0)
    own = ganapp.stylize(photo(48, 32), photo(32, 32).rotate(90))
    assert painted.size == own.size == (48, 32)
    assert not np.array_equal(np.asarray(painted.convert("RGB")), np.asarray(photo(48, 32)))


def test_digits_follow_from_their_seed() -> None:
    one, two = ganapp.sample(7, seed=2, pixels=64), ganapp.sample(7, seed=2, pixels=64)
    assert one.size == (64, 64)
    assert one.tobytes() == two.tobytes() != ganapp.sample(7, seed=3, pixels=64).tobytes()


def test_what_cannot_be_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="factor"):
        ganapp.upscale(photo(), 900)
    with pytest.raises(UserError, match="brightness"):
        ganapp.upscale(photo(), 2, brightness=3)
    with pytest.raises(UserError, match="nowhere"):
        ganapp.upscale(tmp_path / "nowhere.png")
    with pytest.raises(AttributeError, match="enhance"):
        _ = ganapp.enhance  # type: ignore[attr-defined]


def test_the_callers_threads_stay_theirs() -> None:
    before = torch.get_num_threads()
    ganapp.sample(1, pixels=32)
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("page", ["library.md", "library.zh.md"])
def test_the_examples_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo(64, 48).save(tmp_path / "photo.jpg")
    mask = Image.new("L", (64, 48))
    mask.paste(255, (20, 16, 30, 26))
    mask.save(tmp_path / "mask.png")
    monkeypatch.chdir(tmp_path)
    blocks = python_blocks(page)
    assert len(blocks) == 4
    for block in blocks:
        exec(compile(block, page, "exec"), {})  # noqa: S102 - our own documents
    assert {path.suffix for path in tmp_path.iterdir()} == {".jpg", ".png"}
