"""Every file that leaves a page says how it was made: all places in assets/js that save, copy or hand on a file stand here, with what
carries their origin. A new one fails this test until somebody has thought about it."""

from __future__ import annotations

import io
import json
import re
import wave
from pathlib import Path

import numpy as np
from PIL import Image

from ganapp.base import paths
from ganapp.pictures import containers
from ganapp.pictures.provenance import making, xmp
from ganapp.sounds import files
from tests.js.test_imports import code
from tests.support import node

pytestmark = node.needed
SCRIPTS = paths.assets() / "js"
WAYS = {  # by which a file leaves a page, or comes to be in one
    "download": re.compile(r"(?<![\w.])download\((?!blob, name\) \{)"),
    "link": re.compile(r"\bdownload:"),
    "blob": re.compile(r"\.(?:toBlob|convertToBlob)\("),
    "address": re.compile(r"\.toDataURL\("),
    "recording": re.compile(r"captureStream|MediaRecorder|showSaveFilePicker"),
    "clipboard": re.compile(r"clipboard\.write\("),
    "share": re.compile(r"navigator\.share\("),
}
SIGNED = "an answer of the server, which signed it"
SAID = "parts/provenance.js says in it how it was made"
SENT = "goes to the server, or is shown, and leaves by an answer"
OWN = "the reader's own marks, no result of a network"
OTHER = "no picture, sound or poem: weights, a log, an order, a program"
COPIED = "the clipboard takes pixels alone; browsers write a PNG of their own there"
EDITION = "the static edition says in it how it was made, as the server does"
SAVES = {
    ("digits/files.js", "download"): [SIGNED],
    ("digits/saving.js", "download"): [SIGNED],
    ("edition/digits.js", "blob"): [EDITION],
    ("edition/pictures/file.js", "blob"): [EDITION],
    ("edition/worker.js", "blob"): [SENT],
    ("history/shown.js", "download"): [f"{SIGNED}, as it came; {SAID}"],
    ("learn/chapters/scans.js", "blob"): [SAID],
    ("learn/chapters/uses.js", "download"): [SAID],
    ("learn/page.js", "blob"): [SAID],
    ("learn/page.js", "download"): [SAID, OTHER],
    ("listen/drawn/section.js", "address"): [SENT, SENT],
    ("listen/page.js", "download"): [SIGNED, SAID],
    ("parts/batch/list.js", "download"): [SIGNED, SIGNED],
    ("parts/files.js", "link"): ["every download goes this way"],
    ("parts/onward/thumbnail.js", "blob"): [SENT],
    ("parts/onward/travel.js", "blob"): [COPIED],
    ("parts/onward/travel.js", "clipboard"): [COPIED],
    ("parts/onward/travel.js", "share"): [SIGNED],
    ("parts/painter/mask.js", "blob"): [OWN],
    ("parts/sketch.js", "address"): [SENT],
    ("parts/smaller.js", "blob"): [SENT],
    ("repair/rail.js", "download"): [OWN],
    ("repair/saving.js", "download"): [SIGNED],
    ("stylize/gallery.js", "blob"): [SENT],
    ("stylize/preview.js", "blob"): [SENT],
    ("train/hearing.js", "download"): [SIGNED],
    ("train/result.js", "download"): [OTHER],
    ("train/result.js", "link"): [OTHER],  # a button of that name
    ("train/style.js", "address"): [SENT],
    ("train/taking.js", "blob"): [SAID],
    ("write/desk.js", "download"): [SAID],
    ("write/painted.js", "download"): [SIGNED],
    ("write/paper.js", "address"): [SENT],
}


def test_every_save_is_known() -> None:
    found: dict[tuple[str, str], int] = {}
    for script in sorted(SCRIPTS.rglob("*.js")):
        text, name = code(script), script.relative_to(SCRIPTS).as_posix()
        for way, sign in WAYS.items():
            if count := len(sign.findall(text)):
                found[name, way] = count
    assert found == {place: len(origins) for place, origins in SAVES.items()}


def test_who_says_how_does_so() -> None:
    for (name, _), origins in SAVES.items():
        if any(SAID in each for each in origins) and name != "learn/chapters/uses.js":  # which saves what scans.js has made
            assert "parts/provenance.js" in (SCRIPTS / name).read_text(encoding="utf-8"), name


MAKING = {"kind": "created", "task": "speak", "settings": {"word": "七<&\"'>", "seed": 3, "note": "a\nb\tc"}}


def made(script: str, folder: Path) -> None:
    head = f"import {{ SOURCES, intoPng, intoWav, packet, written }} from {json.dumps(node.address('parts/provenance.js'))};\n"
    head += "import { readFileSync, writeFileSync } from 'node:fs';\n"
    node.printed(f"{head}{script}\nconsole.log('null');", folder)


def test_a_picture_and_a_sound_of_the_page_are_read_like_the_servers(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    (tmp_path / "a.wav").write_bytes(sound())
    told = json.dumps(MAKING)
    made(
        f"const making = {told};\n"
        "writeFileSync('b.png', new Uint8Array(await (await intoPng(new Blob([readFileSync('a.png')]), making)).arrayBuffer()));\n"
        "writeFileSync('b.wav', intoWav(new Uint8Array(readFileSync('a.wav')), making));",
        tmp_path,
    )
    with Image.open(tmp_path / "b.png") as picture:
        picture.verify()
    assert np.array_equal(np.asarray(Image.open(tmp_path / "b.png")), pixels)
    assert containers.tags((tmp_path / "b.png").read_bytes()).xmp
    assert np.array_equal(files.read((tmp_path / "b.wav").read_bytes()).samples, files.read((tmp_path / "a.wav").read_bytes()).samples)
    for name in ("b.png", "b.wav"):
        said = xmp.said((tmp_path / name).read_bytes())
        assert said["source"] == "trainedAlgorithmicMedia"
        assert json.loads(said["recipe"]) == {"app": "Likeness", "done": "created", "task": "speak", "settings": MAKING["settings"]}


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((np.sin(np.arange(801) / 5) * 9000).astype("<i2").tobytes())
    return out.getvalue()


def test_the_types_are_iptcs_and_a_text_ends_with_its_origin(tmp_path: Path) -> None:
    made(
        "writeFileSync('sources.json', JSON.stringify([SOURCES, packet({ kind: 'drawn', task: 'learn', settings: {} })]));\n"
        "const t = (key, { link }) => `${key} ${link}`;\n"
        "writeFileSync('poem.txt', await written({ t }, 'one\\ntwo', 'https://a/write#seed=1', 'poem.txt').text());",
        tmp_path,
    )
    sources, packet = json.loads((tmp_path / "sources.json").read_text())
    assert sources["created"] == making.SOURCES["created"].rpartition("/")[2]
    assert f"{making.TYPES}dataDrivenMedia" in packet
    assert (tmp_path / "poem.txt").read_text() == "one\ntwo\n\nframe.origin.written https://a/write#seed=1\n"
