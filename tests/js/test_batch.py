"""Zip files in the browser (assets/js/parts/zip.js), run by node: the same names as the server reads, and damage told for each file."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

from PIL import Image

from tests.pictures.test_archives import EACH
from tests.support import node, zips

pytestmark = node.needed
IMPORT = f"""
import {{ readFileSync, writeFileSync }} from "node:fs";
import {{ apart, entries, pack, unpack }} from "{node.address("parts/zip.js")}";
import {{ decoded }} from "{node.address("parts/names.js")}";
"""
READ = """
const file = new Blob([readFileSync("a.zip")]);
const results = [];
for (const entry of await entries(file)) {
  const got = await unpack(file, entry, 1000000).then((blob) => blob.size, (problem) => problem.reason ?? "damaged");
  results.push([entry.name, entry.link ? "link" : got]);
}
console.log(JSON.stringify(results));
"""


def run(script: str, folder: Path) -> Any:
    return node.printed(IMPORT + script, folder)


def noise(side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 60).save(out, "PNG")
    return out.getvalue()


def test_names_are_read_as_the_server_reads_them(tmp_path: Path) -> None:
    raw = json.dumps([[list(name.encode(codec)) for name in wanted] for codec, wanted in EACH])
    script = f"console.log(JSON.stringify({raw}.map((names) => decoded(names.map((name) => Uint8Array.from(name))))));"
    assert run(script, tmp_path) == [wanted for _, wanted in EACH]


def test_a_name_that_is_wrongly_called_utf8_is_guessed(tmp_path: Path) -> None:
    zips.named(tmp_path / "a.zip", {"旅行/猫.png".encode("gbk"): b"1", "海边/夏天.png".encode(): b"22"}, flags=0x800)
    assert sorted(run(READ, tmp_path)) == [["旅行/猫.png", 1], ["海边/夏天.png", 2]]


def test_each_file_of_a_zip_is_read_or_says_why_not(tmp_path: Path) -> None:
    blob = noise()
    files = {
        b"trip\\photo.jpg": blob,
        b"__MACOSX\\._1.png": b"x",
        b"Thumbs.db": b"x",
        b".hidden.png": b"x",
        b"sub/": b"",
        b"damaged.png": blob,
        b"locked.png": blob,
        b"plain.png": blob,
    }
    path = zips.locked(zips.damaged(zips.named(tmp_path / "a.zip", files), "damaged.png"), "locked.png")
    zips.link(path, "link.png", "/etc/passwd")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.png", bytes(900_000))
        archive.writestr("large.png", noise(1200))
    results = dict(run(READ, tmp_path))
    assert results == {
        "trip/photo.jpg": len(blob), "damaged.png": "damaged", "locked.png": "locked", "plain.png": len(blob),
        "link.png": "link", "bomb.png": "too_large", "large.png": "too_large",
    }  # fmt: skip


def test_the_format_for_large_zips_is_read(tmp_path: Path) -> None:
    """As programs write it that do not know beforehand how large a zip becomes."""
    path = zips.packed(tmp_path / "a.zip", {"1.png": noise(), "2.png": noise()})
    blob = path.read_bytes()
    end = blob.rindex(b"PK\5\6")
    count, size, start = struct.unpack_from("<HII", blob, end + 10)
    first = bytearray(blob[start:end])
    packed, plain = struct.unpack_from("<II", first, 20)
    first[20:28] = b"\xff" * 8
    wide = struct.pack("<HHQQ", 1, 16, plain, packed)
    struct.pack_into("<H", first, 30, len(wide))
    place = 46 + len("1.png")
    entries = bytes(first[:place]) + wide + bytes(first[place:])
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, count, count, len(entries), start)
    locator = struct.pack("<IIQI", 0x07064B50, 0, start + len(entries), 1)
    short = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(blob[:start] + entries + record + locator + short)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None, "as the server reads it"
    assert run(READ, tmp_path) == [["1.png", plain], ["2.png", plain]]
    assert size < len(entries)


def test_results_of_one_name_are_told_apart(tmp_path: Path) -> None:
    names = ["IMG-x4.png", "img-x4.png", "IMG-x4-2.png", "IMG-x4.png", "e\u0301.png", "\u00e9.png"]
    got = run(f"console.log(JSON.stringify(apart({json.dumps(names)})));", tmp_path)
    assert got[:4] == ["IMG-x4.png", "img-x4-2.png", "IMG-x4-2-2.png", "IMG-x4-3.png"]
    assert got[5] == "\u00e9-2.png", "one name in two forms of Unicode"


def test_a_zip_of_the_page_is_read_by_others_and_by_itself(tmp_path: Path) -> None:
    """Names as they were, two of one name told apart, every byte back, the clock of today."""
    files = {"旅行.png": noise(), "b.png": noise(90), "empty.png": b""}
    for number, blob in enumerate(files.values()):
        (tmp_path / str(number)).write_bytes(blob)
    named = json.dumps([*files, "B.png"])
    run(
        f"""const blobs = ["0", "1", "2", "1"].map((name) => new Blob([readFileSync(name)]));
        const zip = await pack({named}.map((name, i) => ({{ name, blob: blobs[i] }})));
        writeFileSync("a.zip", new Uint8Array(await zip.arrayBuffer()));
        console.log(JSON.stringify(zip.type));""",
        tmp_path,
    )
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {**files, "B-2.png": files["b.png"]}
        assert {entry.date_time[0] >= 2026 for entry in archive.infolist()} == {True}
    assert run(READ, tmp_path) == [[name, len(blob)] for name, blob in {**files, "B-2.png": files["b.png"]}.items()]


def test_an_entry_never_unpacks_to_more_than_it_says(tmp_path: Path) -> None:
    """Two lies: a size far below what is packed, and a packed size that ends in the middle."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("small.png", bytes(50_000_000))
        archive.writestr("cut.png", noise(200))
    blob = bytearray(path.read_bytes())
    first = blob.index(b"PK\1\2")
    second = blob.index(b"PK\1\2", first + 4)
    struct.pack_into("<I", blob, first + 24, 1000)
    struct.pack_into("<I", blob, second + 20, 300)
    path.write_bytes(blob)
    assert run(READ, tmp_path) == [["small.png", "damaged"], ["cut.png", "damaged"]]
