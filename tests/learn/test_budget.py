"""What a phone must load before the laboratory plays."""

from __future__ import annotations

import gzip

from ganapp.base import paths

MOST = 60_000  # bytes
ENGINE = paths.assets() / "js" / "parts" / "engine"


def test_the_engine_is_small_as_it_lies_on_the_disk() -> None:
    files = [file for file in ENGINE.iterdir() if file.is_file()]
    assert {".js", ".wasm"} == {file.suffix for file in files}
    assert sum(file.stat().st_size for file in files) <= MOST


def test_the_whole_page_is_small_as_it_is_sent() -> None:
    """Compressed file by file, as the server sends them; the chapters' figures are loaded when their chapter is opened."""
    folders = (ENGINE, ENGINE.parent / "laboratory", paths.assets() / "js" / "learn")
    files = [file for folder in folders for file in folder.iterdir() if file.is_file()]
    assert len(files) > 20
    statements = [line for file in files if file.suffix == ".js" for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line for line in statements if line.startswith("import ") and "/chapters/" in line] == []
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= MOST
