"""The recipe of sounds: sets of them, small runs, and what is looked at on the way."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.models import catalog, speaker
from ganapp.sounds import files, mel, pictured
from ganapp.sounds.sound import Sound
from ganapp.training.data import clips, hearing, spoken
from ganapp.training.data.clips import collection, heard
from ganapp.training.data.clips.__main__ import told
from tests.support.tinyruns import digests

TINY = {"told": 2, "width": 8, "code": 8, "latent": 4, "sheets": 1, "last": 2, "critic": 4, "features": 8, "batch": 4, "diagnosed": 2}


def tone(hertz: float, seconds: float = 0.3, rate: int = 8000, level: float = 0.3) -> bytes:
    """A WAV file of a tone with quiet around it."""
    t = np.arange(round(seconds * rate)) / rate
    sound = np.pad(level * np.sin(2 * np.pi * hertz * t), rate // 20)
    return files.wav(Sound(sound[None].astype(np.float32), rate))


def folder(place: Path, names: dict[str, bytes]) -> str:
    for name, blob in names.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(blob)
    return str(place)


def drums(place: Path, each: int = 6) -> str:
    return folder(place, {f"{kind}-{i:02}.wav": tone(low + 20 * i) for kind, low in (("kick", 100), ("snare", 700)) for i in range(each)})


@pytest.mark.parametrize(("name", "count", "classes"), [("mandarin_digits", 10, "零一二三四五六七八九"), ("mandarin_tones", 192, "āáǎà")])
def test_the_shipped_sets_are_whole(name: str, count: int, classes: str) -> None:
    found = clips.load(name)
    assert (len(found), found.classes, found.voice, found.refused) == (count, tuple(classes), "chu-lo", ())
    assert found.labels is not None
    assert found.labels.bincount().tolist() == [count // len(classes)] * len(classes)
    assert max(found.seconds) < 0.8
    assert found.judge == ("speech-judge" if count == 10 else "")


def test_a_judge_hears_every_digit_as_it_is_told() -> None:
    found = clips.load("mandarin_digits")
    random = np.random.default_rng(3)
    pictures = torch.stack([hearing.anew(sound, random) for sound in found.sounds])
    loaded = catalog.load("speech-judge", "classify")
    heard = loaded.net()(pictured.of_logmel(pictures)).argmax(1) - 10
    assert found.labels is not None
    assert heard.tolist() == found.labels.tolist()


def test_a_small_set_is_told_over_and_over_and_a_large_one_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heard, "ENOUGH", 60)
    few = clips.load("sounds", drums(tmp_path / "few"))
    once = heard.ENOUGH // 2
    assert (len(few), len(few.sounds)) == (12, 12)
    data = few.told()
    assert len(data) == heard.ENOUGH // 12 * 12
    assert data.word_names == ("kick", "snare")
    assert data.words.tolist() == (few.labels.tolist() if few.labels is not None else []) * (len(data) // 12)
    assert torch.equal(data.pictures[:12], few.pictures)
    assert not torch.equal(data.pictures[12:24], few.pictures), "higher, slower, duller"
    assert torch.equal(few.told().pictures, data.pictures), "always the same ones"
    many = clips.Clips(few.pictures.repeat(once, 1, 1), None, (), {"en": "Many", "zh": "多"})
    assert len(many.told()) == 12 * once
    assert many.told().word_names == ("Many",)


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (["a/1.wav", "a/2.wav", "b/1.wav"], ("a", "b")),
        (["train/a/1.wav", "test/b/1.wav"], ("a", "b")),
        (["kick-01.wav", "kick-02.wav", "snare-01.wav", "snare_2.wav"], ("kick", "snare")),
        (["7_jackson_32.wav", "7_theo_1.wav", "3_theo_0.wav", "3_theo_9.wav"], ("3", "7")),
        (["kick1.wav", "kick2.wav", "hat1.wav", "hat2.wav"], ("hat", "kick")),
        (["鼓 1.wav", "鼓 2.wav", "锣 1.wav", "锣 2.wav"], ("锣", "鼓")),
        (["kick (1).wav", "kick (2).wav", "hat (1).wav", "hat (2).wav"], ("hat", "kick")),
        (["九/1.wav", "二/1.wav", "零/1.wav"], ("九", "二", "零")),
        (["rain.wav", "wind.wav", "sea.wav"], ()),
        (["kick-1.wav", "kick-2.wav", "lonely.wav"], ()),
        (["one-1.wav", "two-1.wav"], ()),
    ],
)
def test_classes_are_folders_or_what_names_begin_with(names: list[str], classes: tuple[str, ...]) -> None:
    labels, found = collection.kinds([PurePosixPath(name) for name in names])
    assert found == classes
    assert (labels is None) == (not classes)


def test_what_cannot_be_used_is_named_and_the_others_are_used(tmp_path: Path) -> None:
    bad = {
        "photo.png": b"\x89PNG",
        "words.wav": b"no sound at all",
        "silent.wav": tone(200, level=0.0),
        "blip.wav": tone(200, 0.005),
        "song.wav": tone(200, 11),
        "inner.zip": b"PK",
    }
    drums(tmp_path / "set")
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((tmp_path / "set").iterdir()):
            archive.write(file, file.name)
        for name, blob in bad.items():
            archive.writestr(name, blob)
    found = clips.load("sounds", str(path))
    assert len(found) == 12
    assert {each.name: each.key for each in found.refused} == {
        "photo.png": "not_a_sound",
        "words.wav": "sound_unreadable",
        "silent.wav": "clip_silent",
        "blip.wav": "clip_short",
        "song.wav": "clip_long",
        "inner.zip": "data_nested",
    }
    assert all(each.sentence(language) for each in found.refused for language in ("en", "zh"))
    folder(tmp_path / "set", {"silent.wav": bad["silent.wav"], "long.wav": tone(300, 1.5)})
    again = told("sounds", str(tmp_path / "set"))
    assert (again["sounds"], again["cut"], [each["name"] for each in again["refused"]]) == (13, 1, ["silent.wav"])
    assert again["seconds"][2] == pytest.approx(1.5, abs=0.05)


def test_one_sound_is_too_few_in_both_languages(tmp_path: Path) -> None:
    problem = told("sounds", folder(tmp_path / "one", {"one.wav": tone(200)}))["problem"]
    assert problem["en"].startswith("Only 1 sounds can be used, and at least 10 are needed")
    assert "至少需要 10 个" in problem["zh"]
    for source in ("", str(tmp_path / "none")):
        with pytest.raises(UserError, match="no folder or zip file"):
            clips.load("sounds", source)


def test_a_shipped_set_that_was_altered_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data" / "mandarin-digits").mkdir(parents=True)
    monkeypatch.setattr("ganapp.base.paths.assets", lambda: tmp_path)
    for blob, key in ((None, "data_missing"), (b"other", "data_altered")):
        if blob:
            (tmp_path / "data" / "mandarin-digits" / "sounds.zip").write_bytes(blob)
        with pytest.raises(UserError) as problem:
            clips.load("mandarin_digits")
        assert problem.value.key == key


def test_a_tiny_run_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    source = drums(tmp_path / "drums")
    order = Order("sounds", 6, every=3, threads=1, settings={**TINY, "data": "sounds", "source": source})
    assert digests(tmp_path / "whole", order) == digests(tmp_path / "stopped", order, stop=3)
    result = tmp_path / "whole" / "result"
    described = json.loads((result / "config.json").read_text(encoding="utf-8"))
    assert described["licence"] == "other", "whose sounds they are is not known here"
    voice = speaker.of_folder(catalog.opened(str(result), "speak"))
    assert (voice.words, voice.voices) == (("kick", "snare"), ("own",))
    lamps = [json.loads(line) for line in (tmp_path / "whole" / "diagnostics.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {"modes_covered", "pair_diversity", "recall", "memorising"} <= set(lamps[-1])
    assert {advice["key"] for lamp in lamps[-1].values() if isinstance(lamp, dict) for advice in lamp["advice"]} <= {"stop_here"}


def test_a_sheet_holds_the_picture_to_a_quarter_of_a_decibel() -> None:
    picture = torch.rand(2, mel.BANDS, mel.FRAMES) * 12 + spoken.floor()
    levels = (pictured.shown(picture) * 255).round() / 255
    assert float((pictured.from_shown(levels) - picture).abs().max()) < 0.03
