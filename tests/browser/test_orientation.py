"""Page and server agree on what is upright, for every way in which a file can say it; what is marked is what is mended."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ganapp.pictures import containers, photo
from tests.browser.conftest import Visit
from tests.browser.test_repair import drag, mended, opened, saved
from tests.pictures import test_images
from tests.support import turned

pytestmark = pytest.mark.browser

BYTES = "const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));"
UPRIGHT = f"""async ([module, files]) => {{
  {BYTES}
  const {{ upright }} = await import(module);
  const answers = [];
  for (const file of files) {{
    const blob = new Blob([bytes(file)]);
    const bitmap = await upright(blob);
    const {{ width, height }} = bitmap;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const half = await upright(blob, {{ width: width / 2, height: height / 2 }});
    const {{ data }} = context.getImageData(0, 0, width, height);
    answers.push([width, height, half.width, half.height, btoa(String.fromCharCode(...data))]);
  }}
  return answers;
}}"""
INSPECT = f"""async ([module, files]) => {{
  {BYTES}
  const {{ inspect }} = await import(module);
  const answers = [];
  for (const file of files) answers.push((await inspect(bytes(file))).orientation);
  return answers;
}}"""


def coded(blobs: list[bytes]) -> list[str]:
    return [base64.b64encode(blob).decode() for blob in blobs]


def module(page: Page, name: str) -> str:
    """Address of one of the page's modules."""
    words = page.locator("link[rel=modulepreload][href*='js/shell/words.js']").evaluate("link => link.href")
    return str(words).replace("shell/words.js", f"parts/{name}.js")


def spoilt(blob: bytes, seed: int) -> bytes:
    """A file with a few bytes changed, mostly in its tags."""
    random = np.random.default_rng(seed)
    made = bytearray(blob)
    for _ in range(int(random.integers(1, 5))):
        made[int(random.integers(2, min(len(made), 260)))] = int(random.choice([0, 1, 6, 255, int(random.integers(256))]))
    return bytes(made[: int(random.integers(20, len(made)))] if random.random() < 0.2 else made)


def test_page_and_server_see_every_file_alike(visit: Visit) -> None:
    page = visit("/repair")
    files = turned.files()
    here = {name: blob for name, (blob, _) in files.items()}
    answers: list[Any] = page.evaluate(UPRIGHT, [module(page, "bitmap"), coded([*here.values()])])
    for (name, blob), (width, height, half_width, half_height, data) in zip(here.items(), answers, strict=True):
        shot = photo.read(blob).pixels
        assert (height, width) == shot.shape[:2], name
        assert (half_height, half_width) == (height // 2, width // 2), name
        seen = np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)[..., :3]
        assert np.abs(seen.astype(int) - shot).max() <= 3, name  # two decoders of JPEG
    blobs = [spoilt(blob, seed) for seed in range(12) for blob in here.values() if len(blob) < 50_000]
    script = module(page, "tags")
    read = page.evaluate(INSPECT, [script, coded(blobs)])
    assert read == [containers.tags(blob).orientation for blob in blobs]
    assert len(set(read)) == 8


def test_what_is_marked_is_what_is_mended(visit: Visit, tmp_path: Path) -> None:
    files = turned.files()
    for name, (blob, _) in files.items():
        (tmp_path / name).write_bytes(blob)
    page = opened(visit, tmp_path / "xmp.webp")
    for name in ("long.jpg", "doubled.jpg", "magick-exif.png", "xmp.png", "webp-5.webp", "two.jpg", "xmp.jpg"):
        page.locator("#photo").set_input_files(tmp_path / name)
        shot = photo.read(files[name][0])
        expect(page.locator("#fact-size")).to_have_text(f"{shot.width} × {shot.height}")
    shot = photo.read(files["xmp.jpg"][0])
    drag(page, (0.45, 0.1), (0.55, 0.1))  # near the top, in the middle: elsewhere in the file as it is stored
    mended(page)
    page.locator("#save").click()
    after = saved(page, tmp_path / "mended.png")
    rows, columns = np.nonzero((after != shot.pixels).any(axis=2))
    assert len(rows) > 5
    assert rows.max() < shot.height * 0.4
    assert (columns.min() + columns.max()) / 2 == pytest.approx(shot.width / 2, abs=shot.width * 0.15)
    assert Image.open(tmp_path / "mended.png").size == (40, 60)


def test_a_mask_file_is_taken_or_told(visit: Visit, tmp_path: Path) -> None:
    from tests.pictures.test_border import TAKEN, UNCLEAR

    Image.fromarray(np.tile(np.arange(60, dtype=np.uint8) * 4, (40, 1))).save(tmp_path / "photo.png")
    page = opened(visit, tmp_path / "photo.png")
    for name in ("0 and 1", "red on black", "a red JPEG"):
        (tmp_path / "mask").write_bytes(TAKEN[name])
        page.locator("#mask").set_input_files(tmp_path / "mask")
        expect(page.locator("#fact-marked")).to_have_text("14.0 %")
        page.locator("[data-act=clear]").click()
        expect(page.locator("#fact-marked")).not_to_have_text("14.0 %")
    trouble = page.locator("#oops")
    for blob, sentence in (
        (UNCLEAR["red on white"], "not clear"),
        (TAKEN["0 and 1 in 16 bits"], "not clear"),
        (test_images.saved(Image.new("L", (50, 50))), "shape"),
    ):
        (tmp_path / "mask").write_bytes(blob)
        page.locator("#mask").set_input_files(tmp_path / "mask")
        expect(trouble).to_contain_text(sentence)
