"""Every reader of files with files spoilt at random: what comes out is of its kind and size, or a sentence, soon and in little memory.

tests/security/test_pictures.py does the same for pictures of the older kinds, which pass a border of their own.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from pyarrow import parquet

from ganapp.base import curves, strict_json
from ganapp.base.errors import UserError
from ganapp.digits import idx
from ganapp.jobs import hand, orders, reports
from ganapp.jobs.store import Job
from ganapp.machine import memory
from ganapp.models import checkpoints, directions, folder
from ganapp.pictures import parquet as tables
from ganapp.pictures import photo
from ganapp.pictures.archives import Refusal, Zip
from ganapp.sounds import files as sounds
from ganapp.sounds.sound import Sound
from ganapp.writing import corpus
from tests.pictures.test_images import levels, saved
from tests.support import mutator, tinymodel

FEW, MANY = 500, 12_000  # of all readers together; pictures have as many again
SLOWEST = 30.0  # seconds for one small file
MOST_MB = 3000


@dataclass(frozen=True)
class Reader:
    """make: a spoilt file by a random generator; read: what opens it, given the file and an empty folder; fails: what it may raise."""

    make: Callable[[np.random.Generator], bytes]
    read: Callable[[bytes, Path], object]
    fails: tuple[type[Exception], ...] = (UserError,)


def any_of(*whole: bytes) -> Callable[[np.random.Generator], bytes]:
    return lambda random: mutator.binary(whole, random)


def tabled(*whole: str) -> Callable[[np.random.Generator], bytes]:
    """Spoilt as JSON, and every fourth as bytes."""

    def make(random: np.random.Generator) -> bytes:
        text = whole[int(random.integers(len(whole)))]
        if random.random() < 0.25:
            return mutator.binary([text.encode()], random)
        return mutator.table(text, random).encode("utf-8", "surrogatepass")

    return make


# sounds, archives, tables


def wavs() -> list[bytes]:
    tone = np.sin(np.arange(400) / 9.0).astype(np.float32)
    blobs = [sounds.wav(Sound(np.stack([tone] * channels), 16_000), "comment") for channels in (1, 2)]
    import soundfile

    for form in ("FLAC", "OGG"):
        buffer = io.BytesIO()
        soundfile.write(buffer, tone, 16_000, format=form)
        blobs.append(buffer.getvalue())
    return blobs


def sound(blob: bytes, _: Path) -> None:
    read = sounds.read(blob)
    assert read.samples.ndim == 2
    assert len(read.samples) == 1
    assert 0 < read.samples.shape[1] <= sounds.MOST_SECONDS * read.rate
    assert np.isfinite(read.samples).all()


def archive(blob: bytes, place: Path) -> None:
    path = place / "a.zip"
    path.write_bytes(blob)
    with Zip(path) as held:
        for number, entry in enumerate(held.entries()):
            assert number < 1000
            if isinstance(entry, Refusal):
                assert entry.sentence("zh")
                continue
            with suppress(UserError):
                entry.read()


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("a/1.png", saved(folder_picture(), "PNG"))
        held.writestr("图/2.png", saved(folder_picture(), "PNG"))
    return buffer.getvalue()


def folder_picture() -> Any:
    from PIL import Image

    return Image.fromarray(levels(5, 6, 3))


def boxed() -> list[bytes]:
    """HEIC and AVIF, where this installation can write them."""
    from PIL import features
    from pillow_heif import from_pillow

    out = io.BytesIO()
    from_pillow(folder_picture().resize((64, 48))).save(out)
    return [out.getvalue(), *([saved(folder_picture(), "AVIF")] if features.check("avif") else [])]


def scanned() -> list[bytes]:
    return [
        saved(folder_picture(), "TIFF"),
        *(saved(folder_picture(), "TIFF", compression=f"tiff_{form}") for form in ("lzw", "adobe_deflate")),
    ]


def parqueted() -> bytes:
    blob = saved(folder_picture(), "PNG")
    buffer = io.BytesIO()
    parquet.write_table(pa.table({"image": [{"bytes": blob, "path": "a.png"}] * 3, "label": [0, 1, 1]}), buffer)
    return buffer.getvalue()


def table(blob: bytes, place: Path) -> None:
    path = place / "a.parquet"
    path.write_bytes(blob)
    for number, entry in enumerate(tables.entries(path, "a.parquet")):
        assert number < 10_000
        if not isinstance(entry, Refusal):
            assert isinstance(entry.read(), bytes)


def poems(blob: bytes, place: Path) -> None:
    path = place / "poems.txt"
    path.write_bytes(blob)
    assert all(len(poem) == 28 for poem in corpus.of_file(path))


# models


@cache
def model_files() -> dict[str, bytes]:
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        made = tinymodel.generator(Path(place) / "tiny")
        return {path.name: path.read_bytes() for path in made.iterdir()}


def model(blob: bytes, place: Path, name: str) -> None:
    """A model folder of a stranger: its hashes are right, whatever is in it."""
    files = {**model_files(), name: blob}
    if name == "model.safetensors":
        config = json.loads(files["config.json"])
        config["parts"]["model"]["sha256"] = hashlib.sha256(blob).hexdigest()
        files["config.json"] = json.dumps(config).encode()
    for each, content in files.items():
        (place / each).write_bytes(content)
    described = folder.check(place, "tiny")
    directions._read(place, tinymodel.LATENT)
    net = folder.weigh(place, described.parts["model"], "tiny")
    assert all(torch.isfinite(value).all() for value in net.state_dict().values() if value.is_floating_point())


def checkpoint(blob: bytes, place: Path) -> None:
    """Whatever torch raises becomes one sentence in models/foreign.py; here it is time, memory and that no code runs."""
    path = place / "a.pth"
    path.write_bytes(blob)
    if not isinstance(checkpoints.read(path), dict):
        pytest.fail("no weights by name")


def torched(zipped: bool) -> bytes:
    buffer = io.BytesIO()
    held = {"body.weight": torch.arange(24.0).reshape(2, 3, 4), "body.bias": torch.ones(2)}
    torch.save(held, buffer, _use_new_zipfile_serialization=zipped)
    return buffer.getvalue()


def orders_of(blob: bytes, place: Path) -> None:
    (place / "order.json").write_bytes(blob)
    assert isinstance(reports.order(place), dict)
    try:
        order = strict_json.read(place / "order.json")
    except (ValueError, RecursionError):
        raise UserError("config_unreadable", where="order.json") from None
    orders.checked(order)


SETTINGS = {"batch": 8, "data": "mnist", "g_rate": 1e-3}
ORDER = json.dumps({"recipe": "gan", "steps": 5, "seed": 1, "every": 2, "device": "cpu", "settings": SETTINGS})


def run_folder(blob: bytes, place: Path, name: str) -> None:
    """Nothing that stands in a run's folder ends a list."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_RUNS", str(place.parent))
        job = Job("a" * 10, "a", "a", "gan", 5, "cpu", 1.0, 1.0)
        job.folder.mkdir(parents=True, exist_ok=True)
        (job.folder / name).write_bytes(blob)
        answers = [reports.status(job.folder), reports.diagnoses(job.folder), reports.order(job.folder)]
        answers += [curves.read(job.folder).columns(), hand.answer(job)]
        json.dumps(answers, allow_nan=False, ensure_ascii=False).encode()
        (job.folder / name).unlink()


