"""Packs are fetched, checked, put in place and removed: with archives made here, an index that is a folder or a small server, and all that
can go wrong. Whatever fails leaves nothing behind, and no code of a package is run."""

from __future__ import annotations

import errno
import io
import json
import os
import resource
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ganapp import models
from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.models import catalog, pack_fetch, pack_install, packs
from ganapp.models.enlarger import Enlarger
from ganapp.models.packs import Files, Model, Pack
from tests.conftest import free_port
from tests.support import wheels

FILES = {"broad_brushes/wide.bin": b"\x02", "broad_brushes/more.txt": b"more" * 5000}
SENT = {**FILES, "broad_brushes/unneeded.bin": b"no"}


def promise(files: Files) -> Enlarger:
    scale = int(load_file(files["wide.safetensors"])["scale"])
    return Enlarger("wide", scale, 0, 3, "wide", lambda x: x.repeat_interleave(scale, 2).repeat_interleave(scale, 3))


def converted(files: Files) -> dict[str, torch.Tensor]:
    return {"scale": torch.tensor(files["broad_brushes/wide.bin"].read_bytes()[0])}


def pack(**more: object) -> Pack:
    facts = {"files": wheels.digests(FILES), "makers": "Ada Brush 2020", "bytes": 30_000}
    model = Model("upscale", {"en": "Wide", "zh": "宽"}, promise)
    facts |= {"models": {"wide": model}, "conversions": {"wide.safetensors": converted}, **more}
    return Pack("broad-brushes", "1.2", "MIT", **facts)  # type: ignore[arg-type]


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of pip's world. Packs go into "environment" or "runs/packs"."""
    for name in ("index", "environment", "runs"):
        (tmp_path / name).mkdir()
    wheels.alone(monkeypatch, PIP_FIND_LINKS=str(tmp_path / "index"), PIP_NO_INDEX="1")
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr("sys.prefix", str(tmp_path / "environment"))
    known(monkeypatch, pack())
    return tmp_path / "index"


def known(monkeypatch: pytest.MonkeyPatch, only: Pack) -> None:
    monkeypatch.setattr(packs, "packs", lambda: {"broad": only})


def here(tmp_path: Path) -> list[str]:
    """Every file in both folders of packs."""
    roots = (tmp_path / "environment", tmp_path / "runs")
    return sorted(str(path.relative_to(tmp_path)) for root in roots for path in root.rglob("*") if path.is_file())


def refused(name: str = "broad") -> UserError:
    """Why a pack was not installed."""
    with pytest.raises(UserError) as problem:
        pack_install.add(name)
    assert problem.value.sentence("en") != problem.value.sentence("zh")
    return problem.value


PLACE = "environment/share/ganapp/packs/broad-brushes-1.2"
WHOLE = [f"{PLACE}/broad_brushes/more.txt", f"{PLACE}/broad_brushes/wide.bin", f"{PLACE}/licences/LICENSE"]


