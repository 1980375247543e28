"""Repair in the shell: one photo, folders and zips, going on where it stopped, and what cannot be mended."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganapp.shell import main
from tests.support import tinymodel

BASE = ("repair", "--model", "tinyrepair")


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LANG", "C")
    tinymodel.inpainter(tmp_path / "runs" / "models" / "tinyrepair")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """a.png, sub/b.jpg (upright only by its tag) and c.webp with alpha; masks for a and b."""
    random = np.random.default_rng(0)
    made = tmp_path / "in"
    for folder in (made / "sub", tmp_path / "masks" / "sub"):
        folder.mkdir(parents=True)
    noise = [random.integers(0, 256, (40, 60, 4), np.uint8) for _ in range(3)]
    Image.fromarray(noise[0][..., :3]).save(made / "a.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(noise[1][..., :3]).save(made / "sub" / "b.jpg", exif=exif)
    Image.fromarray(noise[2]).save(made / "c.webp", lossless=True, exact=True)
    (made / "notes.txt").write_text("no picture")
    marks = np.zeros((40, 60), np.uint8)
    marks[10:20, 10:20] = 255
    Image.fromarray(marks).save(tmp_path / "masks" / "a.png")
    Image.fromarray(np.rot90(marks, -1)).save(tmp_path / "masks" / "sub" / "b.png")
    Image.fromarray(marks).save(tmp_path / "one.png")
    return made


def test_one_photo(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out" / "mended.png"
    assert main.main([*BASE, str(photos / "a.png"), "--mask", str(tmp_path / "one.png"), "--out", str(out), "--grow", "2", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["outside_changed"], report["marked"]) == (0, 100)
    before, after = np.asarray(Image.open(photos / "a.png")), np.asarray(Image.open(out))
    assert (before != after).any()
    assert np.array_equal(before[30:], after[30:])


def test_a_folder_with_masks_of_the_same_names_goes_on_where_it_stopped(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [*BASE, str(photos), "--mask", str(tmp_path / "masks"), "--out", str(tmp_path / "out"), "--json"]
    assert main.main(line) == 1
    told = capsys.readouterr()
    assert [json.loads(each)["photo"] for each in told.out.splitlines()] == ["a.png", "sub/b.jpg"]
    assert "c.webp: There is no mask of this name." in told.err
    assert "2 of 3 photos" in told.err
    mended = Image.open(tmp_path / "out" / "sub" / "b.png")
    assert mended.size == (40, 60)
    assert mended.getexif()[0x0112] == 1
    (tmp_path / "masks" / "c.png").write_bytes((tmp_path / "masks" / "a.png").read_bytes())
    assert main.main(line) == 0
    assert [json.loads(each)["photo"] for each in capsys.readouterr().out.splitlines()] == ["c.webp"]
    kept = np.asarray(Image.open(tmp_path / "out" / "c.png"))
    assert np.array_equal(kept[..., 3], np.asarray(Image.open(photos / "c.webp"))[..., 3])
    assert not list((tmp_path / "out").rglob("*.partial"))


def test_photos_that_share_a_name_are_all_mended(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(photos / "sub")
    Image.open(photos / "a.png").save(photos / "a.jpg")
    (photos / "c.webp").rename(photos / "a-jpg.webp")
    line = [*BASE, str(photos), "--mask", str(tmp_path / "one.png"), "--out", str(tmp_path / "out"), "--json"]
    assert main.main(line) == 0
    told = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    files = {each["photo"]: Path(each["file"]).name for each in told}
    assert files == {"a.png": "a-png.png", "a.jpg": "a-jpg-2.png", "a-jpg.webp": "a-jpg.png"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(files.values())
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out" / "a-png.png"))[30:], np.asarray(Image.open(photos / "a.png"))[30:])
    assert main.main(line) == 0
    assert capsys.readouterr().out == "", "all are there already"


def test_a_zip_in_and_out_with_one_mask_for_all(photos: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.write(photos / "a.png", "deep/a.png")
        archive.write(photos / "c.webp", "c.webp")
        archive.writestr("../evil.png", (photos / "a.png").read_bytes())
    out = tmp_path / "out.zip"
    assert main.main([*BASE, str(source), "--mask", str(tmp_path / "one.png"), "--out", str(out), "--form", "lossless"]) == 0
    with zipfile.ZipFile(out) as archive:
        assert sorted(archive.namelist()) == ["c.png", "deep/a.png"]
    assert not (tmp_path / "out.partial").exists()


@pytest.mark.parametrize(
    ("line", "part"),
    [
        (["none.png", "--mask", "one.png"], "none.png"), (["in/a.png", "--mask", "masks"], "One photo takes one mask"),
        (["empty", "--mask", "one.png"], "no pictures in"), (["broken.zip", "--mask", "one.png"], "neither a folder nor a zip"),
        (["in/a.png", "--mask", "one.png", "--grow", "99"], "grow"), (["in/sub/b.jpg", "--mask", "one.png"], "photo's shape"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("photos")
def test_refusals(line: list[str], part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK")
    assert main.main([*BASE, *line, "--out", "out.png"]) == 2
    assert part in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()
