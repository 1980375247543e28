"""Upscale in the shell: photos, folders and zips, going on where it stopped, every setting passed on, and what cannot be enlarged."""

from __future__ import annotations

import dataclasses
import json
import shlex
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.shell import main
from ganapp.tasks import upscale
from tests.support import tinymodel


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "none")
    monkeypatch.chdir(tmp_path)
    tinymodel.upscalers(tmp_path / "runs" / "models")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """a.png, a.jpg, sub/b.jpg (upright only by its tag), c.webp with alpha, broken.png, and what is no photo."""
    random = np.random.default_rng(0)
    made = tmp_path / "in"
    (made / "sub").mkdir(parents=True)
    noise = random.integers(0, 256, (12, 18, 4), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(noise[..., :3]).save(made / "a.png")
    Image.fromarray(noise[..., :3]).save(made / "a.jpg")
    Image.fromarray(noise[..., :3]).save(made / "sub" / "b.jpg", exif=exif)
    Image.fromarray(noise).save(made / "c.webp", lossless=True)
    (made / "broken.png").write_bytes((made / "a.png").read_bytes()[:90])
    (made / "notes.txt").write_text("no picture")
    return made


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_folder_goes_on_where_it_stopped(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["upscale", str(photos), "--scale", "2", "--model", "upscale-x4-photo", "--out", str(tmp_path / "out"), "--json"]
    assert main.main(line) == 1
    told = capsys.readouterr()
    reports = [json.loads(each) for each in told.out.splitlines()]
    assert [report["photo"] for report in reports] == ["a.jpg", "a.png", "c.webp", "sub/b.jpg"]
    assert [report["nets"] for report in reports] == [["upscale-x2-photo"]] * 4
    assert "broken.png: This picture is cut short" in told.err
    assert "4 of 5 photos are in" in told.err
    assert files(tmp_path / "out") == ["a.jpg-x2.png", "a.png-x2.png", "c-x2.png", "sub/b-x2.png"]
    upright = Image.open(tmp_path / "out" / "sub" / "b-x2.png")
    assert (upright.size, upright.getexif()[0x0112]) == ((24, 36), 1)
    assert Image.open(tmp_path / "out" / "c-x2.png").mode == "RGBA"
    (photos / "broken.png").write_bytes((photos / "a.png").read_bytes())
    assert main.main(line) == 0
    assert [json.loads(each)["photo"] for each in capsys.readouterr().out.splitlines()] == ["broken.png"]


def test_photos_and_a_zip_into_a_zip(photos: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.write(photos / "c.webp", "deep/c.webp")
        archive.writestr("../evil.png", (photos / "a.png").read_bytes())
    inputs = [str(photos / "a.png"), str(tmp_path / "in.zip")]
    assert main.main(["upscale", *inputs, "--width", "50", "--form", "webp", "--out", str(tmp_path / "out.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert sorted(archive.namelist()) == ["a-50w.webp", "deep/c-50w.webp"]
    assert not (tmp_path / "out.partial").exists()


def test_every_setting_is_passed_on(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[upscale.Request] = []
    run = upscale.run
    monkeypatch.setattr(upscale, "run", lambda request: asked.append(request) or run(request))
    given = {"scale": 1.5, "width": 20, "model": "fidelity", "strength": 0.4, "denoise": 0.9, "form": "jpeg", "quality": 55, "tile": 32}
    flags = [part for name, value in given.items() for part in (f"--{name}", str(value))]
    assert main.main(["upscale", str(photos / "a.png"), *flags, "--keep-gps", "--out", str(tmp_path / "out")]) == 0
    wanted = {"factor" if name == "scale" else name: value for name, value in given.items()} | {"keep_gps": True, "name": "a.png"}
    got = dataclasses.asdict(asked[0])
    assert {name: got[name] for name in wanted} == wanted
    assert set(wanted) == set(got) - {"picture"}


@pytest.mark.parametrize(
    ("line", "part"),
    [
        (["none.png"], "none.png"), (["empty"], "no pictures in"), (["broken.zip"], "neither a folder nor a zip"),
        (["in/a.png", "--scale", "9"], "factor"), (["in/a.png", "--model", "nobody"], "no model called nobody"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("photos")
def test_refusals(line: list[str], part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK")
    assert main.main(["upscale", *line, "--out", "out"]) in (1, 2)
    assert part in capsys.readouterr().err
    assert not files(tmp_path / "out") if (tmp_path / "out").exists() else True


@pytest.mark.parametrize("page", ["upscale.md", "upscale.zh.md"])
def test_the_examples_of_the_docs_run(page: str, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.open(photos / "a.png").save(tmp_path / "photo.jpg")
    for name in ("broken.png", "c.webp"):
        (photos / name).unlink()
    photos.rename(tmp_path / "photos")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.write(tmp_path / "photo.jpg", "z.jpg")
    text = (paths.ROOT / "docs" / page).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.startswith("    python -m ganapp ")]
    assert len(lines) == 5
    capsys.readouterr()
    for line in lines:
        arguments = shlex.split(line)[3:]
        if "3840" in arguments:
            arguments[arguments.index("3840")] = "38"  # the photo of this test is small
        assert main.main(arguments) == 0
        assert "--json" not in arguments or json.loads(capsys.readouterr().out)
    large = ["a.jpg-x2.jpg", "a.png-x2.jpg", "photo-x4.png", "sub/b-x2.jpg", "z-x2.jpg"]
    assert files(tmp_path / "large") == large
    assert (tmp_path / "large.zip").is_file()
