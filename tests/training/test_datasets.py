"""Data sets: the shipped ones are whole, a person's own are taken file by file and nothing in them can do harm."""

from __future__ import annotations

import io
import json
import shutil
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.locales import text
from ganapp.digits import idx
from ganapp.jobs import store
from ganapp.pictures import archives, images
from ganapp.training.data import sets
from ganapp.training.data.sets import Selection, collection, fitted
from ganapp.training.data.sets.__main__ import main
from ganapp.training.data.sets.__main__ import told as tell
from ganapp.training.data.sets.stacked_mnist import Stacked
from tests.support import fakehub


def png(shade: int = 0, side: int = 12, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (side, side), shade if mode == "L" else (shade, 0, 0)).save(out, "PNG")
    return out.getvalue()


def packed(path: Path, files: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, blob in files.items():
            archive.writestr(zipfile.ZipInfo(name), blob, kind)
    return path


def many(count: int = 20, prefix: str = "") -> dict[str, bytes]:
    return {f"{prefix}{i:02d}.png": png(i * 10) for i in range(count)}


def refused(found: sets.Pictures) -> dict[str, str]:
    return {entry.name: entry.key for entry in found.refused}


def test_all_data_sets_are_found() -> None:
    assert sets.names() == ("mnist", "fashion_mnist", "stacked_mnist", "pictures", "hub")  # as a page lists them
    with pytest.raises(UserError) as caught:
        sets.load("imagenet", Selection())
    assert caught.value.key == "one_of"


@pytest.mark.parametrize("data", ["mnist", "fashion-mnist"])
def test_shipped_pictures_are_whole_and_small_enough_for_a_repository(data: str) -> None:
    for name in (f"{data}/t10k-images-idx3-ubyte.gz", f"{data}/train-images-idx3-ubyte.gz", f"{data}/train-labels-idx1-ubyte.gz"):
        assert idx._checked(name)
    assert all(path.stat().st_size < 10_000_000 for path in (paths.assets() / "data" / data).iterdir())


def test_a_piece_that_was_altered_or_lost_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(paths.assets() / "data" / "fashion-mnist", tmp_path / "data" / "fashion-mnist")
    monkeypatch.setattr(paths, "assets", lambda: tmp_path)
    name = "fashion-mnist/train-images-idx3-ubyte.gz"
    second = tmp_path / "data" / f"{name}.2"
    blob = second.read_bytes()
    second.write_bytes(blob[:-1] + bytes([blob[-1] ^ 1]))
    with pytest.raises(UserError) as caught:
        idx._checked(name)
    assert caught.value.key == "data_altered"
    second.unlink()
    with pytest.raises(UserError) as caught:
        idx._checked(name)
    assert caught.value.key == "data_altered"


def test_sizes_are_padded_or_resized() -> None:
    digits = torch.zeros(2, 1, 28, 28, dtype=torch.uint8)
    digits[0, 0, 0, 0] = 255
    assert torch.equal(fitted(digits, 28, 1), digits)
    assert fitted(digits, 32, 1)[0, 0, 2, 2] == 255
    assert fitted(digits, 32, 1).sum() == 255
    assert fitted(digits, 33, 1).shape == (2, 1, 33, 33)
    full = torch.full((1, 1, 28, 28), 255, dtype=torch.uint8)
    for size in (16, 64, 128):
        made = fitted(full, size, 3)
        assert made.shape == (1, 3, size, size)
        assert made[0, :, size // 2, size // 2].tolist() == [255, 255, 255]
        assert made[0, 0, 0, 0] <= 8
        assert made.float().mean() / 255 == pytest.approx((28 / 32) ** 2, abs=0.01)


def test_shipped_sets_give_numbers_in_their_range(monkeypatch: pytest.MonkeyPatch) -> None:
    few = idx.load("mnist", "test")
    monkeypatch.setattr(idx, "load", lambda data, split: idx.Labelled(few.pictures[:50], few.labels[:50]))
    found = sets.load("mnist", Selection(16, 1))
    x, y = found.at(torch.arange(50))
    assert x.shape == (50, 1, 16, 16)
    assert x.min() == -1
    assert y.argmax(1).tolist() == few.labels[:50].tolist()
    bare = sets.load("fashion_mnist", Selection(32, 1, classes=False))
    assert bare.at(torch.arange(3))[1].shape == (3, 0)


def test_stacks_are_three_digits_and_know_their_mode() -> None:
    found = sets.load("stacked_mnist", Selection(32, 3))
    assert len(found) == 128_000
    train = idx.load("mnist", "train")
    for i in (0, 77, 127_999):
        layers = found.raw(torch.tensor([i]))[0]
        triple = found.triples[i].tolist()
        assert all(np.array_equal(layers[c, 2:30, 2:30].numpy(), train.pictures[j]) for c, j in enumerate(triple))
        assert found.modes[i] == int("".join(str(train.labels[j]) for j in triple))
    assert len(found.modes.unique()) == 1000
    assert torch.equal(found.triples, sets.load("stacked_mnist", Selection(32, 3)).triples)
    with pytest.raises(UserError):
        sets.load("stacked_mnist", Selection(32, 1))


def test_a_folder_and_a_zip_of_it_are_the_same_data_set(tmp_path: Path) -> None:
    files = {**many(10, "photos/cats/"), **many(10, "photos/dogs/")}
    for name, blob in files.items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(blob)
    one = sets.load("pictures", Selection(16, 3, source=str(tmp_path / "in")))
    two = sets.load("pictures", Selection(16, 3, source=str(packed(tmp_path / "in.zip", files))))
    assert torch.equal(one.pictures, two.pictures)
    assert one.classes == two.classes == ("cats", "dogs")
    assert one.labels is not None
    assert one.labels.tolist() == [0] * 10 + [1] * 10
    assert not one.refused
    assert one.title["en"] == "in"


def test_classes_only_where_every_picture_has_one(tmp_path: Path) -> None:
    loose = {**many(10, "cats/"), **many(10, "dogs/"), "own.png": png()}
    assert sets.load("pictures", Selection(8, 3, source=str(packed(tmp_path / "a.zip", loose)))).classes == ()
    single = sets.load("pictures", Selection(8, 3, source=str(packed(tmp_path / "b.zip", many(20, "all/")))))
    assert single.classes == ()
    assert single.at(torch.arange(2))[1].shape == (2, 0)
    two = str(packed(tmp_path / "c.zip", {**many(10, "a/"), **many(10, "b/")}))
    assert sets.load("pictures", Selection(8, 3, classes=False, source=two)).labels is None


def test_a_grey_set_is_ink_and_a_coloured_one_is_as_it_was(tmp_path: Path) -> None:
    source = str(packed(tmp_path / "a.zip", {f"{i}.png": png(200, mode="L") for i in range(16)}))
    assert sets.load("pictures", Selection(8, 1, source=source)).pictures.unique().tolist() == [55]
    assert sets.load("pictures", Selection(8, 3, source=source)).pictures.unique().tolist() == [200]


def test_pictures_are_cut_to_the_middle_square_and_laid_on_white() -> None:
    wide = np.zeros((10, 30, 3), np.float32)
    wide[:, 10:20, 0] = 1.0
    cut = images.square(images.Picture(wide), 10, 3)
    assert cut[0].min() == 255
    assert cut[1].max() == 0
    clear = images.square(images.Picture(np.zeros((4, 4, 3), np.float32), np.zeros((4, 4), np.float32)), 8, 3)
    assert clear.min() == 255


def hostile(tmp_path: Path) -> dict[str, bytes]:
    """Files that must be refused, by name, beside twenty good ones."""
    return {
        "notes.txt": b"hello",
        "empty.png": b"",
        "half.png": png(side=40)[:60],
        "text.png": b"this is no picture at all",
        "zeros.png": bytes(4_000_000),
        "../../outside.png": png(),
        "/root.png": png(),
        "back\\slash.png": png(),
        "C:/drive.png": png(),
    }


def test_bad_files_are_named_and_good_ones_used(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {**many(20), **hostile(tmp_path), "__MACOSX/._1.png": b"x", ".hidden.png": b"x", "Thumbs.db": b"x"})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    found = sets.load("pictures", Selection(8, 3, source=str(path)))
    assert len(found) == 21, "a backslash parts folders, as PowerShell 5 writes them"
    assert refused(found) == {
        "notes.txt": "not_a_picture",
        "empty.png": "not_a_picture",
        "half.png": "picture_broken",
        "text.png": "not_a_picture",
        "zeros.png": "data_bomb",
        "../../outside.png": "data_path",
        "/root.png": "data_path",
        "C:/drive.png": "data_path",
        "link.png": "data_link",
    }
    assert not list(tmp_path.parent.rglob("outside.png"))
    for entry in found.refused:
        assert all("{" not in entry.sentence(language) for language in ("en", "zh"))


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    secret, home = tmp_path / "secret", tmp_path / "home"
    secret.mkdir()
    home.mkdir()
    for i in range(20):
        (secret / f"{i}.png").write_bytes(png())
        (home / f"{i}.png").write_bytes(png())
    (home / "link").symlink_to(secret)
    (home / "one.png").symlink_to(secret / "0.png")
    found = sets.load("pictures", Selection(8, 3, source=str(home)))
    assert len(found) == 20
    assert refused(found) == {"link": "data_link", "one.png": "data_link"}


def test_a_zip_that_lies_about_its_sizes_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header that says 100 bytes over an entry that unpacks to 30 MB."""
    path = packed(tmp_path / "a.zip", {**many(20), "big.png": bytes(30_000_000)})
    blob = bytearray(path.read_bytes())
    true = struct.pack("<I", 30_000_000)
    assert blob.count(true) == 2  # once before the data, once in the list of contents
    path.write_bytes(bytes(blob).replace(true, struct.pack("<I", 100)))
    found = sets.load("pictures", Selection(8, 3, source=str(path)))
    assert len(found) == 20
    assert refused(found)["big.png"] in ("picture_broken", "picture_bytes", "not_a_picture")
    monkeypatch.setattr(archives, "TOTAL", 1000 - path.stat().st_size)
    with pytest.raises(UserError) as caught:
        sets.load("pictures", Selection(8, 3, source=str(path)))
    assert caught.value.key == "data_too_few"


def test_locked_entries_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {**many(20), "locked.png": png()})
    blob = bytearray(path.read_bytes())
    start = blob.rindex(b"PK\x01\x02", 0, blob.rindex(b"locked.png"))
    blob[start + 8] |= 1
    path.write_bytes(blob)
    assert refused(sets.load("pictures", Selection(8, 3, source=str(path)))) == {"locked.png": "data_encrypted"}


def test_an_entry_without_a_name_is_refused() -> None:
    assert archives._trick("", zipfile.ZipInfo("")) == "data_path"


def test_too_few_too_many_and_no_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError) as caught:
        sets.load("pictures", Selection(8, 3, source=str(packed(tmp_path / "a.zip", {**many(15), "x.txt": b""}))))
    assert caught.value.key == "data_too_few"
    assert caught.value.values["found"] == 15
    assert "x.txt: This file is not a picture" in str(caught.value)
    kept = store.reason(caught.value.key, **caught.value.values)  # as a job keeps it
    assert store.sentence(json.loads(kept), "zh") == caught.value.sentence("zh")
    assert "x.txt: 这个文件不是" in caught.value.sentence("zh")
    (tmp_path / "no.zip").write_bytes(b"PK nothing")
    keys = {str(tmp_path / "no.zip"): "data_not_a_zip", str(tmp_path / "gone"): "data_source_missing", "": "data_source_missing"}
    for source, key in keys.items():
        with pytest.raises(UserError) as caught:
            sets.load("pictures", Selection(8, 3, source=source))
        assert caught.value.key == key
    monkeypatch.setattr(collection, "MOST", 18)
    found = sets.load("pictures", Selection(8, 3, source=str(packed(tmp_path / "b.zip", many(20)))))
    assert len(found) == 18
    assert refused(found) == {"18.png": "data_full"}
    monkeypatch.setattr(archives, "ENTRIES", 10)
    with pytest.raises(UserError) as caught:
        sets.load("pictures", Selection(8, 3, source=str(tmp_path / "b.zip")))
    assert caught.value.key == "data_full"


NAMES = st.text(st.sampled_from("ab./\\:~ é\n\0"), min_size=1, max_size=12).filter(lambda name: name[0] != "\0").map("{}.png".format)
BLOBS = st.one_of(st.binary(max_size=200), st.integers(0, 255).map(png), st.integers(1, 90).map(lambda n: png(side=20)[:n]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(NAMES, BLOBS, max_size=8), st.integers(0, 3), st.randoms(use_true_random=False))
def test_no_zip_breaks_the_reader(tmp_path: Path, files: dict[str, bytes], flips: int, random: Any) -> None:
    """Any names, any contents, a few bytes changed anywhere: good pictures or a sentence, and nothing outside."""
    path = packed(tmp_path / "a.zip", {**many(16, "good/"), **files})
    blob = bytearray(path.read_bytes())
    for _ in range(flips):
        blob[random.randrange(len(blob))] ^= 1 << random.randrange(8)
    path.write_bytes(blob)
    told = tell("pictures", Selection(8, 1, source=str(path)))
    if "problem" in told:
        assert "{" not in told["problem"]["zh"]
    else:
        assert 16 <= told["pictures"] + len(told["refused"]) <= 16 + len(files) + flips
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.zip"]


def test_the_command_tells_what_is_in_a_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = packed(tmp_path / "a.zip", {**many(10, "a/"), **many(10, "b/"), "a/x.txt": b""})
    assert main(["pictures", "--source", str(path), "--size", "8", "--channels", "3"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pictures"] == 20
    assert told["classes"] == {"a": 10, "b": 10}
    assert [entry["name"] for entry in told["refused"]] == ["a/x.txt"]
    assert told["refused"][0]["zh"] == text("errors.not_a_picture", "zh")
    assert main(["pictures", "--source", str(tmp_path / "gone")]) == 2
    assert "problem" in json.loads(capsys.readouterr().out)


HUB_FILES: dict[str, bytes] = {
    "README.md": b"# data",
    **many(10, "data/train/cats/"),
    **many(10, "data/train/dogs/"),
    **many(10, "data/test/cats/"),
}


def hub_set(tmp_path: Path, files: dict[str, bytes]) -> sets.Pictures:
    hub = fakehub.FakeHub()
    try:
        hub.commit("someone/pets", files, kind="dataset")
        with fakehub.client_of(hub.url, tmp_path):
            return sets.load("hub", Selection(8, 3, source="someone/pets"))
    finally:
        hub.close()


def test_a_data_set_of_the_hub_leaves_its_test_pictures_alone(tmp_path: Path) -> None:
    found = hub_set(tmp_path, HUB_FILES)
    assert len(found) == 20
    assert found.classes == ("cats", "dogs")


def test_a_zip_on_the_hub_is_read_as_any_other(tmp_path: Path) -> None:
    blob = packed(tmp_path / "x.zip", {**many(20), "bad.txt": b""}).read_bytes()
    found = hub_set(tmp_path / "cache", {"pictures.zip": blob})
    assert len(found) == 20
    assert refused(found) == {"bad.txt": "not_a_picture"}


@pytest.mark.parametrize(("files", "key"), [({"data/train.arrow": b"ARROW1"}, "hub_data_tables"), ({"README.md": b"x"}, "hub_data_none")])
def test_tables_and_empty_repositories_are_refused(tmp_path: Path, files: dict[str, bytes], key: str) -> None:
    with pytest.raises(UserError) as caught:
        hub_set(tmp_path, files)
    assert caught.value.key == key


def test_too_large_a_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganapp.models.hub_data.FILES", 5)
    with pytest.raises(UserError) as caught:
        hub_set(tmp_path, HUB_FILES)
    assert caught.value.key == "hub_data_large"
    with pytest.raises(UserError) as caught:
        sets.load("hub", Selection(8, 3, source="no slash"))
    assert caught.value.key == "bad_repository"


def test_a_limit_takes_few_pictures_drawn_by_the_seed() -> None:
    pictures = torch.arange(40, dtype=torch.uint8).view(40, 1, 1, 1).expand(40, 1, 8, 8)
    whole = sets.Pictures(pictures, torch.arange(40) % 4, ("a", "b", "c", "d"), {"en": "x", "zh": "x"})
    few, again, other = (sets.limited(whole, 10, seed) for seed in (1, 1, 2))
    assert (len(few), few.classes, few.channels) == (10, whole.classes, 1)
    taken = few.pictures[:, 0, 0, 0].long()
    assert len(set(taken.tolist())) == 10
    assert few.labels is not None
    assert torch.equal(few.labels, taken % 4)
    assert torch.equal(few.pictures, again.pictures)
    assert not torch.equal(few.pictures, other.pictures)
    for every in (0, 40, 100):
        assert sets.limited(whole, every, 1) is whole
    triples, modes = torch.arange(30).view(10, 3), torch.arange(10)
    stack = Stacked(pictures=pictures, labels=None, classes=(), title=whole.title, triples=triples, modes=modes)
    assert len(sets.limited(stack, 4, 0)) == 4
    assert sets.limited(stack, 4, 0).raw(torch.tensor([3])).shape == (1, 3, 8, 8)
