"""Lessons as the page, the API and the shell use them, and what they claim: each breaks as named, and heals."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import locales, members, order_file, validation
from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.jobs import actions, lessons, orders, visitor
from ganapp.jobs.requests import _orders
from ganapp.shell import main
from ganapp.training.health import diagnoses
from ganapp.training.recipes import gan
from ganapp.training.run import loop, place
from tests.jobs.requests.conftest import KEY, ask, found, over, refusal, until

PARTS = {"name", "breaks", "watch", "why", "cure", "healed"}


@pytest.mark.parametrize("name", lessons.names())
def test_every_lesson_is_an_order_with_a_cure_and_words(name: str) -> None:
    lesson = lessons.lesson(name)
    order = _orders.checked(visitor.of(KEY), lesson.order)
    assert set(lesson.symptoms) <= set(diagnoses.diagnoses())
    healing = orders.changed(order, lesson.changes)
    for each in (order, healing):
        settings = validation.read(gan.Settings, _orders.checked(visitor.of(KEY), each)["settings"], "settings")
        assert settings.diagnosed * 3 <= each["steps"]
    assert not lesson.cured(order)
    assert lesson.cured(healing)
    if lesson.onward:
        assert not [part for part in _orders.BUILT if order["settings"].get(part) != healing["settings"].get(part)]
    described = members.described("lessons")[name]
    for language in locales.LANGUAGES:
        assert set(described[language]) == PARTS
        assert all(lesson.say(part, language) == described[language][part] for part in PARTS)


def test_lessons_are_listed_and_an_unknown_one_lists_them() -> None:
    listed = ask("train_options")["lessons"]
    assert [each["id"] for each in listed] == list(lessons.names())
    assert set(listed[0]["name"]) == {"en", "zh"}
    said = refusal("lesson_start", lesson="nothing")
    assert said["key"] == "lesson_unknown"
    assert all(name in said["en"] and name in said["zh"] for name in lessons.names())
    for broken in ("No", "a" * 41, "../x", 3):
        with pytest.raises(UserError):
            orders.checked({"recipe": "gan", "steps": 1, "lesson": broken})


def diagnosed(job: str, **ill: bool) -> None:
    """A last diagnosis that finds so."""
    lamp = {"value": 0.5, "real": 0.5, "threshold": 0.6, "better": "lower", "advice": []}
    line = {"step": 10, **{name: {**lamp, "ill": each} for name, each in ill.items()}}
    (found(job).folder / "diagnostics.jsonl").write_text(json.dumps(line) + "\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", lessons.names())
def test_a_lesson_begins_names_its_symptom_and_is_cured(quick: None, name: str) -> None:
    chosen = lessons.lesson(name)
    job = ask("lesson_start", lesson=name, name="Mine")["job"]
    assert job["name"] == "Mine"
    until(job["id"], over)
    assert ask("job_show", id=job["id"])["lesson"] == {"id": name, "cured": False, "found": None}
    diagnosed(job["id"], **dict.fromkeys(chosen.symptoms, True))
    assert ask("job_show", id=job["id"])["lesson"]["found"] is True
    healing = ask("lesson_cure", id=job["id"])["job"]
    assert healing["parent"] == job["id"]
    order = json.loads((found(healing["id"]).folder / "order.json").read_text())
    assert order == orders.changed(chosen.order, chosen.changes) | {"device": order["device"]}
    until(healing["id"], over)
    first = json.loads((found(healing["id"]).folder / "metrics.jsonl").read_text().splitlines()[0])["step"]
    assert first == 1, "an onward copy keeps the log of the run before it, another begins with its own first step"
    diagnosed(healing["id"], **dict.fromkeys(chosen.symptoms, False))
    assert ask("job_show", id=healing["id"])["lesson"] == {"id": name, "cured": True, "found": False}


def test_most_of_the_last_three_looks_decide(tmp_path: Path) -> None:
    lesson = lessons.lesson("normalisation")

    def verdict(*ill: bool) -> bool | None:
        lines = [json.dumps({"step": i, "entropy": {"ill": each}}) for i, each in enumerate(ill)]
        (tmp_path / "diagnostics.jsonl").write_text("\n".join(lines) + "\n")
        return lesson.verdict(tmp_path)

    assert verdict(True) is True
    assert verdict(True, True, True, False, False, True) is False
    assert verdict(False, True, True, False) is True
    assert verdict(True, False) is None
    assert verdict() is None
    assert lesson.found([{"step": 3}]) is None


def test_only_a_run_of_a_lesson_is_cured_by_one_who_may(quick: None) -> None:
    job = ask("train_start", order={"recipe": "gan", "steps": 3, "device": "cpu", "settings": {}})["job"]["id"]
    assert ask("job_show", id=job)["lesson"] is None
    assert refusal("lesson_cure", id=job)["key"] == "lesson_unknown"
    assert refusal("lesson_cure", key="b" * 32, id=job)["key"] == "no_such_job"


def test_the_shell_lists_lessons_for_a_wrong_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["train", "lesson:wrong"]) == 2
    said = capsys.readouterr().err
    assert all(f"lesson:{name}" in said for name in lessons.names())
    assert not actions.listing(visitor.shell())


def test_the_shell_breaks_names_and_heals(quick: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The runs are done by tests/support/jobworker.py; what the meter finds is put there."""
    chosen = lessons.lesson(lessons.names()[0])
    from ganapp.jobs import snapshot

    read, ill = snapshot.read, [True]

    def finding(*given: Any) -> Any:
        now = read(*given)
        if now.state == "done" and not now.lamps:
            diagnosed(now.id, **dict.fromkeys(chosen.symptoms, not chosen.cured(now.order) and ill[0]))
        return read(*given)

    monkeypatch.setattr(snapshot, "read", finding)
    assert main.main(["train", f"lesson:{chosen.id}"]) == 0
    said = capsys.readouterr().out
    places = [said.index(words) for words in (chosen.say("breaks"), "There it is", chosen.say("cure"), "Healed", chosen.say("healed"))]
    assert places == sorted(places)
    assert len(actions.listing(visitor.shell())) == 2
    ill[0] = False
    assert main.main(["train", f"lesson:{chosen.id}"]) == 1
    assert "It did not show this time" in capsys.readouterr().out


