"""What a phone must load before the laboratory plays."""

from __future__ import annotations

import gzip

from ganapp.base import paths

MOST = 60_000  # bytes
ENGINE = paths.assets() / "js" / "learn" / "engine"


def test_the_engine_is_small_as_it_lies_on_the_disk() -> None:
    files = [file for file in ENGINE.iterdir() if file.is_file()]
    assert {".js", ".wasm"} == {file.suffix for file in files}
    assert sum(file.stat().st_size for file in files) <= MOST


def test_the_whole_page_is_small_as_it_is_sent() -> None:
    """Compressed file by file, as the server sends them."""
    files = [file for file in ENGINE.parent.rglob("*") if file.is_file()]
    assert len(files) > 20
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= MOST
