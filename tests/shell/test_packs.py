"""`python -m ganapp packs`: the list, installing with its megabytes, removing, and sentences for what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ganapp.models import packs
from ganapp.shell import main
from tests.support import wheels


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an archive, which is all of pip's world, and the one pack of it."""
    files = {"broad_brushes/wide.bin": b"\x02"}
    wheels.alone(monkeypatch, PIP_FIND_LINKS=str(tmp_path), PIP_NO_INDEX="1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("GANAPP_PACKS", str(tmp_path / "packs"))
    archive = wheels.source(tmp_path, "broad-brushes", "1.2", files)
    purpose = {"en": "Broad strokes.", "zh": "宽笔触。"}
    pack = packs.Pack("broad-brushes", "1.2", "MIT", wheels.digests(files), {}, {}, "Ada Brush 2020", purpose, archive.name, 1_200_000)
    monkeypatch.setattr(packs, "packs", lambda: {"broad": pack})
    return tmp_path


def test_list_add_and_remove(index: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main.main(["packs", "list"]) == 0
    said = capsys.readouterr().out
    assert all(part in said for part in ("broad  1.2 MB  MIT", "Broad strokes.", "Ada Brush 2020", "packs add broad-brushes"))
    assert main.main(["packs", "add", "broad"]) == 0
    assert capsys.readouterr().out == f"broad is in {index / 'packs' / 'broad-brushes-1.2'}\n"
    assert main.main(["packs", "add", "broad"]) == 0
    assert capsys.readouterr().out == "broad is there already\n"
    main.main(["packs", "list", "--json"])
    [line] = json.loads(capsys.readouterr().out)
    assert (line["name"], line["ready"], line["command"]) == ("broad", True, "python -m ganapp packs add broad")
    main.main(["packs", "list", "--markdown"])
    assert "| `broad` | Broad strokes. | Ada Brush 2020 | MIT | 1.2 MB | - |" in capsys.readouterr().out
    assert main.main(["packs", "remove", "broad"]) == 0
    assert capsys.readouterr().out == "broad is gone\n"
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    main.main(["packs", "list"])
    assert "宽笔触。" in capsys.readouterr().out


@pytest.mark.parametrize(("what", "name", "said"), [("add", "narrow", "no pack called narrow"), ("remove", "broad", "is not installed")])
def test_what_goes_wrong_is_one_sentence(index: Path, capsys: pytest.CaptureFixture[str], what: str, name: str, said: str) -> None:
    assert main.main(["packs", what, name]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1
