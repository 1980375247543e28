"""Packs by the API: everybody lists them, only an administrator installs and removes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganapp.base.errors import UserError
from ganapp.jobs import visitor
from ganapp.jobs.requests import pack_add, pack_remove, packs_list
from ganapp.models import packs
from tests.support import wheels

PASSWORD = "open sesame"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack that is in pip's one folder, and an administrator."""
    files = {"broad_brushes/wide.bin": b"\x02"}
    wheels.alone(monkeypatch, PIP_FIND_LINKS=str(tmp_path), PIP_NO_INDEX="1")
    archive = wheels.source(tmp_path, "broad-brushes", "1.2", files)
    pack = packs.Pack("broad-brushes", "1.2", "MIT", wheels.digests(files), {}, archive=archive.name, bytes=1000)
    monkeypatch.setattr(packs, "packs", lambda: {"broad": pack})
    monkeypatch.setenv("GANAPP_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", PASSWORD)
    monkeypatch.setattr(visitor.guesses, "take", lambda _: 0)
    return tmp_path / "packs"


def listed() -> tuple[bool, bool]:
    [line] = packs_list.run(packs_list.Request()).report()["packs"]
    return line["ready"], line["removable"]


def test_an_administrator_installs_and_removes(house: Path) -> None:
    assert listed() == (False, False)
    assert pack_add.run(pack_add.Request("broad", PASSWORD)).report() == {"pack": "broad"}
    assert listed() == (True, True)
    assert packs.files("broad")["broad_brushes/wide.bin"].read_bytes() == b"\x02"
    pack_remove.run(pack_remove.Request("broad", PASSWORD))
    assert listed() == (False, False)
    assert packs_list.run(packs_list.Request()).report()["administrator"] is True


@pytest.mark.parametrize(("password", "key"), [("", "pack_administrator"), ("open barley", "wrong_password")])
def test_nobody_else_does(house: Path, password: str, key: str) -> None:
    for module in (pack_add, pack_remove):
        with pytest.raises(UserError) as refused:
            module.run(module.Request("broad", password))
        assert refused.value.key == key
    assert not house.exists()