SAID = {"state": "running", "step": 3, "steps": 5, "rate": 1.5, "left": 2.0, "heartbeat": 1e9, "pid": 4}
STATUS = json.dumps({**SAID, "latest": {"d_loss": 0.5}, "reason": {"key": "killed"}})
TURN = json.dumps({"serial": 1, "held": True, "step": 2, "turns": 1, "until": 9.0, "act": "hold"})
LINES = "\n".join(json.dumps({"step": step, "d_loss": 0.5, "g_loss": [0.1, 0.2]}) for step in range(0, 50, 10)) + "\n"
LAMP = {"state": "ill", "values": {"share": 0.1}, "advice": ["more"]}
LAMPS = "\n".join(json.dumps({"step": step, "lamps": {"mode_drop": LAMP}}) for step in (10, 20)) + "\n"


def lines(text: str) -> Callable[[np.random.Generator], bytes]:
    """One line of JSON lines spoilt as JSON, or bytes of all."""

    def make(random: np.random.Generator) -> bytes:
        every = text.splitlines()
        at = int(random.integers(len(every)))
        if random.random() < 0.6:
            every[at] = mutator.table(every[at], random)
            return ("\n".join(every) + "\n").encode("utf-8", "surrogatepass")
        return mutator.binary([text.encode()], random)

    return make


