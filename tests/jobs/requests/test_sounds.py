"""Sounds a visitor sends, the order that learns from them, a sample that is heard, and whether the model may go out."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.finishing import memorising
from ganapp.finishing.adopt import work
from ganapp.jobs import copying, store, visitor
from ganapp.jobs.requests import _demand, job_hear
from ganapp.jobs.store import Job
from ganapp.models import catalog, folder, speaker
from ganapp.pictures import images
from ganapp.sounds import files, mel, pictured
from ganapp.speaking import saying
from ganapp.tasks import speak, speakers
from ganapp.training.data import clips, spoken
from tests.jobs.requests.conftest import KEY, OTHER, ask, refusal
from tests.jobs.requests.test_pictures import looked, send
from tests.support import tinyspeaker
from tests.training.test_sounds_recipe import drums, tone

NUMBER = "sounds-upload-00001"


def test_sounds_are_sent_heard_and_ordered() -> None:
    for kind, low in (("kick", 100), ("snare", 700)):
        for i in range(5):
            assert send(f"drums/{kind}/{i}.wav", tone(low + 20 * i), number=NUMBER)[0] == 200
    assert send("drums/cover.png", b"\x89PNG", number=NUMBER)[0] == 200
    found = looked(upload=NUMBER, data="sounds")
    assert (found["used"], found["classes"], found["counts"], found["cut"], found["data"]) == (10, ["kick", "snare"], [5, 5], 0, "sounds")
    assert found["seconds"] == pytest.approx([0.3, 0.3, 0.3], abs=0.03)
    assert [(each["file"], each["why"]["en"].split(".")[0]) for each in found["refused"]] == [
        ("drums/cover.png", "This file is not a sound")
    ]
    order = {"recipe": "sounds", "steps": 3, "settings": {"data": "sounds", "source": found["source"]}}
    assert refusal("train_start", key=OTHER, order=order)["key"] == "upload_missing"
    assert refusal("train_start", order=order, shared=True)["key"] == "share_untested"
    assert refusal("train_start", order={**order, "settings": {"data": "sounds", "source": "/etc"}})["key"] == "upload_missing"
    assert (
        refusal("train_start", order={**order, "settings": {"data": "mandarin_tones", "source": found["source"]}})["key"] == "source_unused"
    )
    assert refusal("train_start", order={**order, "settings": {"width": 4096}})["key"] == "whole_between"
    assert refusal("data_add", repository="owner/name", data="sounds")["key"] == "sounds_are_sent"


def test_the_options_name_sets_of_sounds_in_both_languages() -> None:
    options = ask("train_options")
    assert [each["id"] for each in options["clips"]] == ["mandarin_digits", "mandarin_tones", "sounds"]
    assert all(each["name"][language] and each["why"][language] for each in options["clips"] for language in ("en", "zh"))
    assert options["sounds"]["data"]["choices"] == ["mandarin_digits", "mandarin_tones", "sounds"]
    assert set(options["judged"]) >= set("零一二三四五六七八九")
    demand = _demand.of({"recipe": "sounds", "steps": 3, "settings": {}})
    net = {part: folder.outline(each, "sounds") for part, each in _demand.parts({"recipe": "sounds", "settings": {}}).items()}
    assert demand.parameters == sum(p.numel() for each in net.values() for p in each.parameters())


def job(recipe: str = "sounds", **settings: Any) -> Job:
    """A run of KEY's that is done, without a result."""
    now = time.time()
    row = Job("5a5a5a5a5a", "Mine", visitor.of(KEY).owner, recipe, 5, "cpu", now, now, state="done")
    with store.changing() as db:
        store.insert(row, db)
    row.folder.mkdir(parents=True)
    (row.folder / "order.json").write_text(json.dumps({"recipe": recipe, "steps": 5, "settings": settings}), encoding="utf-8")
    return row


