"""The one reader of folders and zip files: names of any encoding, what is left out and why, and damage told entry by entry."""

from __future__ import annotations

import io
import os
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from ganapp.base import name_encodings
from ganapp.base.errors import UserError
from ganapp.pictures import archives
from ganapp.pictures.archives import Entry, Refusal
from ganapp.training.data import sets
from ganapp.training.data.sets import Selection
from tests.support import zips

NAMES = {
    "gbk": [["旅行/照片.jpg"], ["动物/狗/0.png", "动物/猫/1.png"], ["猫/1.png", "狗/2.png"], ["图片1.jpg"], ["喵星人.png"], ["猫.png"]],
    "cp932": [["猫/1.png", "犬/2.png"], ["写真/旅行.jpg"], ["スクリーンショット.png"], ["さくら.jpg"], ["東京タワー.jpg"]],
    "big5": [["照片/旅行.jpg"], ["貓/1.png", "狗/2.png"], ["新資料夾/圖片.png"]],
    "cp949": [["고양이/1.png", "강아지/2.png"], ["새 폴더/스크린샷.png"]],
    "cp866": [["Фото/кошка.jpg"], ["Кошки/1.png", "Собаки/2.png"], ["Дача.png"]],
    "cp437": [["Größe/Übung.jpg"], ["Straße.png"], ["España/año.jpg"], ["café.jpg"], ["été.jpg"], ["Öl.png"]],
    "cp1252": [["Müller/Käse.jpg"], ["Canção.jpg"]],
    "utf-8": [["猫/1.png"], ["Größe/é.png"], ["plain.png"]],
}  # fmt: skip
EACH = [(codec, names) for codec, lists in NAMES.items() for names in lists]


def png(shade: int = 0, side: int = 12) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), shade % 100 + 10).convert("RGB").save(out, "PNG")
    return out.getvalue()


def names(path: Path) -> list[str]:
    with archives.Zip(path) as archive:
        return [entry.name for entry in archive.entries() if isinstance(entry, Entry)]


def refused(path: Path) -> dict[str, str]:
    with archives.Zip(path) as archive:
        return {entry.name: entry.key for entry in archive.entries() if isinstance(entry, Refusal)}


@pytest.mark.parametrize(("codec", "wanted"), EACH)
def test_names_are_read_in_the_encoding_they_were_written_in(codec: str, wanted: list[str], tmp_path: Path) -> None:
    assert names(zips.named(tmp_path / "a.zip", {name.encode(codec): png() for name in wanted})) == sorted(wanted)


def test_a_name_in_utf_8_wins_where_there_are_two(tmp_path: Path) -> None:
    raw, real = "狗.png".encode("gbk"), "Hund.png"
    body = struct.pack("<BI", 1, zlib.crc32(raw)) + real.encode()
    extra = struct.pack("<HH", archives.UNICODE_PATH, len(body)) + body
    assert names(zips.named(tmp_path / "a.zip", {raw: png()}, extra=extra)) == [real]
    stale = struct.pack("<HHBI", archives.UNICODE_PATH, len(body), 1, 7) + real.encode()  # of another name
    assert names(zips.named(tmp_path / "b.zip", {raw: png()}, extra=stale)) == ["狗.png"]
    assert name_encodings.decoded([b"a.png"]) == ["a.png"]


def test_a_name_that_is_wrongly_called_utf8_spoils_no_archive(tmp_path: Path) -> None:
    files = {f"旅行/{kind}{i}.png".encode("gbk"): png(i) for kind in "猫狗" for i in range(3)} | {"海边/夏天.png".encode(): png()}
    path = zips.named(tmp_path / "a.zip", files, flags=0x800)
    assert sorted(names(path)) == sorted(["海边/夏天.png", *(f"旅行/{kind}{i}.png" for kind in "猫狗" for i in range(3))])
    with archives.Zip(path) as archive:
        assert all(entry.read()[:4] == b"\x89PNG" for entry in archive.entries() if isinstance(entry, Entry))