class Counter:
    """What a watcher is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []

    def tell(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def go_on(self) -> None:
        pass

    def show(self, draw: object) -> None:
        raise AssertionError


@pytest.mark.parametrize("make", [wheels.wheel, wheels.source])
def test_a_pack_is_installed_used_and_removed(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make) -> None:  # type: ignore[no-untyped-def]
    archive = make(index, "broad-brushes", "1.2", SENT)
    known(monkeypatch, pack(archive=archive.name, bytes=archive.stat().st_size))
    counter = Counter()
    with progress.watched(counter):
        assert pack_install.add("broad") == tmp_path / PLACE
    assert counter.told == sorted(counter.told), "it never goes back"
    assert here(tmp_path) == WHOLE, "the named files and the licence, no code"
    assert pack_install.add("broad-brushes") is None, "it is there"
    enlarger = models.load("wide", "upscale")
    assert enlarger.enlarge(np.full((3, 4, 3), 0.5, np.float32)).shape == (6, 8, 3)
    assert (enlarger.about.source, enlarger.about.licence, enlarger.about.makers) == ("pack", "MIT", "Ada Brush 2020")
    kept = tmp_path / "runs" / "packs" / "converted" / "broad-brushes-1.2" / "wide.safetensors"
    before = kept.stat().st_mtime_ns
    catalog.shelf.clear()
    models.load("wide", "upscale")
    assert kept.stat().st_mtime_ns == before, "converted once"
    pack_install.remove("broad")
    assert here(tmp_path) == []
    with pytest.raises(UserError) as problem:
        models.load("wide", "upscale")
    assert problem.value.key == "pack_missing"
    with pytest.raises(UserError) as problem:
        pack_install.remove("broad")
    assert problem.value.key == "pack_missing"


@pytest.mark.slow
def test_a_wheel_of_another_system_will_do(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = wheels.wheel(index, "broad-brushes", "1.2", SENT, tags="cp38-none-win_amd64")
    known(monkeypatch, pack(archive=archive.name))
    pack_install.add("broad")
    assert here(tmp_path) == WHOLE


def test_where_the_environment_cannot_be_written_it_goes_into_the_runs_folder(index: Path, tmp_path: Path) -> None:
    wheels.wheel(index, "broad-brushes", "1.2", SENT)
    (tmp_path / "environment" / "share").write_text("a file where a folder would be")
    assert pack_install.add("broad") == tmp_path / "runs" / "packs" / "broad-brushes-1.2"
    assert packs.packs()["broad"].located()["broad_brushes/wide.bin"].read_bytes() == b"\x02"
    pack_install.remove("broad")
    (tmp_path / "runs" / "packs").rmdir()
    (tmp_path / "runs" / "packs").write_text("and another one")
    assert refused().key == "folder_unwritable"


def test_a_wrong_digest_leaves_what_was_there(index: Path, tmp_path: Path) -> None:
    archive = wheels.wheel(index, "broad-brushes", "1.2", {**SENT, "broad_brushes/wide.bin": b"\x03"})
    assert refused().key == "pack_digest"
    assert here(tmp_path) == []
    old = tmp_path / PLACE / "broad_brushes" / "wide.bin"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    assert refused().key == "pack_digest"
    assert here(tmp_path) == [f"{PLACE}/broad_brushes/wide.bin"]
    archive.unlink()
    wheels.wheel(index, "broad-brushes", "1.2", SENT)
    pack_install.add("broad")
    assert here(tmp_path) == WHOLE, "a spoilt one is replaced as a whole"


@pytest.mark.parametrize(
    ("make", "change", "key"),
    [
        (wheels.wheel, {"version": "1.3"}, "pack_not_offered"),
        (wheels.source, {"version": "1.3"}, "pack_not_offered"),
        (wheels.wheel, {"files": {"broad_brushes/wide.bin": b"\x02"}}, "pack_other"),
        (wheels.source, {"files": {"broad_brushes/wide.bin": b"\x02"}}, "pack_other"),
        (wheels.source, {"told": "narrow-brushes"}, "pack_other"),
    ],
)
def test_another_version_or_package_is_refused(  # type: ignore[no-untyped-def]
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make, change: dict, key: str
) -> None:
    make(index, **{"name": "broad-brushes", "version": "1.2", "files": SENT, **change})
    known(monkeypatch, pack(archive="broad_brushes-1.2.tar.gz" if make is wheels.source else ""))
    assert refused().key == key
    assert here(tmp_path) == []


@pytest.mark.slow
def test_a_wheel_that_says_another_name_is_refused(index: Path, tmp_path: Path) -> None:
    wheels.wheel(index, "broad-brushes", "1.2", SENT, told="narrow-brushes")
    assert refused().key == "pack_not_offered", "pip takes it for none"
    assert here(tmp_path) == []


@pytest.mark.parametrize("make", [pytest.param(wheels.wheel, marks=pytest.mark.slow), wheels.source])
def test_half_an_archive_is_refused(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make) -> None:  # type: ignore[no-untyped-def]
    archive = make(index, "broad-brushes", "1.2", {**SENT, "broad_brushes/more.bin": np.random.default_rng(0).bytes(50_000)})
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    known(monkeypatch, pack(archive=archive.name))
    assert refused().key in ("pack_other", "pack_pip")
    assert here(tmp_path) == []


@pytest.mark.parametrize("archive", ["", "broad_brushes-1.2.tar.gz"])
def test_no_network_is_said(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: str) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{free_port()}/simple")
    known(monkeypatch, pack(archive=archive))
    assert refused().key == "pack_unreachable"
    assert here(tmp_path) == []


@pytest.mark.parametrize("make", [wheels.wheel, wheels.source])
def test_a_full_disk_leaves_nothing(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make) -> None:  # type: ignore[no-untyped-def]
    archive = make(index, "broad-brushes", "1.2", {**SENT, "broad_brushes/big.bin": np.random.default_rng(0).bytes(400_000)})
    known(monkeypatch, pack(archive=archive.name, files={**wheels.digests(FILES), "broad_brushes/big.bin": "0" * 64}))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        problem = refused()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert problem.key == "disk_full"
    assert here(tmp_path) == []


def test_a_disk_that_is_full_from_the_start(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels.wheel(index, "broad-brushes", "1.2", SENT)

    def full(**_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.mkdtemp", full)
    assert refused().key == "disk_full"


def test_a_pack_of_pip_is_not_removed(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    shutil.unpack_archive(wheels.wheel(index, "broad-brushes", "1.2", SENT), site, "zip")
    monkeypatch.syspath_prepend(str(site))
    assert models.load("wide", "upscale").scale == 2
    with pytest.raises(UserError) as problem:
        pack_install.remove("broad")
    assert problem.value.key == "pack_of_pip"
    assert (site / "broad_brushes" / "wide.bin").is_file()


def test_what_the_models_need_is_said_once_the_files_are_here(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheels.wheel(index, "broad-brushes", "1.2", SENT)
    known(monkeypatch, pack(needs=("no_such_package_here",)))
    assert [entry.ready for entry in packs.listing("en")] == [False]
    pack_install.add("broad")
    [entry] = packs.listing("en")
    assert not entry.ready
    assert "no_such_package_here" in entry.state


def test_no_pack_of_that_name(index: Path) -> None:
    assert refused("narrow").key == "pack_unknown"


def test_what_a_killed_process_left_is_taken_away(index: Path, tmp_path: Path) -> None:
    wheels.wheel(index, "broad-brushes", "1.2", SENT)
    root = (tmp_path / PLACE).parent
    left, new = root / ".left.partial", root / ".at-work.partial"
    for place in (left, new):
        place.mkdir(parents=True)
    os.utime(left, (1, 1))
    pack_install.add("broad")
    assert not left.exists()
    assert new.exists(), "another process may be at work there"


class Server(SimpleHTTPRequestHandler):
    """An index as the package index is: by name, in JSON or as a page."""

    kind = "json"

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        if self.path != "/simple/broad-brushes/":
            return super().do_GET()
        names = [path.name for path in Path(self.directory).iterdir()]
        links = "".join(f'<a href="../../{name}#sha256=0">{name}</a>' for name in names)
        body = json.dumps({"files": [{"filename": name, "url": f"../../{name}"} for name in names]}) if self.kind == "json" else links
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json" if self.kind == "json" else "text/html")
        self.end_headers()
        self.wfile.write(body.encode())
        return None

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(params=["json", "page"])
def served(index: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The same index behind HTTP."""
    handler = type("Bound", (Server,), {"kind": request.param})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(index)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    wheels.alone(monkeypatch, PIP_INDEX_URL=f"http://127.0.0.1:{server.server_port}/simple")
    yield index
    server.shutdown()
    server.server_close()