def test_a_sample_of_any_step_is_heard_as_its_picture_says() -> None:
    told = clips.load("mandarin_digits")
    assert told.labels is not None
    pictures_of = told.pictures[told.labels.argsort()]
    row = job()
    for name in ("", "raw"):
        (row.folder / "samples" / name).mkdir(exist_ok=True, parents=True)
        pictures = pictures_of.repeat_interleave(8, 0) if not name else torch.full((80, mel.BANDS, mel.FRAMES), spoken.floor())
        images.sheet(pictured.shown(pictures)).save(row.folder / "samples" / name / "0000003.png")
    answer = ask("job_hear", id=row.id, step=3, number=1 + 8 * 7)
    assert (answer["heard"], answer["sure"] > 0.8) == ("七", True)
    assert 0.1 < answer["length"] < 0.5
    sound = files.read(base64.b64decode(answer["sound"].partition(",")[2]))
    assert (sound.rate, sound.samples.shape[1]) == (mel.RATE, mel.SAMPLES)
    again = pictured.of_logmel(mel.logmel(torch.from_numpy(sound.samples)))
    assert float((again - pictured.of_logmel(pictures_of[7:8])).abs().mean()) < 0.06
    silent = job_hear.run(job_hear.Request(key=KEY, id=row.id, step=3, number=1, sheet="raw"))
    assert float(abs(files.read(silent.sound).samples).max()) < 0.01
    for fields, key in (({"number": 81}, "job_no_sample"), ({"step": 4}, "no_such_file"), ({"number": 0}, "whole_between")):
        assert refusal("job_hear", **{"id": row.id, "step": 3, "number": 1, **fields})["key"] == key
    assert refusal("job_hear", key=OTHER, id=row.id, step=3)["key"] == "no_such_job"


def test_of_another_run_nothing_is_heard() -> None:
    assert refusal("job_hear", id=job("gan").id, step=3)["key"] == "job_no_sounds"


def learned(result: Path, source: str) -> Path:
    """A speaker that hums, as the result of a run on somebody's own sounds."""
    tinyspeaker.speaker(result)
    config = json.loads((result / folder.CONFIG).read_text(encoding="utf-8"))
    config["training"] = {"recipe": "sounds", "settings": {"data": "sounds", "source": source}}
    folder.rewrite(result, config)
    return result


def test_few_recordings_are_not_published_and_many_are_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = learned(tmp_path / "few" / "result", drums(tmp_path / "six", 6))
    assert memorising.measured(few) is None
    many = learned(tmp_path / "many" / "result", drums(tmp_path / "forty", 20))
    found = memorising.measured(many)
    assert found is not None
    assert (found["samples"], found["training"]) == (500, 40)
    monkeypatch.setattr(copying, "tested", lambda _: None)
    with pytest.raises(UserError, match="neither shared nor published"):
        copying.check(few, anyway=True)
    config = json.loads((few / folder.CONFIG).read_text(encoding="utf-8"))
    config["training"]["settings"] = {"data": "mandarin_digits"}
    folder.rewrite(few, config)
    assert copying.check(few, anyway=False) is None, "the shipped recordings are public"


def test_who_says_the_recordings_again_fails() -> None:
    found = clips.load("mandarin_tones")
    mixed = found.pictures[torch.randperm(len(found), generator=torch.Generator().manual_seed(0))]
    grey = ((pictured.of_logmel(mixed)[:, 0] + 1) * 127.5).byte().numpy()
    recorded, new = grey[:96], grey[96:]
    assert not memorising.judged(recorded, recorded)["passes"]
    assert memorising.judged(new, recorded)["passes"], "other syllables by the same voice"


def test_the_voice_is_used_listed_and_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "find_spec", lambda _: None)  # what writes the browser's copy is missing
    source = str(tmp_path / "drums")
    found = work.adopt(learned(tmp_path / "result", source), paths.trained_models() / "own-drums", "Drums", "job")
    assert found == {"web": False, "missing": ["browser_packages"]}
    described = catalog.load("own-drums", "speak").description
    assert described.training["settings"]["source"] == "drums", "the path is private"
    lines = {line.id: line for line in speakers.run(speakers.Request()).speakers}
    assert (lines["own-drums"].title["zh"], lines["own-drums"].web, lines["own-drums"].digest) == ("Drums", False, "")
    assert (lines["speak-digits"].source, lines["speak-digits"].web) == ("shipped", True)
    said = speak.run(speak.Request(word="seven", model="own-drums"))
    assert said.word == "seven"
    assert speaker.of_folder(catalog.load("own-drums", "speak")).words == tinyspeaker.WORDS


def test_only_words_that_are_digits_are_asked_for_by_their_digit() -> None:
    known = speaker.Speaker("drums", 4, 8000, ("Kick", "snare"), ("own",), frozenset({(0, 0), (1, 0)}), lambda *_: None, lambda *_: None)  # type: ignore[arg-type, return-value]
    assert saying.wanted(known, "Kick", "", 1).word == 0
    with pytest.raises(UserError, match="Kick, snare"):
        saying.wanted(known, "1", "", 1)
