"""Data sets of the Hub as inputs of commands: streamed at one commit, gone on with, and what the Hub refuses said in one sentence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.pictures import images
from ganapp.shell import main
from tests.support import tinymodel
from tests.support.fakehub import FakeHub, client_of

SET = "somebody/holidays"


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "none")
    monkeypatch.chdir(tmp_path)
    tinymodel.upscalers(tmp_path / "runs" / "models")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FakeHub]:
    server = FakeHub()
    with client_of(server.url, tmp_path / "home"):
        yield server
    server.close()


def picture(seed: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (8, 12, 3), np.uint8)).save(buffer, "png")
    return buffer.getvalue()


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, blob in files.items():
            archive.writestr(f"{name}.png", blob)
    return buffer.getvalue()


def table(count: int) -> bytes:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    features = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": ["cat", "dog"]}}
    rows = [{"image": {"bytes": picture(50 + i), "path": ""}, "label": i % 2} for i in range(count)]
    made = pa.Table.from_pylist([*rows, {"image": {"bytes": None, "path": ""}, "label": 0}])
    buffer = io.BytesIO()
    pq.write_table(made.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})}), buffer)
    return buffer.getvalue()


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def line(address: str, out: str = "out") -> list[str]:
    return ["batch", "upscale", address, "--scale", "2", "--model", "upscale-x4-photo", "--out", out, "--json"]


def fetched(hub: FakeHub, since: int) -> list[str]:
    return [path.rpartition("/")[2] for method, path, _ in hub.requests[since:] if method == "GET" and "/resolve/" in path]


def reported(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], str]:
    told = capsys.readouterr()
    return [json.loads(each)["photo"] for each in told.out.splitlines()], told.err


def test_a_data_set_is_read_at_one_commit_and_gone_on_with(hub: FakeHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held = {"a.png": picture(0), "sea/b.png": picture(1), "sea/c.png": picture(2)[:60], "README.md": b"# Holidays", ".gitattributes": b""}
    first = hub.commit(SET, held, "dataset", private=True)
    assert main.main(line(f"hf://datasets/{SET}")) == 1
    photos, said = reported(capsys)
    assert photos == ["a.png", "sea/b.png"]
    assert f"{SET} is read at commit {first}." in said
    assert "sea/c.png: This picture is cut short" in said
    assert "2 of 3 photos are in out" in said
    assert "README.md" in said.partition("Left out")[2]
    assert files(tmp_path / "out") == ["a-x2.png", "sea/b-x2.png"]
    assert not list((tmp_path / "home").rglob("*.png")), "picture files are streamed"

    second = hub.commit(SET, {**held, "sea/c.png": picture(2), "d.png": picture(3)}, "dataset")
    before = len(hub.requests)
    hub.cuts["d.png"] = 40
    hub.once[f"/datasets/{SET}/resolve/{second}/sea/c.png"] = [404]
    assert main.main(line(f"hf://datasets/{SET}")) == 1
    photos, said = reported(capsys)
    assert photos == ["d.png"], "a transfer that is cut is gone on with; what was done is not done again"
    assert "sea/c.png: " in said
    assert set(fetched(hub, before)) == {"c.png", "d.png"}, "what was done is not fetched again either"
    assert main.main(line(f"hf://datasets/{SET}@{second}")) == 0
    assert reported(capsys)[0] == ["sea/c.png"]
    assert main.main(line(f"hf://datasets/{SET}@{first}/sea", "old")) == 1
    assert files(tmp_path / "old") == ["b-x2.png"]


def test_zips_and_tables_of_a_data_set(hub: FakeHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hub.commit(SET, {"more/two.zip": zipped(x=picture(7), y=picture(8)), "data/train-0.parquet": table(3), "bad.zip": b"PK"}, "dataset")
    assert main.main(line(f"hf://datasets/{SET}")) == 1
    photos, said = reported(capsys)
    assert photos == ["cat/train-0-000000", "dog/train-0-000001", "cat/train-0-000002", "more/x.png", "more/y.png"]
    assert "cat/train-0-000003: " in said, "a row without a picture"
    assert "bad.zip" in said
    assert len(files(tmp_path / "out")) == 5
    assert main.main(line(f"hf://datasets/{SET}")) == 1
    assert reported(capsys)[0] == []


def test_rows_of_a_table_in_any_order(tmp_path: Path) -> None:
    from ganapp.pictures import parquet

    blobs = [picture(50 + i) for i in range(150)]
    (tmp_path / "t.parquet").write_bytes(table(150))
    rows = parquet.Rows(tmp_path / "t.parquet", "image")
    for row in (149, 0, 64, 63, 65):
        assert rows.picture(row) == blobs[row]


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("hf://somebody/holidays", "hf://somebody/holidays names no data set"), ("hf://datasets/somebody", "names no data set"),
        ("hf://datasets/somebody/nothing", "There is no repository somebody/nothing"),
        (f"hf://datasets/{SET}@gone", "no revision gone"), (f"hf://datasets/{SET}/none", "no pictures in"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(hub: FakeHub, address: str, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    hub.commit(SET, {"a.png": picture(0)}, "dataset")
    assert main.main(line(address)) == 2
    assert part in capsys.readouterr().err


def test_a_picture_larger_than_pictures_may_be(hub: FakeHub, capsys: pytest.CaptureFixture[str]) -> None:
    hub.commit(SET, {"a.png": picture(0), "b.png": picture(1) + bytes(images.MAX_BYTES)}, "dataset")
    assert main.main(line(f"hf://datasets/{SET}")) == 0
    photos, said = reported(capsys)
    assert photos == ["a.png"]
    assert "b.png" in said


def test_an_unknown_task_or_engine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["batch", "sing", "a.png", "--out", "out"]) == 2
    assert "repair, stylize, upscale" in capsys.readouterr().err


def test_repair_takes_photos_of_the_hub(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ganapp.tasks import repair

    asked: list[Any] = []
    monkeypatch.setattr(repair, "run", lambda request: asked.append(request) or 1 / 0)
    mask = io.BytesIO()
    Image.new("L", (12, 8), 255).save(mask, "png")
    Path("mask.png").write_bytes(mask.getvalue())
    hub.commit(SET, {"a.png": picture(0), "b.png": picture(1)}, "dataset")
    assert main.main(["batch", "repair", f"hf://datasets/{SET}", "--mask", "mask.png", "--out", "out"]) == 1
    assert [request.picture for request in asked] == [images.data_uri(picture(0)), images.data_uri(picture(1))]
