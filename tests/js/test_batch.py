"""Zip files in the browser (assets/js/batch), run by node: the same names as the server reads, and damage told for each file."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ganapp.base import paths
from tests.pictures.test_archives import EACH
from tests.support import zips

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
READ = """
import { readFileSync } from "node:fs";
import { apart, entries, unpack } from "./zip.mjs";
const file = new Blob([readFileSync("a.zip")]);
const told = [];
for (const entry of await entries(file)) {
  const got = await unpack(file, entry, 1000000).then((blob) => blob.size, (problem) => problem.reason ?? "damaged");
  told.push([entry.name, entry.link ? "link" : got]);
}
console.log(JSON.stringify(told));
"""


def node(script: str, folder: Path) -> Any:
    """What a script prints, beside the page's modules."""
    for name in ("names", "zip"):
        source = (paths.assets() / "js" / "batch" / f"{name}.js").read_text(encoding="utf-8")
        (folder / f"{name}.mjs").write_text(source.replace("./names.js", "./names.mjs"), encoding="utf-8")
    (folder / "test.mjs").write_text(script, encoding="utf-8")
    done = subprocess.run(["node", "test.mjs"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def noise(side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 60).save(out, "PNG")
    return out.getvalue()


def test_names_are_read_as_the_server_reads_them(tmp_path: Path) -> None:
    raw = json.dumps([[list(name.encode(codec)) for name in wanted] for codec, wanted in EACH])
    script = 'import { decoded } from "./names.mjs";\n'
    script += f"console.log(JSON.stringify({raw}.map((names) => decoded(names.map((name) => Uint8Array.from(name))))));"
    assert node(script, tmp_path) == [wanted for _, wanted in EACH]


def test_a_name_that_is_wrongly_called_utf8_is_guessed(tmp_path: Path) -> None:
    zips.named(tmp_path / "a.zip", {"旅行/猫.png".encode("gbk"): b"1", "海边/夏天.png".encode(): b"22"}, flags=0x800)
    assert sorted(node(READ, tmp_path)) == [["旅行/猫.png", 1], ["海边/夏天.png", 2]]


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
    told = dict(node(READ, tmp_path))
    assert told == {
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
    assert node(READ, tmp_path) == [["1.png", plain], ["2.png", plain]]
    assert size < len(entries)


def test_results_of_one_name_are_told_apart(tmp_path: Path) -> None:
    names = ["IMG-x4.png", "img-x4.png", "IMG-x4-2.png", "IMG-x4.png", "e\u0301.png", "\u00e9.png"]
    script = f'import {{ apart }} from "./zip.mjs";\nconsole.log(JSON.stringify(apart({json.dumps(names)})));'
    got = node(script, tmp_path)
    assert got[:4] == ["IMG-x4.png", "img-x4-2.png", "IMG-x4-2-2.png", "IMG-x4-3.png"]
    assert got[5] == "\u00e9-2.png", "one name in two forms of Unicode"
