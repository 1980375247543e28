"""Archives made to harm: bombs, links, ways out, archives in archives, and headers that lie. Nothing is unpacked, followed or opened, the
memory stays bounded, and the good pictures beside them are used."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import archives, images
from ganapp.pictures.archives import Entry, Refusal
from ganapp.shell import main
from ganapp.training.data import sets
from ganapp.training.data.sets import Selection
from tests.support import tinymodel, zips


def png(seed: int = 0) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (12, 12, 3), np.uint8)).save(out, "PNG")
    return out.getvalue()


def good(count: int = 16) -> dict[str, bytes]:
    return {f"good/{i:02}.png": png(i) for i in range(count)}


def outcomes(path: Path) -> dict[str, str]:
    """What becomes of each file: "" for one that is read, else the key of the sentence."""
    told = {}
    with archives.Zip(path) as archive:
        for entry in archive.entries():
            if isinstance(entry, Refusal):
                told[entry.name] = entry.key
                continue
            try:
                entry.read()
                told[entry.name] = ""
            except UserError as problem:
                told[entry.name] = problem.key
    return told


def trained_on(path: Path) -> tuple[int, dict[str, str]]:
    found = sets.load("pictures", Selection(8, 3, source=str(path)))
    return len(found), {entry.name: entry.key for entry in found.refused}


def test_a_bomb_is_left_unread_and_the_rest_is_used(tmp_path: Path) -> None:
    path = zips.packed(tmp_path / "a.zip", {**good(), "bomb.png": bytes(80_000_000)})
    tracemalloc.start()
    try:
        assert trained_on(path) == (16, {"bomb.png": "data_bomb"})
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


def test_a_bomb_whose_headers_lie_stops_at_what_a_picture_may_have(tmp_path: Path) -> None:
    path = zips.packed(tmp_path / "a.zip", {**good(), "liar.png": bytes(45_000_000)})
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 45_000_000), struct.pack("<I", 5_000)))
    tracemalloc.start()
    try:
        assert outcomes(path)["liar.png"] in ("picture_broken", "picture_bytes")
        assert tracemalloc.get_traced_memory()[1] < 3 * images.MAX_BYTES
    finally:
        tracemalloc.stop()


def test_many_small_bombs_end_at_the_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shrank by less than a bomb does; together they are one."""
    block = bytes(np.random.default_rng(0).integers(0, 256, 4000, np.uint8)) * 20
    path = zips.packed(tmp_path / "a.zip", {f"{i:03}.png": block for i in range(100)})
    monkeypatch.setattr(archives, "TOTAL", 2_000_000)
    told = list(outcomes(path).values())
    assert told.count("") >= 25, "as much as it says it may"
    assert told[-1] == "data_bomb"


