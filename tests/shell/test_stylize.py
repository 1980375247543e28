"""Stylize in the shell: photos, folders and zips, going on where it stopped, every setting passed on, masks, and what cannot be painted."""

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
from ganapp.models import packs
from ganapp.pictures import images
from ganapp.shell import main
from ganapp.tasks import stylize
from tests.shell.test_upscale import files
from tests.shell.test_upscale import photos as photos  # noqa: PLC0414 - a fixture
from tests.support import tinymodel


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tinymodel.stylizers(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(autouse=True)
def house(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr(paths, "shipped_models", lambda: models)
    monkeypatch.setattr(packs, "packs", dict)  # what is listed are these alone
    monkeypatch.chdir(tmp_path)


def test_a_folder_goes_on_where_it_stopped(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["stylize", str(photos), "--style", "cafe-terrace", "--out", str(tmp_path / "out"), "--json"]
    assert main.main(line) == 1
    told = capsys.readouterr()
    reports = [json.loads(each) for each in told.out.splitlines()]
    assert [report["photo"] for report in reports] == ["a.jpg", "a.png", "c.webp", "sub/b.jpg"]
    assert {report["style"] for report in reports} == {"stylize-cafe-terrace"}
    assert "broken.png: This picture is cut short" in told.err
    assert "4 of 5 photos are in" in told.err
    assert files(tmp_path / "out") == ["a.jpg-cafe-terrace.png", "a.png-cafe-terrace.png", "c-cafe-terrace.png", "sub/b-cafe-terrace.png"]
    assert Image.open(tmp_path / "out" / "sub" / "b-cafe-terrace.png").size == (12, 18)
    (photos / "broken.png").write_bytes((photos / "a.png").read_bytes())
    assert main.main(line) == 0
    assert [json.loads(each)["photo"] for each in capsys.readouterr().out.splitlines()] == ["broken.png"]


def test_photos_and_a_zip_into_a_zip_with_masks(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    half = np.zeros((12, 18), np.uint8)
    half[:, :9] = 255
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.write(photos / "a.png", "deep/c.png")
        archive.writestr("deep/d.png", (photos / "a.png").read_bytes())
    (tmp_path / "masks" / "deep").mkdir(parents=True)
    for name in ("a.png", "deep/c.webp"):
        Image.fromarray(half).save(tmp_path / "masks" / name)
    line = ["stylize", str(photos / "a.png"), "in.zip", "--mask", "masks", "--form", "webp", "--out", "out.zip"]
    assert main.main(line) == 1
    assert "deep/d.png: There is no mask of this name" in capsys.readouterr().err
    assert files(tmp_path / "out.partial") == ["a-great-wave.webp", "deep/c-great-wave.webp"]
    Image.fromarray(half).save(tmp_path / "masks" / "deep" / "d.png")
    assert main.main(line) == 0
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert sorted(archive.namelist()) == ["a-great-wave.webp", "deep/c-great-wave.webp", "deep/d-great-wave.webp"]


def test_every_setting_is_passed_on(photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[stylize.Request] = []
    run = stylize.run
    monkeypatch.setattr(stylize, "run", lambda request: asked.append(request) or run(request))
    given = {
        "blend": 0.3, "strength": 0.4, "strokes": 1.5, "seed": 6, "detail": 0.9, "colours": "matched", "where": "outside",
        "form": "jpeg", "quality": 55, "tile": 32,
    }  # fmt: skip
    flags = [part for name, value in given.items() for part in (f"--{name}", str(value))]
    half = np.zeros((12, 18), np.uint8)
    half[:6] = 255
    Image.fromarray(half).save(tmp_path / "mask.png")
    picture, painting, mask = (images.data_uri(path.read_bytes()) for path in (photos / "a.png", photos / "a.jpg", tmp_path / "mask.png"))
    more = ["--style", "starry-night", "--second", str(photos / "a.jpg"), "--mask", "mask.png", "--keep-gps", "--out", "out"]
    assert main.main(["stylize", str(photos / "a.png"), *flags, *more]) == 0
    wanted = {**given, "picture": picture, "style": "starry-night", "painting": "", "second": "own", "second_painting": painting}
    assert dataclasses.asdict(asked[0]) == {**wanted, "mask": mask, "name": "a.png", "keep_gps": True}
    assert main.main(["stylize", str(photos / "a.png"), "--style", str(photos / "a.jpg"), "--out", "b.webp", "--strength", "0"]) == 0
    assert (asked[1].style, asked[1].painting, asked[1].form) == ("own", painting, "webp")
    assert Image.open(tmp_path / "b.webp").format == "WEBP"
    assert files(tmp_path / "out") == ["a-starry-night-own.jpg"]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        (["none.png"], "none.png"), (["empty"], "no pictures in"), (["broken.zip"], "neither a folder nor a zip"),
        (["in/a.png", "--strength", "9"], "strength"), (["in/a.png", "--style", "nobody"], "no model called nobody"),
        (["in/a.png", "--style", "any"], "taken from a picture"), (["in/a.png", "--style", "nobody.jpg"], "nobody.jpg"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("photos")
def test_refusals(line: list[str], part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.zip").write_bytes(b"PK")
    assert main.main(["stylize", *line, "--out", "out"]) in (1, 2)
    assert part in capsys.readouterr().err
    assert not files(tmp_path / "out") if (tmp_path / "out").exists() else True


@pytest.mark.parametrize("page", ["stylize.md", "stylize.zh.md"])
def test_the_examples_of_the_docs_run(page: str, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("photo.jpg", "painting.jpg"):
        Image.open(photos / "a.png").save(tmp_path / name)
    for name in ("broken.png", "c.webp"):
        (photos / name).unlink()
    photos.rename(tmp_path / "photos")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.write(tmp_path / "photo.jpg", "z.jpg")
    text = (paths.ROOT / "docs" / page).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.startswith("    python -m ganapp ")]
    assert len(lines) == 5
    for line in lines:
        capsys.readouterr()
        assert main.main(shlex.split(line)[3:]) == 0
    assert len(json.loads(capsys.readouterr().out)["styles"]) == 4
    painted = ["a.jpg-starry-night.jpg", "a.png-starry-night.jpg", "photo-own.png", "sub/b-starry-night.jpg", "z-starry-night.jpg"]
    assert files(tmp_path / "painted") == painted
    assert Image.open(tmp_path / "painted.jpg").format == "JPEG"
    assert (tmp_path / "painted.zip").is_file()
