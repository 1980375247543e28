"""kernels.wasm is what the compiler makes of kernels.ts."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from ganapp.base import paths

SOURCE = paths.assets() / "learn" / "kernels.ts"
COMPILED = paths.assets() / "js" / "learn" / "engine" / "kernels.wasm"


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_source_and_compiled_file_were_written_together() -> None:
    rows = (line.split() for line in SOURCE.with_suffix(".sha256").read_text(encoding="utf-8").splitlines())
    assert {name: told for told, name in rows} == {file.name: digest(file) for file in (SOURCE, COMPILED)}


def test_the_compiler_makes_the_same_file(tmp_path: Path) -> None:
    compiler = shutil.which("asc", path=str(SOURCE.parent / "node_modules" / ".bin")) or shutil.which("asc")
    if compiler is None:
        pytest.skip("AssemblyScript's compiler is not installed; the digests were compared")
    options = json.loads((SOURCE.parent / "package.json").read_text(encoding="utf-8"))["scripts"]["compile"].split()[4:]
    command = [compiler, SOURCE.name, "--outFile", str(tmp_path / "kernels.wasm"), *options]
    subprocess.run(command, cwd=SOURCE.parent, check=True, timeout=120)
    assert digest(tmp_path / "kernels.wasm") == digest(COMPILED)
