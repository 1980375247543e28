"""kernels.wasm is what the compiler makes of kernels.ts, and convolve.wasm of convolve.ts."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from ganapp.base import paths

PAIRS = [
    (paths.assets() / "learn" / "kernels.ts", paths.assets() / "js" / "parts" / "engine" / "kernels.wasm"),
    (paths.assets() / "listen" / "convolve.ts", paths.assets() / "js" / "listen" / "convolve.wasm"),
]
both = pytest.mark.parametrize(("source", "compiled"), PAIRS, ids=lambda file: file.name)


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@both
def test_source_and_compiled_file_were_written_together(source: Path, compiled: Path) -> None:
    rows = (line.split() for line in source.with_suffix(".sha256").read_text(encoding="utf-8").splitlines())
    assert {name: told for told, name in rows} == {file.name: digest(file) for file in (source, compiled)}


@both
def test_the_compiler_makes_the_same_file(source: Path, compiled: Path, tmp_path: Path) -> None:
    compiler = shutil.which("asc", path=str(source.parent / "node_modules" / ".bin")) or shutil.which("asc")
    if compiler is None:
        pytest.skip("AssemblyScript's compiler is not installed; the digests were compared")
    options = json.loads((source.parent / "package.json").read_text(encoding="utf-8"))["scripts"]["compile"].split()[4:]
    command = [compiler, source.name, "--outFile", str(tmp_path / compiled.name), *options]
    subprocess.run(command, cwd=source.parent, check=True, timeout=120)
    assert digest(tmp_path / compiled.name) == digest(compiled)