def test_names_of_two_forms_are_one(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Käse é.png")
    assert names(zips.named(tmp_path / "a.zip", {apart.encode(): png()})) == ["Käse é.png"], "macOS marks no UTF-8 and parts accents"


def test_backslashes_part_folders_and_never_lead_outside(tmp_path: Path) -> None:
    path = zips.named(tmp_path / "a.zip", {b"data\\cat\\1.png": png(), b"data\\cat\\": b"", b"..\\out.png": png(), b"C:\\x.png": png()})
    assert names(path) == ["data/cat/1.png"]
    assert refused(path) == {"../out.png": "data_path", "C:/x.png": "data_path"}


def test_a_colon_in_a_name_is_no_drive(tmp_path: Path) -> None:
    path = zips.named(tmp_path / "a.zip", {b"12:30.png": png(), b"a/b:c.png": png(), b"d:e.png": png()})
    assert refused(path) == {"d:e.png": "data_path"}


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_classes_of_training_bear_their_own_names(codec: str, tmp_path: Path) -> None:
    files = {f"动物\\{kind}\\{i}.png".encode(codec): png(i) for kind in ("猫", "狗") for i in range(10)}
    found = sets.load("pictures", Selection(8, 3, source=str(zips.named(tmp_path / "a.zip", files))))
    assert (len(found), found.classes, found.refused) == (20, ("狗", "猫"), ())


@pytest.mark.parametrize(
    ("parts", "classes"),
    [
        (("train/cats", "train/dogs", "val/cats", "val/dogs"), ("cats", "dogs")),
        (("set/Train/cats", "set/Train/dogs", "set/Testing/cats"), ("cats", "dogs")),
        (("train/a/cats", "train/a/dogs", "valid/a/dogs"), ("cats", "dogs")),
        (("train", "val"), ()),
        (("train/cats", "val/cats"), ()),
        (("cats/train", "dogs/train"), ("cats", "dogs")),
        (("trains", "validators"), ("trains", "validators")),
        (("seg_train/seg_train/sea", "seg_train/seg_train/ice", "seg_test/seg_test/sea"), ("ice", "sea")),
        (("training_set/training_set/cats", "training_set/training_set/dogs", "test_set/test_set/cats"), ("cats", "dogs")),
        (("训练集/猫", "训练集/狗", "验证集/猫"), ("狗", "猫")),
        (("toy train/a", "steam train/b"), ("steam train", "toy train")),
        (("train/train", "train/test", "val/train"), ("test", "train")),
    ],
)
def test_parts_for_measuring_are_no_classes(parts: tuple[str, ...], classes: tuple[str, ...], tmp_path: Path) -> None:
    path = zips.packed(tmp_path / "a.zip", {f"{part}/{i}.png": png(i) for part in parts for i in range(8)})
    assert sets.load("pictures", Selection(8, 3, source=str(path))).classes == classes


def test_a_jpeg_by_another_ending_is_one(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("RGB", (12, 12)).save(out, "JPEG")
    wanted = [f"{i}.{ending}" for i, ending in enumerate(["jfif", "jpe", "JFIF", "jpeg", "jpg", "pjp"])]
    assert names(zips.packed(tmp_path / "a.zip", dict.fromkeys(wanted, out.getvalue()))) == wanted


def test_one_damaged_entry_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = zips.damaged(zips.packed(tmp_path / "a.zip", {f"{i}.png": png(i, 40) for i in range(3)}), "1.png")
    with archives.Zip(path) as archive:
        first, second, third = (entry for entry in archive.entries() if isinstance(entry, Entry))
        assert first.read()[:4] == third.read()[:4] == b"\x89PNG"
        with pytest.raises(UserError) as caught:
            second.read()
    assert caught.value.key == "picture_broken"


@pytest.mark.parametrize(
    ("blob", "key"),
    [(b"PK\3\4 and then the line went dead", "data_zip_cut"), (b"Rar!\x1a\x07", "data_not_a_zip"), (b"", "data_not_a_zip")],
)
def test_what_is_no_whole_zip_is_told_as_what_it_is(blob: bytes, key: str, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(blob)
    with pytest.raises(UserError) as caught:
        archives.Zip(tmp_path / "a.zip")
    assert (caught.value.key, caught.value.values) == (key, {"name": "a.zip"})
    with pytest.raises(UserError) as caught:
        archives.Zip(tmp_path / "none.zip")
    assert caught.value.key == "file_unreadable"


def test_a_method_that_is_not_read_is_told_as_such(tmp_path: Path) -> None:
    path = zips.packed(tmp_path / "a.zip", {"a.png": png()}, zipfile.ZIP_STORED)
    blob = bytearray(path.read_bytes())
    central = blob.rindex(b"PK\x01\x02")
    blob[8], blob[central + 10] = 9, 9  # Deflate64, as Windows packs files beyond 2 GB
    path.write_bytes(blob)
    with archives.Zip(path) as archive, pytest.raises(UserError) as caught:
        next(entry for entry in archive.entries() if isinstance(entry, Entry)).read()
    assert caught.value.key == "data_method"


def test_a_folder_with_names_of_old_bytes(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / os.fsdecode("照片.png".encode("gbk"))).write_bytes(png())
    (only,) = archives.in_folder(tmp_path / "in")
    assert isinstance(only, Entry)
    assert only.name == "照片.png"
    assert only.read()[:4] == b"\x89PNG"
