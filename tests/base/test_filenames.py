"""Names that every disk takes, what systems leave behind, and order files as editors write them."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from ganapp.base import filenames, order_file, paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, orders, uploads
from ganapp.shell import main

ORDER = {"recipe": "gan", "steps": 6}


def test_a_name_is_shortened_between_letters_and_stays_one_of_its_own() -> None:
    names = ["照" * 83, "照" * 82 + "片", "x" * 216, "short"]
    made = [filenames.shortened(name) for name in names]
    assert len(set(made)) == 4
    assert all(len(name.encode()) <= filenames.STEM_BYTES for name in made)
    assert made[0].startswith("照" * 60)
    assert made[3] == "short"


@pytest.mark.parametrize(("name", "wanted"), [("a:b?.", "ab"), ("..", "photo"), ("  ", "photo"), ("a\ud800b", "ab"), ("e\u0301", "\u00e9")])
def test_signs_that_disks_refuse_are_left_out(name: str, wanted: str) -> None:
    assert filenames.safe(name) == wanted


@pytest.mark.parametrize("name", ["CON", "aux", "nul.tar", "Com1", "LPT9.", "com\u00b9"])
def test_names_of_devices_on_windows_become_names_of_files(name: str) -> None:
    assert filenames.safe(name) == f"_{name.rstrip('.')}"
    assert [filenames.safe(other) for other in ("icon", "com10", "aux-x2", "con 2")] == ["icon", "com10", "aux-x2", "con 2"]


@pytest.mark.parametrize("name", ["._x.jpg", "a/Thumbs.db", "__MACOSX/a.jpg", ".git/a.png", "a/DESKTOP.INI", "@eaDir/a.jpg", ".DS_Store"])
def test_what_systems_leave_behind_is_known(name: str) -> None:
    assert filenames.litter(name)


@pytest.mark.parametrize("name", ["a.jpg", "a/b.c/d.png", "../a.png", "thumbs.dbx", "x.y"])
def test_other_files_are_not_taken_for_it(name: str) -> None:
    assert not filenames.litter(name)


@pytest.mark.parametrize("name", [f"{'照' * 83}.jpg", f"{'x' * 216}.jpeg", f"{'照' * 200}.png", "x" * 255])
def test_a_picture_of_a_long_name_can_be_sent(name: str) -> None:
    (folder, kept) = uploads.place(f"{'猫' * 83}/{name}").parts
    assert len(folder.encode()) <= 255
    assert len(kept.encode()) <= 255
    assert filenames.ending(kept) == filenames.ending(name)
    assert uploads.place(f"a/{unicodedata.normalize('NFD', 'é.png')}").name == "\u00e9.png"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_an_order_is_read_as_any_editor_writes_it(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "order.json").write_bytes(json.dumps({**ORDER, "settings": {"data": "mnist"}}).encode(encoding))
    assert orders.read(tmp_path)["steps"] == orders.read(tmp_path / "order.json")["steps"] == 6
    assert order_file.read(tmp_path).recipe == "gan"


@pytest.mark.parametrize("codec", ["gbk", "cp932", "big5", "cp1251"])
def test_an_order_in_an_old_code_page_is_read(codec: str, tmp_path: Path) -> None:
    name = "Кошки" if codec == "cp1251" else "小猫和小狗" if codec == "gbk" else "写真と猫" if codec == "cp932" else "小貓和小狗"
    (tmp_path / "mine.json").write_bytes(json.dumps({**ORDER, "name": name}, ensure_ascii=False).encode(codec))
    loaded = order_file.load(tmp_path / "mine.json")
    assert loaded["steps"] == 6
    assert loaded["name"] == name or codec == "cp1251", "of Cyrillic only DOS's code page is known"


@pytest.mark.parametrize(
    ("blob", "key", "part"),
    [
        (b'{"recipe": "gan",\n "steps": 6', "order_broken", "line 2, column"),
        (b"", "order_broken", "line 1, column 1"),
        (b"\xff{}", "order_broken", "column 1"),
        (b"[" * 100_000, "order_broken", "mine.json"),
        (b'{"steps": ' + b"9" * 5000 + b"}", "order_broken", "mine.json"),
        (b"[1, 2]", "order_no_object", "mine.json"),
        (None, "order_missing", "There is no settings file mine.json"),
    ],
)
def test_a_broken_order_is_named_by_its_own_name_and_fault(blob: bytes | None, key: str, part: str, tmp_path: Path) -> None:
    if blob is not None:
        (tmp_path / "mine.json").write_bytes(blob)
    with pytest.raises(UserError) as caught:
        order_file.load(tmp_path / "mine.json")
    assert caught.value.key == key
    assert part in str(caught.value)
    assert "mine.json" in caught.value.sentence("zh")


def test_the_shell_takes_an_order_with_a_mark_and_refuses_a_cut_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("LANG", "C")
    sent: list[tuple[object, str]] = []

    def submit(who: object, order: object, name: str) -> object:
        sent.append((order, name))
        raise UserError("disk_full")

    monkeypatch.setattr(actions, "submit", submit)
    path = tmp_path / f"{'long' * 50}.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(ORDER).encode())
    assert main.main(["train", str(path), "--detach"]) == 2
    assert sent == [(ORDER, ("long" * 50)[: orders.LONGEST_NAME])]
    path.write_bytes(path.read_bytes()[:-5])
    capsys.readouterr()
    assert main.main(["train", str(path)]) == 2
    assert f"The settings file {path.name} is not valid JSON" in capsys.readouterr().err
    assert not paths.jobs().exists()


def test_lists_in_a_file_may_begin_with_a_mark(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.txt").write_bytes(b"\xef\xbb\xbf1, 2")
    assert main._items(f"@{tmp_path / 'list.txt'}", "--x", float, gaps=False) == (1.0, 2.0)
