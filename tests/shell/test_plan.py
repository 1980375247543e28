"""Which photo makes which file, for repair, upscale and stylize alike: nothing is lost, nothing counted twice, nothing painted over."""

from __future__ import annotations

import io
import json
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganapp.base import filenames, paths
from ganapp.pictures import images, photo_file
from ganapp.shell import main
from ganapp.shell import record as shell_record
from ganapp.tasks import repair, stylize, upscale
from tests.support import tinymodel, zips

LINES = {
    "repair": ["--model", "tinyrepair", "--mask", "mask.png"],
    "upscale": ["--scale", "2", "--model", "fidelity"],
    "stylize": ["--style", "cafe-terrace"],
}
ENDS = {"repair": "", "upscale": "-x2", "stylize": "-cafe-terrace"}
TRADES = pytest.mark.parametrize("trade", list(LINES))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tinymodel.stylizers(tmp_path_factory.mktemp("shipped"))
    tinymodel.upscalers(root)
    tinymodel.inpainter(root / "tinyrepair")
    return root


@pytest.fixture(autouse=True)
def house(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr(paths, "shipped_models", lambda: models)
    monkeypatch.chdir(tmp_path)
    marks = np.zeros((20, 30), np.uint8)
    marks[8:12, 8:12] = 255
    Image.fromarray(marks).save("mask.png")


def photo(seed: int = 0, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (20, 30, 3), np.uint8)).save(out, form)
    return out.getvalue()


def lay(files: dict[str, bytes]) -> None:
    for name, blob in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(blob)


def held(folder: str) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


def run(trade: str, *arguments: str) -> int:
    return main.main([trade, *arguments, *LINES[trade]])


