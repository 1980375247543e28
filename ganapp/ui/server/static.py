"""Files for the page, at /static/<version>/<path>: pre-compressed where that pays, and cached by browsers for ever.

The version is a digest of every file that can be asked for, so an update changes each address and nothing stale is ever shown.
Generators that were trained here come and go while the app runs; each stands at /static/<digest of its file>/trained/<id>/web.onnx.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ganapp.base import paths
from ganapp.ui.server.routes import Route

FOLDERS = ("css", "js", "vendor", "pictures", "recordings")  # of assets/; its data, locales and markup are not served
OF_MODELS = ("*/web.onnx", "*/critic.onnx", "*/directions.json", "*/config.json", "*/evaluation.json", "vocoder-*/model.safetensors")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".onnx": "application/octet-stream",
    ".safetensors": "application/octet-stream",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
}
TEXT = {".css", ".js", ".mjs", ".json", ".svg"}
PACKED = {"br": ".br", "gzip": ".gz"}  # content coding -> ending of the neighbour that holds it; best first
ADDRESS = re.compile(r"/static/([0-9a-f]{16})/(.+)")
TRAINED = re.compile(r"trained/(\w[\w.-]*)/web\.onnx")
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


@cache
def served() -> dict[str, Path]:
    """Every path that can be asked for -> its file. A file kept only in packed form stands under its plain name as well."""
    every: dict[str, Path] = {}
    for folder in FOLDERS:
        for file in sorted((paths.assets() / folder).rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                plain = file.with_suffix("") if file.suffix in PACKED.values() else file
                if plain.suffix in TYPES:
                    every[plain.relative_to(paths.assets()).as_posix()] = plain
    for pattern in OF_MODELS:
        for file in sorted(paths.shipped_models().glob(pattern)):
            every[f"models/{file.parent.name}/{file.name}"] = file
    return every


@cache
def version() -> str:
    """Sixteen hexadecimal digits that change when any served file does."""
    digest = hashlib.sha256()
    for name, file in served().items():
        for form in (file, *(file.with_name(file.name + ending) for ending in PACKED.values())):
            if form.is_file():
                digest.update(f"{name} {form.suffix} {form.stat().st_size}\n".encode())
                digest.update(form.read_bytes())
    return digest.hexdigest()[:16]


def root() -> str:
    """Address of the tree, relative to any page."""
    return f"static/{version()}"


@cache
def _zipped(file: Path, stamp: int) -> bytes:
    """A text file, gzip-coded; `stamp` (its modification time) makes an edited file a new one."""
    return gzip.compress(file.read_bytes(), 9, mtime=0)


@cache
def _unzipped(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


@cache
def _length(file: Path) -> int:
    """Bytes of a file before packing; a gzip file ends with that number, little-endian (RFC 1952)."""
    if file.is_file():
        return file.stat().st_size
    return int.from_bytes(file.with_name(file.name + ".gz").read_bytes()[-4:], "little")


def body(file: Path, accepted: set[str]) -> tuple[bytes, str]:
    """The bytes of a served file in the best coding of those `accepted`, and that coding ("" for none)."""
    for coding, ending in PACKED.items():
        neighbour = file.with_name(file.name + ending)
        if coding in accepted and neighbour.is_file():
            return neighbour.read_bytes(), coding
    if not file.is_file():
        return _unzipped(file.with_name(file.name + ".gz")), ""
    if file.suffix in TEXT and "gzip" in accepted:
        return _zipped(file, file.stat().st_mtime_ns), "gzip"
    return file.read_bytes(), ""


def codings(header: str) -> set[str]:
    """Content codings that an Accept-Encoding header allows."""
    allowed = set()
    for entry in header.lower().split(","):
        coding, _, weight = entry.partition(";")
        if not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight):
            allowed.add(coding.strip())
    return allowed | set(PACKED) if "*" in allowed else allowed


def answer(path: str, accepted: set[str]) -> Response:
    """The response for a path below the version; 404 for whatever is not in the list of served files."""
    file = served().get(path)
    if file is None:
        return PlainTextResponse("Not found", 404)
    data, coding = body(file, accepted)
    headers = {**FOREVER, "Vary": "Accept-Encoding", "Content-Type": TYPES[file.suffix]}
    if coding:
        headers["Content-Encoding"] = coding
        headers["X-Decoded-Length"] = str(_length(file))  # for a page that shows how much of it has come
    return Response(data, headers=headers)


@cache
def _digest(file: Path, stamp: int) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a file; `stamp` (its modification time) makes a new one of one written anew."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()[:16]


def trained(model: str, digest: str) -> Response:
    """The generator of a model trained here, for the browser; 404 where there is none with that digest."""
    file = paths.trained_models() / model / "web.onnx"
    try:
        if _digest(file, file.stat().st_mtime_ns) == digest:
            return Response(file.read_bytes(), headers={**FOREVER, "Content-Type": TYPES[".onnx"]})
    except OSError:  # gone, or just being replaced
        pass
    return PlainTextResponse("Not found", 404)


async def _answer(request: Request, groups: tuple[str, ...]) -> Response:
    digest, path = groups
    if own := TRAINED.fullmatch(path):
        return trained(own[1], digest)
    if digest != version():
        return PlainTextResponse("Not found", 404)
    return answer(path, codings(request.headers.get("accept-encoding", "")))


ROUTE = Route(ADDRESS, _answer)