def test_an_index_is_asked_and_bytes_are_told(served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = wheels.source(served, "broad-brushes", "1.2", {**SENT, "noise": np.random.default_rng(0).bytes(600_000)})
    known(monkeypatch, pack(archive=archive.name, bytes=archive.stat().st_size))
    counter = Counter()
    with progress.watched(counter):
        pack_install.add("broad")
    assert here(tmp_path) == WHOLE
    assert len(counter.told) > 2
    assert counter.told == sorted(counter.told)
    assert counter.told[-1] == (archive.stat().st_size, archive.stat().st_size)


def test_more_than_the_pack_says_is_not_taken(served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = wheels.source(served, "broad-brushes", "1.2", {**SENT, "noise": np.random.default_rng(0).bytes(2_000_000)})
    known(monkeypatch, pack(archive=archive.name, bytes=1000))
    assert refused().key == "pack_too_much"
    assert here(tmp_path) == []


@pytest.mark.parametrize("make", [wheels.wheel, wheels.source])
def test_who_changes_their_mind_keeps_nothing(served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make) -> None:  # type: ignore[no-untyped-def]
    archive = make(served, "broad-brushes", "1.2", {**SENT, "noise": np.random.default_rng(0).bytes(600_000)})
    known(monkeypatch, pack(archive=archive.name, bytes=archive.stat().st_size))

    class Gone(Counter):
        def go_on(self) -> None:
            raise progress.Cancelled

    with progress.watched(Gone()), pytest.raises(progress.Cancelled):
        pack_install.add("broad")
    assert here(tmp_path) == []


@pytest.mark.parametrize("make", [pytest.param(wheels.wheel, marks=pytest.mark.slow), wheels.source])
def test_what_swells_is_not_unpacked(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make) -> None:  # type: ignore[no-untyped-def]
    archive = make(index, "broad-brushes", "1.2", {**SENT, "broad_brushes/wide.bin": bytes(2_000_000)})
    known(monkeypatch, pack(archive=archive.name, bytes=30_000))
    assert refused().key in ("pack_other", "pack_too_much")
    assert here(tmp_path) == []


def test_a_transfer_that_is_cut_is_no_package(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Half(io.BytesIO):
        headers = {"Content-Length": "1000"}

    monkeypatch.setattr(pack_fetch, "_address", lambda _: "http://127.0.0.1/broad_brushes-1.2.tar.gz")
    monkeypatch.setattr(pack_fetch, "_opened", lambda _: Half(b"half"))
    known(monkeypatch, pack(archive="broad_brushes-1.2.tar.gz"))
    assert refused().key == "pack_unreachable"
    assert here(tmp_path) == []