def reports(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_result_never_takes_the_place_of_its_photo(capsys: pytest.CaptureFixture[str]) -> None:
    lay({"d/scan.png": photo(), "d/scan2.jpg": photo(1, "JPEG")})
    assert run("repair", "d/scan.png", "--out", "d/scan.jpg") == 0
    assert Path("d/scan.png").read_bytes() == photo()
    assert Image.open("d/scan.jpg").format == "JPEG", "the ending says which kind of file is wanted"
    capsys.readouterr()
    assert run("repair", "d/scan.png", "--out", "d/scan3.jpg", "--form", "lossless", "--json") == 0
    assert [Path(report["file"]).name for report in reports(capsys) if report] == ["scan3.png"]
    assert run("repair", "d/scan2.jpg", "--out", "d/scan.png") == 2, "another file stands there"
    for trade in LINES:
        assert run(trade, "d/scan.png", "--out", "d/scan.png") == 2
        assert "scan.png is an input" in capsys.readouterr().err
    assert Path("d/scan.png").read_bytes() == photo()
    assert run("repair", "d/scan.png", "--out", "mask.png") == 2, "a mask is an input too"
    assert run("repair", "d/scan.png", "--out", "d/scan.png", "--overwrite") == 0
    assert Path("d/scan.png").read_bytes() != photo()


def test_a_lossless_result_under_a_name_of_jpeg_spares_the_photo(capsys: pytest.CaptureFixture[str]) -> None:
    lay({"d/scan.png": photo()})
    assert run("repair", "d/scan.png", "--out", "d/scan.jpg", "--form", "lossless") == 0
    assert held("d") == ["scan-2.png", "scan.png"]
    assert Path("d/scan.png").read_bytes() == photo()


@TRADES
@pytest.mark.parametrize("inputs", [("a/IMG_0001.png", "b/IMG_0001.png"), ("a", "b"), ("x/a", "y/a"), ("a", "a.zip")])
def test_photos_of_one_name_make_a_result_each(trade: str, inputs: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    if trade == "repair":  # which takes one input
        lay({"in/a/IMG_0001.png": photo(0), "in/b/IMG_0001.png": photo(1)})
        inputs = ("in",)
    lay({f"{folder}/IMG_0001.png": photo(i) for i, folder in enumerate(("a", "b", "x/a", "y/a"))})
    zips.packed(Path("a.zip"), {"IMG_0001.png": photo(9)})
    assert run(trade, *inputs, "--out", "o", "--json") == 0
    files = [report["file"] for report in reports(capsys)]
    assert len(set(files)) == 2 == len(held("o"))
    assert len({Path(file).read_bytes() for file in files}) == 2
    if inputs[-1].startswith("b"):
        assert held("o") == [f"a/IMG_0001{ENDS[trade]}.png", f"b/IMG_0001{ENDS[trade]}.png"]
    assert run(trade, *inputs, "--out", "o", "--json") == 0
    assert reports(capsys) == [], "all are there already"
    assert len(held("o")) == 2


def test_one_file_given_twice_is_done_once(capsys: pytest.CaptureFixture[str]) -> None:
    lay({"a/1.png": photo()})
    assert run("upscale", "a/1.png", "a", "a/../a/1.png", "--out", "o") == 0
    assert held("o") == ["1-x2.png"]
    assert "1 of 1 photos" in capsys.readouterr().err


def test_a_later_run_on_other_photos_of_the_same_names_does_them(capsys: pytest.CaptureFixture[str]) -> None:
    lay({"a/1.png": photo(1), "b/1.png": photo(2)})
    assert run("upscale", "a", "--out", "o") == 0
    assert run("upscale", "b", "--out", "o", "--json") == 0
    assert [Path(report["file"]).name for report in reports(capsys)] == ["1-x2-2.png"]
    assert main.main(["upscale", "a", "--scale", "2", "--model", "fidelity", "--form", "png", "--tile", "64", "--out", "o"]) == 0
    assert held("o") == ["1-x2-2.png", "1-x2-3.png", "1-x2.png"], "other settings make another result"
    assert run("upscale", "a", "b", "--out", "o", "--json") == 0
    assert reports(capsys) == []


def test_a_file_that_was_not_made_here_is_left_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    lay({"a/1.png": photo(1), "a/2.png": photo(2), "o/1-x2.png": b"mine"})
    assert run("upscale", "a", "--out", "o") == 0
    assert "1.png: o/1-x2.png was there already and is left as it is" in capsys.readouterr().err
    Path("o/2-x2.png").write_bytes(b"retouched by hand")
    assert run("upscale", "a", "--out", "o") == 0
    assert Path("o/1-x2.png").read_bytes() == b"mine"
    assert Path("o/2-x2.png").read_bytes() == b"retouched by hand"
    assert held("o") == ["1-x2.png", "2-x2-2.png", "2-x2.png"]
    assert "/o/1-x2.png was there already" in capsys.readouterr().err, "told every time"
    assert run("upscale", "a/1.png", "--out", "o/1-x2.png") == 2
    assert "o/1-x2.png is there already" in capsys.readouterr().err
    assert run("upscale", "a", "--out", "o", "--overwrite") == 0
    assert Image.open("o/1-x2.png").size == (60, 40)


@TRADES
@pytest.mark.parametrize("recorded", [True, False])
def test_a_folder_into_itself_twice_enlarges_no_result(trade: str, recorded: bool, capsys: pytest.CaptureFixture[str]) -> None:
    lay({"self/p.jpg": photo(1, "JPEG"), "self/sub/q.png": photo(2)})
    before = {name: Path("self", name).read_bytes() for name in held("self")}
    end = ENDS[trade] or "-repaired"
    for _ in range(2):
        assert run(trade, "self", "--out", "self") == 0
        assert held("self") == sorted([f"p{end}.png", "p.jpg", f"sub/q{end}.png", "sub/q.png"])
        if not recorded:
            shell_record.Record(Path("self")).forget()
    assert {name: Path("self", name).read_bytes() for name in before} == before
    assert "2 of 2 photos" in capsys.readouterr().err


def test_results_and_masks_below_the_folder_are_no_photos() -> None:
    lay({"self/p.png": photo(), "self/masks/p.png": Path("mask.png").read_bytes()})
    for _ in range(2):
        assert main.main(["repair", "self", "--model", "tinyrepair", "--mask", "self/masks", "--out", "self/out"]) == 0
        assert held("self/out") == ["p.png"]
    assert run("upscale", "self/p.png", "--out", "self/z.zip") == 0
    assert run("upscale", "self/p.png", "--out", ".") == 0, "the folder above is no place of results only"
    assert Path("p-x2.png").is_file()


@TRADES
def test_a_folder_that_is_there_takes_the_file(trade: str) -> None:
    lay({"p.png": photo()})
    Path("there.png").mkdir()
    assert run(trade, "p.png", "--out", "there.png") == 0
    assert held("there.png") == [f"p{ENDS[trade]}.png"]
    assert run(trade, "p.png", "--out", "made/new.webp" if trade != "repair" else "made/new.tif") == 0
    assert held("made") == ["new.png" if trade == "repair" else "new.webp"]


@TRADES
def test_what_lies_beside_the_photos_is_left_out_by_name(trade: str, capsys: pytest.CaptureFixture[str]) -> None:
    others = {"in/x.psd": b"8BPS", "in/y.svg": b"<svg/>", "in/z.raw": b"II*\0", "in/more.zip": b"PK\3\4"}
    lay({"in/x.jfif": photo(1, "JPEG"), "in/._x.jpg": b"\0\5\x16\7", "in/Thumbs.db": b"db", **others})
    assert run(trade, "in", "--out", "o.zip") == 0
    told = capsys.readouterr().err
    assert "Left out: x.psd, y.svg, z.raw. " in told
    assert "Left out: more.zip. " in told
    assert "._x.jpg" not in told
    assert "Thumbs.db" not in told
    with zips.zipfile.ZipFile("o.zip") as archive:
        assert archive.namelist() == [f"x{ENDS[trade]}.png"]
    assert not Path("o.partial").exists()
    assert run(trade, "in", "--out", "o.zip") == 2, "a zip file is not replaced unasked"


@TRADES
@pytest.mark.parametrize("stem", ["x" * 216, "照" * 83, "e\u0301" * 80, "x" * 249])
def test_long_names_are_shortened(trade: str, stem: str, capsys: pytest.CaptureFixture[str]) -> None:
    lay({f"in/{stem}.jpg": photo(1, "JPEG"), f"in/{stem[:-1]}y.jpg": photo(2, "JPEG")})
    assert run(trade, "in", "--out", "o", "--json") == 0
    files = [Path(report["file"]) for report in reports(capsys)]
    assert len(set(files)) == 2 == len(held("o"))
    assert all(len(file.stem.encode()) < 230 and file.name[0] == filenames.composed(stem)[0] for file in files)


def test_the_tasks_name_long_photos_too() -> None:
    name = f"{'照' * 83}.jpg"
    request = upscale.Request(picture="data:,", name=name)
    assert upscale.named(upscale._files.stem(request.name), 2, 0, "png").startswith("照照照")
    for called in (upscale.named(upscale._files.stem(name), 2, 0, "png"), stylize.named(name, stylize.Request("data:,", name=name), "png")):
        assert len(called.encode()) <= 255


def test_a_mask_is_found_whatever_folders_all_lie_in() -> None:
    mask = Path("mask.png").read_bytes()
    photos = zips.packed(Path("photos.zip"), {"photos/1.jpg": photo(1, "JPEG"), "photos/2.jpg": photo(2, "JPEG")})
    for masks in ({"masks/1.png": mask, "masks/2.PNG": mask}, {"1.png": mask, "2.png": mask}, {"m/x/1.png": mask, "m/y/2.png": mask}):
        zips.packed(Path("masks.zip"), masks)
        assert main.main(["repair", str(photos), "--model", "tinyrepair", "--mask", "masks.zip", "--out", "o", "--overwrite"]) == 0
        assert held("o") == ["photos/1.png", "photos/2.png"]


def test_a_mask_of_another_photo_is_never_taken(capsys: pytest.CaptureFixture[str]) -> None:
    zips.packed(Path("photos.zip"), {"a/1.png": photo(1), "b/1.png": photo(2)})
    zips.packed(Path("masks.zip"), {"c/1.png": Path("mask.png").read_bytes(), "d/2.png": Path("mask.png").read_bytes()})
    assert main.main(["repair", "photos.zip", "--model", "tinyrepair", "--mask", "masks.zip", "--out", "o"]) == 1
    assert capsys.readouterr().err.count("There is no mask of this name") == 2


@TRADES
def test_damage_in_a_zip_is_told_by_name_and_the_others_are_done(trade: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = zips.packed(Path("in.zip"), {f"{i}.png": photo(i) for i in range(4)})
    zips.locked(zips.damaged(path, "1.png"), "3.png")
    assert run(trade, "in.zip", "--out", "o.zip") == 1
    told = capsys.readouterr().err
    assert "1.png: This picture is cut short or damaged." in told
    assert "3.png: This file is locked with a password." in told
    assert "2 of 4 photos are in o.zip" in told
    wanted = [f"{i}{ENDS[trade]}.png" for i in (0, 2)]
    with zips.zipfile.ZipFile("o.zip") as archive:
        assert archive.namelist() == wanted == held("o.partial"), "kept for the next run, which goes on"
    zips.packed(Path("in.zip"), {f"{i}.png": photo(i) for i in range(4)})
    assert run(trade, "in.zip", "--out", "o.zip", "--json") == 0
    assert [report["photo"] for report in reports(capsys)] == ["1.png", "3.png"]
    with zips.zipfile.ZipFile("o.zip") as archive:
        assert len(archive.namelist()) == 4


def test_names_of_chinese_windows_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    zips.named(Path("in.zip"), {"旅行/照片.png".encode("gbk"): photo(), b"data\\dog\\1.png": photo(1)})
    assert run("upscale", "in.zip", "--out", "o", "--json") == 0
    assert sorted(report["photo"] for report in reports(capsys)) == ["data/dog/1.png", "旅行/照片.png"]
    assert held("o") == ["data/dog/1-x2.png", "旅行/照片-x2.png"]


@TRADES
def test_whatever_a_library_raises_is_a_sentence_and_the_next_goes_on(
    trade: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay({"in/1.png": photo(1), "in/2.png": photo(2)})
    module = {"repair": repair, "upscale": upscale, "stylize": stylize}[trade]
    genuine = module.run

    def fails(request: Any) -> Any:
        warnings.warn("a library has an opinion", stacklevel=1)
        if request.picture == images.data_uri(photo(1)):
            raise KeyError("engine\nwith a long story")
        return genuine(request)

    monkeypatch.setattr(module, "run", fails)
    assert run(trade, "in", "--out", "o") == 1
    told = capsys.readouterr().err
    assert "1.png: This picture could not be worked on (KeyError: " in told
    assert "Warning" not in told
    assert "Traceback" not in told
    assert held("o") == [f"2{ENDS[trade]}.png"]
    assert run(trade, "in/1.png", "--out", "one/") in (1, 2)
    assert "could not be worked on" in capsys.readouterr().err


@TRADES
def test_a_folder_that_takes_no_files_is_told_before_the_work(
    trade: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lay({"in/1.png": photo(1), "taken": b"a file"})
    module = {"repair": repair, "upscale": upscale, "stylize": stylize}[trade]
    monkeypatch.setattr(module, "run", lambda request: pytest.fail("worked for nothing"))
    for out in ("/proc/likeness", "taken/o", "taken/o.zip"):
        assert run(trade, "in", "--out", out) == 2
        assert "cannot be written" in capsys.readouterr().err
    assert run(trade, "in", "--out", "o" * 300) == 2
    assert run(trade, "p" * 300, "--out", "o") == 2
    assert "Traceback" not in capsys.readouterr().err


def test_links_of_ones_own_are_followed_and_circles_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    lay({"in/1.png": photo(1), "else/2.png": photo(2)})
    for name, target in (("two.png", "../else/2.png"), ("gone.png", "nowhere.png"), ("loop", "loop"), ("folder", "../else"), ("up", "..")):
        Path("in", name).symlink_to(target)
    assert run("upscale", "in", "--out", "in/o") == 0
    assert held("in/o") == ["1-x2.png", "two-x2.png"]
    assert "Left out: folder, gone.png, loop, up. This is a link" in capsys.readouterr().err


def test_a_full_disk_is_told_as_such(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lay({"in/1.png": photo(1)})
    genuine = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.suffix == ".partial":
            raise OSError(28, "No space left on device", str(self))
        return genuine(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert run("upscale", "in", "--out", "o") == 1
    assert "The disk is full" in capsys.readouterr().err
    assert not Path("o").exists()


def test_a_record_cut_short_is_read_as_far_as_it_goes() -> None:
    lay({"a/1.png": photo(1), "a/2.png": photo(2)})
    assert run("upscale", "a", "--out", "o") == 0
    (record,) = paths.shell_records().iterdir()
    record.write_text(record.read_text() + '["3-x2.png", "12', encoding="utf-8")
    assert len(shell_record.Record(Path("o")).results) == 2
    assert run("upscale", "a", "--out", "o") == 0
    assert held("o") == ["1-x2.png", "2-x2.png"]


def test_other_commands_spare_their_picture_too(capsys: pytest.CaptureFixture[str]) -> None:
    lay({"p.png": photo()})
    assert main.main(["scratches", "--picture", "p.png", "--out", "p.png"]) == 2
    assert "p.png is an input" in capsys.readouterr().err
    assert Path("p.png").read_bytes() == photo()
    assert main.main(["scratches", "--picture", "p.png", "--out", "q.png"]) == 0


WORDS = ["a", "A", "a-x2", "b", "a-x2-2", "é", "e\u0301", "照", "a.b", "IMG_1", "a?"]
SUFFIXES = [".png", ".PNG", ".jpg", ".jfif"]


@pytest.mark.parametrize("seed", range(8))
def test_no_choice_of_names_loses_a_photo(seed: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Any names in any folders, a zip among them, into a folder that holds others' files or the photos themselves: inputs stay as they are,
    each photo has a result of its own, and a second run has nothing to do."""

    def whole(request: upscale.Request) -> upscale.Result:
        blob = b"result of " + images.from_data_uri(request.picture)
        return upscale.Result(photo_file.File(blob, "png"), "", (1, 1), 2.0, "", (), 1, 1, 0, 0.0, 1, {})

    monkeypatch.setattr(upscale, "run", whole)
    random = np.random.default_rng(seed)

    def name() -> str:
        return "/".join([*random.choice(WORDS, random.integers(0, 3)), str(random.choice(WORDS)) + str(random.choice(SUFFIXES))])

    inputs = [f"x/{word}" for word in ("in", "other", "y/in")]
    for i, root in enumerate(inputs):
        lay({f"{root}/{name()}": b"photo %d %d" % (i, k) for k in range(12)})
    zips.packed(Path("x/in.zip"), {name(): b"packed %d" % k for k in range(12)})
    out = str(random.choice(["o", "x/in", "x", "x/in/sub"]))
    lay({"first.png": b"first", f"{out}/a-x2.png": b"photo, mine"})
    line = ["upscale", *inputs, "x/in.zip", "x/in", "--scale", "2", "--out", out, "--json"]
    assert main.main(["upscale", "first.png", "--scale", "2", "--out", out]) == 0  # so that the folder is known
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file() and "runs" not in path.parts}
    assert main.main(line) == 0
    files = [Path(report["file"]) for report in reports(capsys)]
    assert {path: path.read_bytes() for path in before} == before
    assert len({str(file.resolve()) for file in files}) == len(files)
    given = [path for path in before if path.is_relative_to("x") and path.suffix != ".zip" and not path.is_relative_to("x/in/sub")]
    photos = [before[path] for path in given if any(path.is_relative_to(each) for each in inputs) and before[path].startswith(b"photo")]
    with zips.zipfile.ZipFile("x/in.zip") as archive:
        photos += [archive.read(each) for each in archive.namelist()]
    assert sorted(file.read_bytes().removeprefix(b"result of ") for file in files) == sorted(photos)
    assert main.main(line) == 0
    assert reports(capsys) == []


def test_overwrite_speaks_of_the_file_that_is_named() -> None:
    lay({"d/scan.png": photo(), "d/other.png": photo(1), "d/a.jpg": photo(2, "JPEG")})
    before = {name: Path(name).read_bytes() for name in ("d/scan.png", "d/other.png")}
    assert run("repair", "d/scan.png", "--out", "d/scan.tif", "--overwrite") == 0
    assert run("upscale", "d/scan.png", "--out", "d/scan.jpg", "--form", "png", "--overwrite") == 0
    assert run("repair", "d/a.jpg", "--out", "d/other.webp", "--overwrite") == 0
    assert {name: Path(name).read_bytes() for name in before} == before
    assert held("d") == ["a.jpg", "other-2.png", "other.png", "scan-2.png", "scan-3.png", "scan.png"]
    assert run("repair", "d/a.jpg", "--out", "d/other.png", "--overwrite") == 0
    assert Path("d/other.png").read_bytes() != before["d/other.png"]
    assert run("repair", "d/a.jpg", "--out", "d/free", "--overwrite") == run("repair", "d/a.jpg", "--out", "d/free", "--overwrite") == 0
    assert not Path("d/free-2.png").exists()


@pytest.mark.parametrize("masks", ["d/a.png", "d"])
def test_overwrite_leaves_masks(masks: str, capsys: pytest.CaptureFixture[str]) -> None:
    mask = Path("mask.png").read_bytes()
    lay({"d/a.png": mask, "p/a.jpg": photo(0, "JPEG")})
    for _ in range(2):
        assert main.main(["repair", "p", "--mask", masks, "--out", "d", "--model", "tinyrepair", "--overwrite"]) == 0
    assert Path("d/a.png").read_bytes() == mask
    assert held("d") == ["a-2.png", "a.png"]


def test_the_ending_is_written_as_it_was_said() -> None:
    lay({"a.jpg": photo(0, "JPEG")})
    for trade in LINES:
        assert run(trade, "a.jpg", "--out", f"{trade}.PNG") == 0
        assert Path(f"{trade}.PNG").is_file()


def test_one_photo_repaired_twice_into_a_folder_is_one_result() -> None:
    lay({"a.jpg": photo(0, "JPEG"), "o/b.txt": b""})
    assert run("repair", "a.jpg", "--out", "o") == run("repair", "a.jpg", "--out", "o") == 0
    assert held("o") == ["a.png", "b.txt"]
    assert run("repair", "a.jpg", "--out", "o", "--grow", "3") == 0
    assert held("o") == ["a-2.png", "a.png", "b.txt"], "another wish is another result"


def test_a_folder_of_results_alone_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    lay({"s/a.jpg": photo(0, "JPEG")})
    assert run("upscale", "s", "--out", "big") == 0
    assert run("stylize", "big", "--out", "big") == run("upscale", "big", "--out", "big") == 2
    assert "were made here" in capsys.readouterr().err
    assert run("stylize", "big", "--out", "painted") == 0


@pytest.mark.parametrize("trade", list(LINES))
def test_a_name_in_old_bytes_is_named_and_worked_on(trade: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode("照片".encode("gbk") + b".jpg")
    Path(name).write_bytes(photo(0, "JPEG"))
    assert run(trade, name, "--out", "o.zip", "--json") == 0
    assert [report["photo"] for report in reports(capsys)] == ["照片.jpg"]


def test_names_of_files_do_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    zips.packed(Path("a.zip"), {"\x1b[31mred\n.jpg": photo(0, "JPEG"), "\x1b]0;title\x07.bmp": b"BM", "broken\x1b[2J.jpg": b""})
    assert run("upscale", "a.zip", "--out", "o") == 1
    err = capsys.readouterr().err
    assert "\x1b" not in err
    assert "red\ufffd.jpg" in err


def test_a_result_is_whole_from_its_first_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    lay({"a.jpg": photo(0, "JPEG")})
    assert run("upscale", "a.jpg", "--out", "first") == 0  # a certificate is made, which is put in place by a name of its own

    def stopped(path: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    assert run("upscale", "a.jpg", "--out", "o") == 0
    assert Image.open("o/a-x2.png").size == (60, 40)


@TRADES
def test_a_place_that_ends_with_a_slash_is_a_folder(trade: str) -> None:
    lay({"a.jpg": photo(0, "JPEG"), "file": b""})
    for out in ("new", "deep/new", "new.png", "new.zip"):
        assert run(trade, "a.jpg", "--out", f"{out}/") == 0
        assert held(out) == [f"a{ENDS[trade]}.png"]
    assert run(trade, "a.jpg", "--out", "file/") == 2


def test_only_what_was_made_here_goes_once_it_is_packed() -> None:
    lay({"d/a.jpg": photo(0, "JPEG"), "o.partial/a-x2.png": photo(7)})
    assert run("upscale", "d", "--out", "o.zip") == 0
    assert Path("o.partial/a-x2.png").read_bytes() == photo(7)


def test_no_photo_is_a_mask(capsys: pytest.CaptureFixture[str]) -> None:
    lay({"p/a.jpg": photo(0, "JPEG"), "p/a.png": Path("mask.png").read_bytes()})
    assert main.main(["repair", "p", "--mask", "p", "--out", "o", "--model", "tinyrepair"]) == 1
    assert capsys.readouterr().err.count("There is no mask of this name") == 2