SEEDS = tuple(range(int(os.environ.get("GANAPP_TEST_SEEDS", "5"))))
TWO_MINUTES = 2 * 2 * 60.0  # seconds of processor time: two cores for two minutes


@pytest.mark.slow  # a quarter of an hour for all; the lessons' orders and words are checked above
@pytest.mark.parametrize("name", lessons.names())
@pytest.mark.parametrize("seed", SEEDS)
def test_every_lesson_breaks_as_named_and_heals(tmp_path: Path, name: str, seed: int) -> None:
    lesson = lessons.lesson(name)
    sick, healing = tmp_path / "sick", tmp_path / "healing"
    begun = time.process_time()
    lamps = trained(sick, {**lesson.order, "seed": seed})
    named = shown(lesson, lamps)
    assert lesson.verdict(sick) is True, named
    healing.mkdir()
    if lesson.onward:
        actions._copy(sick, healing)
    lamps = trained(healing, {**orders.changed(lesson.order, lesson.changes), "seed": seed})
    assert lesson.verdict(healing) is False, shown(lesson, lamps)
    spent = time.process_time() - begun
    print(f"{name}, seed {seed}: {spent:.0f} s of processor time; {named} -> {shown(lesson, lamps)}")
    assert spent < TWO_MINUTES


def shown(lesson: lessons.Lesson, lamps: dict[str, Any]) -> str:
    """What the meter reads of a lesson's symptoms, and from where on it is an illness."""
    return ", ".join(f"{each} {lamps[each]['value']:.3f} ({lamps[each]['threshold']:.3f})" for each in lesson.symptoms if each in lamps)


def trained(folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order; what its last diagnosis found."""
    folder.mkdir(exist_ok=True)
    place.settle("cpu")
    order_file.validation.read(Order, order, "order").write(folder)
    assert loop.train(order_file.read(folder), folder) == "done"
    lines = (folder / "diagnostics.jsonl").read_text().splitlines()
    last: dict[str, Any] = json.loads(lines[-1])
    return last