def overlapping(path: Path, count: int) -> Path:
    """Many entries of the list that share one packed kernel, as Fifield's bomb has it (2019, "A better zip bomb")."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = kernel.compress(bytes(1_000_000)) + kernel.flush()
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 33, zlib.crc32(bytes(1_000_000)), len(body), 1_000_000, 8, 0) + b"0000.png"
    head = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 33, 0, len(body), 1_000_000, 8, 0, 0, 0, 0, 0, 0)
    entries = b"".join(head + f"{i:04}.png".encode() for i in range(count))
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(entries), len(local) + len(body), 0)
    path.write_bytes(local + body + entries + end)
    return path


def test_entries_that_share_one_body_are_refused(tmp_path: Path) -> None:
    told = outcomes(overlapping(tmp_path / "a.zip", 3000))
    assert len(told) == 3000
    assert set(told.values()) <= {"data_bomb", "picture_broken"}


def test_a_list_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "ENTRIES", 1000)
    began = time.monotonic()
    with pytest.raises(UserError) as caught:
        archives.Zip(overlapping(tmp_path / "a.zip", 5000))
    assert caught.value.key == "data_full"
    assert time.monotonic() - began < 5


def test_archives_in_archives_are_named_and_never_opened(tmp_path: Path) -> None:
    inner = zips.packed(tmp_path / "inner.zip", good()).read_bytes()
    for _ in range(5):
        inner = zips.packed(tmp_path / "inner.zip", {"deeper.zip": inner, "x.png": png()}).read_bytes()
    path = zips.packed(tmp_path / "a.zip", {**good(), "inner.zip": inner, "b.7z": b"7z", "c.tar.gz": b"\x1f\x8b", "quine.zip": inner})
    assert trained_on(path) == (16, dict.fromkeys(("inner.zip", "b.7z", "c.tar.gz", "quine.zip"), "data_nested"))
    disguised = zips.packed(tmp_path / "d.zip", {**good(), "inner.png": inner})
    assert trained_on(disguised) == (16, {"inner.png": "not_a_picture"})


def test_links_are_never_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png(99))
    path = zips.packed(tmp_path / "a.zip", good())
    for name, target in (("link.png", "/etc/passwd"), ("up.png", "../secret.png"), ("folder", "/")):
        zips.link(path, name, target)
    zips.link(path, "good/through.png", str(tmp_path / "secret.png"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("folder/etc/hosts.png", png(5))  # through the link, if it were one on a disk
    told = outcomes(path)
    assert {name: key for name, key in told.items() if key} == dict.fromkeys(
        ("link.png", "up.png", "folder", "good/through.png"), "data_link"
    )
    assert told["folder/etc/hosts.png"] == ""


@pytest.mark.parametrize(
    "name", ["../x.png", "a/../../x.png", "/x.png", "..\\x.png", "C:\\x.png", "\\\\host\\share\\x.png", "a\\..\\..\\x.png"]
)
def test_no_name_leads_outside(name: str, tmp_path: Path) -> None:
    path = zips.named(tmp_path / "a.zip", {name.encode(): png(), **{key.encode(): blob for key, blob in good().items()}})
    assert list(trained_on(path)[1].values()) == ["data_path"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zip"]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "none")
    tinymodel.upscalers(tmp_path / "runs" / "models")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def test_the_shell_takes_no_harm_either(shell: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shell / "secret.png").write_bytes(png(99))
    inner = zips.packed(shell / "inner.zip", good(2)).read_bytes()
    files = {"ok.png": png(), "../out.png": png(), "..\\..\\out.png": png(), "inner.zip": inner, "bomb.png": bytes(100_000_000)}
    path = zips.link(zips.packed(shell / "in.zip", files), "link.png", "../secret.png")
    assert main.main(["upscale", str(path), "--scale", "2", "--model", "fidelity", "--out", "out"]) == 1
    told = capsys.readouterr().err
    assert "bomb.png: This file unpacks to far more than a file of its kind holds." in told
    for name, part in (("link.png", "This is a link"), ("inner.zip", "is not opened"), ("../out.png", "points outside")):
        assert any(name in line and part in line for line in told.splitlines()), name
    assert sorted(each.name for each in Path("out").rglob("*")) == ["ok-x2.png"]
    assert [each.name for each in (shell / "work").iterdir()] == ["out"]
    assert not list(shell.glob("out*.png"))


def test_results_never_leave_their_folder_by_a_link_in_it(shell: Path) -> None:
    """Somebody prepared the folder of results: a link where a result is to be."""
    (shell / "victim.txt").write_text("dear")
    Path("in").mkdir()
    Path("in/a.png").write_bytes(png())
    Path("out").mkdir()
    Path("out/a-x2.png").symlink_to(shell / "victim.txt")
    Path("out/b-x2.png").symlink_to(shell / "nowhere.txt")
    Path("in/b.png").write_bytes(png(1))
    assert main.main(["upscale", "in", "--scale", "2", "--model", "fidelity", "--out", "out"]) == 0
    assert main.main(["upscale", "in", "--scale", "2", "--model", "fidelity", "--out", "out", "--overwrite"]) == 0
    assert (shell / "victim.txt").read_text() == "dear"
    assert not (shell / "nowhere.txt").exists()


def test_every_flipped_byte_is_a_sentence_at_worst(tmp_path: Path) -> None:
    whole = zips.packed(tmp_path / "a.zip", {"a/1.png": png(1), "b\\2.png": png(2)}).read_bytes()
    random = np.random.default_rng(0)
    path, sentences = tmp_path / "b.zip", set()
    for _ in range(150):
        blob = bytearray(whole)
        for place in random.integers(0, len(blob), 3):
            blob[place] ^= 1 << int(random.integers(8))
        path.write_bytes(bytes(blob[: random.integers(len(blob) // 2, len(blob) + 1)]) if random.random() < 0.2 else blob)
        try:
            outcomes(path)
        except UserError as problem:
            sentences.add(problem.sentence("zh"))
    assert sentences


def test_an_entry_is_closed_with_its_archive(tmp_path: Path) -> None:
    with archives.Zip(zips.packed(tmp_path / "a.zip", good(1))) as archive:
        (entry,) = archive.entries()
    assert isinstance(entry, Entry)
    with pytest.raises(UserError):
        entry.read()
