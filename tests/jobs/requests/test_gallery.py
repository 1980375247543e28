"""The gallery: what stands there for whom, who takes it down, and what keeps a generator of own pictures out."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from ganapp.jobs import copying, gallery, queue, store, trained_models
from ganapp.jobs.requests import _rows
from tests.browser import madejobs
from tests.browser.madejobs import Told
from tests.jobs.requests.conftest import KEY, OTHER, ask, found, refusal
from tests.support import tinymodel

PASSWORD = "of the one who runs this"


def made(name: str = "Mine", key: str = KEY, **fields: Any) -> str:
    return madejobs.made(Told(name, **{"state": "done", "step": 500, "shared": True, "result": True, **fields}), key)


def names(key: str = KEY, **fields: Any) -> list[str]:
    return [entry["name"] for entry in ask("gallery_list", key=key, **fields)["entries"]]


def test_what_is_shared_and_has_a_result_stands_there_for_everybody() -> None:
    made("Alone", shared=False)
    made("Nothing yet", result=False)
    job = made("Everybody's", settings={"width": 48})
    entry = ask("gallery_list", key="")["entries"][0]
    assert names(OTHER) == names(KEY) == ["Everybody's"]
    assert (entry["id"], entry["yours"], entry["broken"], entry["waits"], entry["opens"]) == (job, False, False, "", True)
    assert (entry["recipe"], entry["step"], entry["thumb"]) == ("gan", 500, 500)
    assert entry["settings"] == {
        "data": "mnist", "architecture": "dcgan", "loss": "relativistic", "source": "", "size": 32, "channels": 1, "conditional": True,
    }  # fmt: skip
    assert {"name": "recall", "value": 0.95, "real": 1.0} in entry["quality"]["measures"]
    assert entry["quality"]["ill"] == []
    assert ask("gallery_list", key=KEY)["entries"][0]["yours"] is True


def test_who_trained_it_takes_it_down_and_its_model_goes_with_it() -> None:
    job = made()
    model = tinymodel.generator(trained_models.paths.trained_models() / "own-mine-1a2b")
    trained_models.note(model.name, found(job))
    assert ask("gallery_list")["entries"][0]["model"] == model.name
    assert refusal("gallery_remove", key=OTHER, id=job)["key"] == "not_your_job"
    assert model.is_dir()
    assert names(OTHER) == ["Mine"]
    assert ask("gallery_remove", id=job) == {"id": job, "model": model.name}
    assert names(OTHER) == names(KEY) == []
    assert not model.exists()
    assert refusal("job_show", key=OTHER, id=job)["key"] == "no_such_job"
    assert refusal("gallery_remove", key=OTHER, id=job)["key"] == "no_such_job"
    ask("job_change", id=job, action="share")
    assert names(OTHER) == ["Mine"], "the run itself stays"


def test_an_administrator_takes_any_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", PASSWORD)
    job = made()
    assert refusal("gallery_remove", key=OTHER, id=job, password="another")["key"] == "wrong_password"
    assert ask("gallery_list", key="", password=PASSWORD)["entries"][0]["yours"] is True
    assert ask("gallery_remove", key=OTHER, id=job, password=PASSWORD) == {"id": job, "model": ""}
    assert names(OTHER) == []


def noted(job: str, **more: Any) -> None:
    """Write into a job's result what the test for copies found."""
    config = json.loads((found(job).folder / "result" / "config.json").read_text())
    note = {"weights": config["parts"]["model"]["sha256"], "nearer": 0.05, "ratio": 1.0, "passes": True, **more}
    tinymodel.edit(found(job).folder / "result", values={copying.VALUE: note})


def test_a_generator_of_own_pictures_waits_for_the_test_of_copies() -> None:
    job = made(settings={"data": "pictures", "source": "upload:" + "0" * 32})
    assert names(OTHER) == []
    entry = ask("gallery_list")["entries"][0]
    assert (entry["waits"], entry["settings"]["source"]) == (gallery.UNTESTED, "upload:" + "0" * 32)
    for other in ({"weights": "of another net"}, {"passes": False}, {"passes": "yes"}):
        noted(job, **other)
        assert names(OTHER) == [], other
    noted(job, passes=False)
    assert ask("gallery_list")["entries"][0]["waits"] == gallery.COPIES
    noted(job)
    seen = ask("gallery_list", key=OTHER)["entries"][0]
    assert (seen["waits"], seen["settings"]["source"]) == ("", "upload:"), "nobody learns under which name the pictures lie"


def test_many_stand_on_pages_the_newest_first(home: Path) -> None:
    jobs = [made(f"Number {i}") for i in range(7)]
    with store.changing() as db:
        for i, job in enumerate(jobs):
            store.update(job, db, created=1000.0 + i)
    assert names(count=3) == ["Number 6", "Number 5", "Number 4"]
    assert names(first=6, count=3) == ["Number 0"]
    assert ask("gallery_list", first=9)["total"] == 7
    assert refusal("gallery_list", count=61)["key"] == "whole_between"


def test_a_broken_row_ends_no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [made("Sound"), made("<b>Broken</b>"), made("Torn")]
    (found(jobs[2]).folder / "diagnostics.jsonl").write_text('{"step": 5, "recall": {"value": "much"}, "coverage": 7}\n{"st')
    (found(jobs[2]).folder / "order.json").write_text('{"recipe": "gan", "settings": {"data": ["<i>"], "size": "huge", "loss": null}}')

    def names_of(job: store.Job) -> None:
        if job.id == jobs[1]:
            raise ValueError(job.name)

    monkeypatch.setattr(_rows, "names", names_of)
    entries = {entry["name"]: entry for entry in ask("gallery_list")["entries"]}
    assert entries.keys() == {"Sound", "<b>Broken</b>", "Torn"}
    assert [entries[name]["broken"] for name in ("Sound", "<b>Broken</b>", "Torn")] == [False, True, False]
    assert entries["Torn"]["quality"] is None
    assert "data" not in entries["Torn"]["settings"]
    assert ask("gallery_remove", id=jobs[1])["id"] == jobs[1]


def test_what_is_shared_is_kept_while_people_look_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_KEEP_DAYS", "2")
    opened, forgotten, alone = made("Opened"), made("Forgotten"), made("Alone", shared=False)
    old = time.time() - 10 * 86_400
    for job in (opened, forgotten, alone):
        store.update(job, ended=old, watched=time.time() - 86_400)
    store.update(forgotten, watched=old)
    assert set(queue.clean_up()) == {forgotten, alone}
    assert names() == ["Opened"]
