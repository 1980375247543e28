"""What a file says of its making, and what it means when it says nothing."""

from __future__ import annotations

import dataclasses
import io
import json
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import images, photo, photo_file
from ganapp.pictures.mark import photos
from ganapp.pictures.provenance.making import Making, Model
from ganapp.shell import main
from ganapp.tasks import _origin, check, recall

pytest.importorskip("c2pa")
MAKING = Making("filtered", "stylize", {"seed": 3}, (Model("stylize-great-wave", "cd" * 32),), b"the original")


@pytest.fixture(autouse=True)
def own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path_factory.getbasetemp() / "check"))


def shot(side: int = 288) -> photo.Photo:
    ramp = np.add.outer(np.arange(side), np.arange(side)) * 0.3
    noise = np.random.default_rng(3).normal(0, 6, (side, side, 3))
    return photo.Photo(np.clip(ramp[..., None] + 40 + noise, 0, 255).astype(np.uint8), "RGB")


def asked(blob: bytes, kind: str = "image/png") -> check.Result:
    return check.run(check.Request(file=images.data_uri(blob, kind)))


def test_a_result_says_all_and_its_mark_is_the_one_it_names() -> None:
    file, note = _origin.written(shot(), MAKING, lambda photo: photo_file.encode_new(photo, "jpeg", 90))
    assert note == {"state": "signed", "own": True, "original": "", "mark": True}
    told = asked(file.blob)
    assert (told.form, told.size, told.any) == ("JPEG", (288, 288), True)
    assert (told.manifest["state"], told.source, told.signed_recipe) == ("Valid", "compositeWithTrainedAlgorithmicMedia", True)
    assert told.recipe is not None
    assert told.recipe["models"] == [{"id": "stylize-great-wave", "digest": "cd" * 32}]
    assert told.mark is not None
    assert (told.mark["number"], told.same_mark) == (told.recipe["mark"], True)
    assert [each["action"] for each in told.manifest["actions"]] == ["c2pa.opened", "c2pa.filtered", "c2pa.watermarked"]


def test_the_mark_outlives_all_words() -> None:
    file, _ = _origin.written(shot(), MAKING, lambda photo: photo_file.encode_new(photo, "png", 90))
    out = io.BytesIO()
    with Image.open(io.BytesIO(file.blob)) as saved:
        Image.fromarray(np.asarray(saved)).resize((250, 250)).save(out, "JPEG", quality=75)
    told = asked(out.getvalue())
    assert (told.manifest["state"], told.source, told.recipe, told.any) == ("", "", None, True)
    assert told.mark is not None
    assert told.same_mark is None


def test_nothing_is_said_for_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = io.BytesIO()
    Image.fromarray(shot().pixels).save(out, "PNG")
    told = asked(out.getvalue())
    assert (told.any, told.mark, told.looked, told.recipe) == (False, None, True, None)
    (tmp_path / "photo.png").write_bytes(out.getvalue())
    assert main.main(["check", "--file", str(tmp_path / "photo.png"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["any"] is False


def test_another_key_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = photos.marked(shot(), 7, paths.mark_key())
    assert marked is not None
    monkeypatch.setenv("GANAPP_MARK_KEY", "another")
    assert photos.find(marked, paths.mark_key()) is None


def test_a_repair_is_marked_inside_alone_and_only_where_there_is_room() -> None:
    where = np.zeros((288, 288), np.bool_)
    where[10:270, 20:270] = True
    making = dataclasses.replace(MAKING, kind="edited", regions=((20, 10, 250, 260),))
    file, note = _origin.written(shot(), making, lambda photo: photo_file.encode(photo), where)
    assert note["mark"]
    changed = (photo.read(file.blob).pixels != shot().pixels).any(axis=2)
    assert changed.any()
    assert not changed[~where].any()
    assert asked(file.blob).regions == ([20.0, 10.0, 250.0, 260.0],)
    small = np.zeros((288, 288), np.bool_)
    small[:100, :100] = True
    file, note = _origin.written(shot(), making, lambda photo: photo_file.encode(photo), small)
    assert not note["mark"]
    assert np.array_equal(photo.read(file.blob).pixels, shot().pixels)


def test_sounds_and_animations() -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(np.zeros(800, "<i2").tobytes())
    blob, note = _origin.sound(out.getvalue(), Making("created", "speak", {"seed": 1}, (Model("speak-digits"),)))
    told = asked(blob, "audio/wav")
    assert note["state"] == "signed"
    assert (told.form, told.manifest["state"], told.source, told.looked) == ("WAV", "Valid", "trainedAlgorithmicMedia", False)
    frames = [Image.fromarray(np.full((9, 9), level, np.uint8)) for level in (0, 90, 200)]
    blob, _ = _origin.animated(frames, 60, {"task": "morph", "seed": 1}, ())
    told = asked(blob, "image/gif")
    assert (told.manifest["state"], told.recipe and told.recipe["task"]) == ("Valid", "morph")
    assert recall.run(recall.Request(picture=images.data_uri(blob, "image/gif"))).task == "morph"


def test_what_is_no_picture_or_sound_is_refused() -> None:
    for blob in (b"", b"hello", b"%PDF-1.4", b"RIFFxxxxAVI "):
        with pytest.raises(UserError):
            asked(blob)


STRANGE = {"task": {"a": 1}, "models": 3, "settings": []}


@pytest.mark.parametrize("recipe", ["[]", "{", '{"a": NaN}', "[" * 3000, '{"likeness": 5}', json.dumps(STRANGE)])
def test_a_recipe_of_a_stranger_is_an_object_or_none(recipe: str) -> None:
    from PIL import PngImagePlugin

    text, out = PngImagePlugin.PngInfo(), io.BytesIO()
    text.add_text("likeness", recipe)
    Image.new("L", (8, 8)).save(out, "PNG", pnginfo=text)
    assert asked(out.getvalue()).recipe in (None, STRANGE)