def readers() -> dict[str, Reader]:
    files = model_files()
    weights = files["model.safetensors"]
    config = files["config.json"].decode()
    digits = b"\0\0\x08\x03" + np.array([2, 4, 4], ">u4").tobytes() + bytes(range(32))
    codes = [*[("utf-8", "surrogatepass")] * 4, ("utf-16", "surrogatepass"), ("gb18030", "replace")]
    poems_of = corpus._splits()["dev"][: corpus.FEWEST + 30]
    verse = "\n".join("，".join(poem[at : at + 7] for at in range(0, 28, 7)) for poem in poems_of)
    return {
        "sound": Reader(any_of(*wavs()), sound),
        "heic": Reader(any_of(*boxed()), lambda blob, _: photo.read(blob, 1_000_000)),
        "tiff": Reader(any_of(*scanned()), lambda blob, _: photo.read(blob, 1_000_000)),
        "zip": Reader(any_of(zipped()), archive),
        "parquet": Reader(any_of(parqueted()), table),
        "poems": Reader(lambda random: mutator.text(verse, random).encode(*codes[int(random.integers(len(codes)))]), poems),
        "idx": Reader(any_of(digits), lambda blob, _: idx.parse(blob), (ValueError,)),
        "checkpoint": Reader(any_of(torched(True), torched(False)), checkpoint, (Exception,)),
        "config": Reader(tabled(config), lambda blob, place: model(blob, place, "config.json")),
        "directions": Reader(tabled(files["directions.json"].decode()), lambda blob, place: model(blob, place, "directions.json")),
        "weights": Reader(lambda random: mutator.weights(weights, random), lambda blob, place: model(blob, place, "model.safetensors")),
        "weights' bytes": Reader(any_of(weights), lambda blob, place: model(blob, place, "model.safetensors")),
        "order": Reader(tabled(ORDER), orders_of),
        "status": Reader(tabled(STATUS), lambda blob, place: run_folder(blob, place, "status.json"), ()),
        "metrics": Reader(lines(LINES), lambda blob, place: run_folder(blob, place, "metrics.jsonl"), ()),
        "diagnostics": Reader(lines(LAMPS), lambda blob, place: run_folder(blob, place, "diagnostics.jsonl"), ()),
        "turn": Reader(tabled(TURN), lambda blob, place: run_folder(blob, place, "turn.json"), ()),
    }  # fmt: skip


def attack(numbers: range, place: Path) -> None:
    every = list(readers().items())
    taken, refused, before = dict.fromkeys(dict(every), 0), dict.fromkeys(dict(every), 0), memory.peak_mb()
    said: list[str] = []
    for number in numbers:
        name, reader = every[number % len(every)]
        inside = place / f"{number}"
        inside.mkdir()
        started = time.monotonic()
        try:
            reader.read(reader.make(np.random.default_rng(number)), inside)
            taken[name] += 1
        except reader.fails as told:
            refused[name] += 1
            said += [told.sentence(language) for language in ("en", "zh") if isinstance(told, UserError)]
        except Exception as problem:
            raise AssertionError(f"file {number}, {name}") from problem
        assert time.monotonic() - started < SLOWEST, (number, name)
        for path in inside.iterdir():
            path.unlink()
        inside.rmdir()
    assert all(said)
    assert memory.peak_mb() - before < MOST_MB
    fallible = [name for name, reader in every if reader.fails and name != "parquet"]  # a table's refusal is one of its entries
    assert all(refused[name] for name in fallible), f"spoilt too little to be refused: {refused}"
    often = dict.fromkeys(taken, 1) | dict.fromkeys(("weights", "tiff"), len(numbers) > FEW)  # a header that still fits is rare
    assert all(count >= often[name] for name, count in taken.items()), f"spoilt too much to be opened: {taken}"


def test_spoilt_files_of_every_reader_are_taken_or_refused_in_words(tmp_path: Path) -> None:
    attack(range(FEW), tmp_path)


@pytest.mark.slow
def test_many_spoilt_files_of_every_reader_are_taken_or_refused_in_words(tmp_path: Path) -> None:
    attack(range(FEW, FEW + MANY), tmp_path)
