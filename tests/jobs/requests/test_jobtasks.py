"""Requests about jobs, as the page makes them. Most jobs here are done by tests/support/jobworker.py; one is a real, tiny training."""

from __future__ import annotations

import dataclasses
import json
import math
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ganapp import losses
from ganapp.base import locales, paths, validation
from ganapp.base.errors import UserError
from ganapp.base.order_file import NUMBERS, Order
from ganapp.digits import idx
from ganapp.jobs import actions, orders, process, store, visitor
from ganapp.jobs.requests import _advice, _orders, _processes, _schema
from ganapp.training import options_file
from ganapp.training.data import augmentations, sets
from ganapp.training.health import advice
from ganapp.training.recipes import _players, digits, gan
from tests.jobs.requests.conftest import KEY, OTHER, TINY, ask, found, over, refusal, until, worked


def test_the_page_reads_what_the_code_says() -> None:
    written = (paths.assets() / "training.json").read_text(encoding="utf-8")
    assert written == options_file.text(), f"assets/training.json is out of date: run {options_file.COMMAND}"


@pytest.mark.parametrize(("recipe", "part"), [(gan, "schema"), (digits, "digits")])
def test_the_schema_is_the_recipes_own(recipe: Any, part: str) -> None:
    schema, defaults = _schema.facts()[part], recipe.Settings()
    assert list(schema) == [*recipe.Settings.__dataclass_fields__]
    for name, entry in schema.items():
        value = getattr(defaults, name)
        assert entry["default"] == (list(value) if isinstance(value, tuple) else value), name
        validation.check(name, entry["default"], entry)
        for number in (entry["low"], entry["high"]) if "low" in entry else ():
            assert getattr(recipe.Settings(**{name: number}), name) == number
        for number in (entry["low"] - 1, entry["high"] + 1, math.nan) if "low" in entry else ():
            with pytest.raises(UserError, match=name):
                recipe.Settings(**{name: number})
            with pytest.raises(UserError, match=name):
                validation.check(name, number, entry)
        for choice in entry.get("choices", ()):
            assert validation.read(recipe.Settings, {name: [choice] if entry["kind"] == "choices" else choice}, "settings")
    for name in ("g_beta1", "d_beta1", "g_beta2", "d_beta2", "dropout", "beta1", "beta2"):
        if name in schema:
            recipe.Settings(**{name: schema[name]["high"]})
            with pytest.raises(ValueError, match=name):
                recipe.Settings(**{name: 1.0})


def test_the_schema_names_what_there_is() -> None:
    schema = _schema.facts()["schema"]
    known = {"data": sets.names(), "architecture": _players.ARCHITECTURES, "loss": losses.names(), "augment": augmentations.names()}
    for name, choices in known.items():
        assert tuple(schema[name]["choices"]) == choices
    assert sorted(_schema.facts()["digits"]["data"]["choices"]) == sorted(idx.folders())


@pytest.mark.parametrize("name", NUMBERS)
def test_the_bounds_of_an_order_are_those_of_the_training(name: str) -> None:
    low, high = NUMBERS[name]
    for number in (low, high):
        assert orders.checked({"recipe": "gan", "steps": 1, name: number})[name] == number
        assert getattr(Order("gan", **{"steps": 1, name: number}), name) == number
    for number in (low - 1, high + 1):
        with pytest.raises(UserError):
            orders.checked({"recipe": "gan", "steps": 1, name: number})
        with pytest.raises(UserError):
            Order("gan", **{"steps": 1, name: number})


def test_the_data_sets_are_those_that_can_be_loaded() -> None:
    listed = {entry["id"]: entry for entry in _schema.facts()["datasets"]}
    assert set(listed) == set(sets.names())
    for name in ("mnist", "fashion_mnist", "stacked_mnist"):
        loaded = sets.load(name, sets.Selection(32, 3 if listed[name].get("stacked") else 1))
        told = listed[name]
        assert (tuple(told["classes"]), told["pictures"], told["channels"]) == (loaded.classes, len(loaded), loaded.channels)
        assert told.get("stacked", False) == loaded.stacked


def test_options_tell_all_there_is_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_JOB_STEPS", "5000")
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", "sesame")
    told = ask("train_options")
    assert [preset["id"] for preset in told["presets"]][0] == "good_start"
    assert set(told["objectives"]) == set(losses.names())
    assert [entry["id"] for entry in told["architectures"]] == list(_players.ARCHITECTURES)
    assert told["objectives"]["non_saturating"]["discriminator"] == pytest.approx(1.386294)
    for entry in (*told["presets"], *told["datasets"], *told["architectures"], *told["objectives"].values()):
        for part in ("name", "why"):
            assert all(entry[part][language] for language in locales.LANGUAGES)
    assert (told["limits"]["steps"], told["limits"]["upload_mb"], told["borrowed"], told["administrator"]) == (5000, 200, False, True)
    assert told["devices"][-1] == "cpu"
    assert "sesame" not in json.dumps(told)


def test_every_preset_can_be_ordered_from_the_page(tmp_path: Path) -> None:
    for preset in ask("train_options")["presets"]:
        if not preset["own_data"]:
            assert _orders.checked(visitor.of(KEY), preset["order"]) == preset["order"]


@pytest.mark.parametrize(
    ("order", "key", "word"),
    [
        ({"recipe": "gan", "steps": 5, "settings": {"width": 1e9}}, "whole_between", "width"),
        ({"recipe": "gan", "steps": 5, "settings": {"width": True}}, "whole_between", "width"),
        ({"recipe": "gan", "steps": 5, "settings": {"g_rate": float("nan")}}, "number_between", "g_rate"),
        ({"recipe": "gan", "steps": 5, "settings": {"g_rate": "fast"}}, "number_between", "g_rate"),
        ({"recipe": "gan", "steps": 5, "settings": {"loss": "hope"}}, "one_of", "hinge"),
        ({"recipe": "gan", "steps": 5, "settings": {"loss": ["hinge"]}}, "one_of", "hinge"),
        ({"recipe": "gan", "steps": 5, "settings": {"channels": 2}}, "one_of", "1, 3"),
        ({"recipe": "gan", "steps": 5, "settings": {"channels": True}}, "one_of", "1, 3"),
        ({"recipe": "gan", "steps": 5, "settings": {"augment": "colour"}}, "one_of", "colour"),
        ({"recipe": "gan", "steps": 5, "settings": {"augment": ["colour", "magic"]}}, "one_of", "colour"),
        ({"recipe": "gan", "steps": 5, "settings": {"spectral": 1}}, "true_or_false", "spectral"),
        ({"recipe": "gan", "steps": 5, "settings": {"title": "x" * 201}}, "text_needed", "title"),
        ({"recipe": "gan", "steps": 5, "settings": {"hope": 1}}, "field_unknown", "hope"),
        ({"recipe": "gan", "steps": 5, "settings": {"source": "/etc"}}, "source_unused", "mnist"),
        ({"recipe": "gan", "steps": 5, "settings": {"data": "pictures", "source": "/etc"}}, "upload_missing", "again"),
        ({"recipe": "gan", "steps": 5, "settings": {"data": "pictures", "source": "upload:" + "0" * 32}}, "upload_missing", "again"),
        ({"recipe": "gan", "steps": 5, "settings": {"data": "hub", "source": "../../etc/passwd"}}, "bad_repository", "passwd"),
        ({"recipe": "encoder", "steps": 5, "settings": {"generator": "/etc"}}, "one_of", "gan"),
        ({"recipe": "gan", "steps": 5, "processes": 4096}, "whole_between", "processes"),
        ({"recipe": "gan", "steps": 0}, "order_numbers", "1"),
        ({"recipe": "gan"}, "missing_key", "steps"),
        ({"recipe": "gan", "steps": 5, "settings": []}, "bad_value", "settings"),
        ("gan", "object_needed", "order"),
    ],
)
def test_an_order_that_cannot_be_is_refused_with_a_sentence(order: Any, key: str, word: str) -> None:
    for request in ("train_start", "train_estimate"):
        told = refusal(request, order=order)
        assert told["key"] == key
        assert word in told["en"]
    assert store.select() == ()


def test_fields_are_checked() -> None:
    assert refusal("jobs_list", key="short")["key"] == "visitor_key"
    assert refusal("jobs_list", key="")["key"] == "visitor_key"
    assert refusal("jobs_list", key=7)["key"] == "text_needed"
    assert refusal("jobs_list", count=0)["key"] == "whole_between"
    assert refusal("jobs_list", first=-1)["key"] == "whole_between"
    assert refusal("jobs_list", mine="yes")["key"] == "true_or_false"
    assert refusal("jobs_list", password="guess")["key"] == "wrong_password"
    assert refusal("job_show", id="ffff")["key"] == "no_such_job"
    assert refusal("job_change", id="ffff", action="explode")["key"] == "one_of"


@pytest.mark.usefixtures("quick")
def test_start_list_show_and_change() -> None:
    row = ask("train_start", order=worked(400, pace=0.05), name="Anna's digits")["job"]
    second = ask("train_start", order=worked(400, pace=0.05))["job"]
    assert (row["state"], row["place"], row["yours"], row["shared"]) == ("running", 0, True, False)
    assert (second["state"], second["place"], second["name"]) == ("waiting", 1, "Digits")
    assert row["order_summary"]["recipe"] == "digits"
    listed = ask("jobs_list")
    assert ([entry["id"] for entry in listed["jobs"]], listed["total"]) == ([second["id"], row["id"]], 2)
    assert [entry["name"] for entry in ask("jobs_list", find="ANNA")["jobs"]] == ["Anna's digits"]
    assert ask("jobs_list", find="nothing")["total"] == 0
    assert [entry["id"] for entry in ask("jobs_list", first=1, count=1)["jobs"]] == [row["id"]]
    assert ask("job_show", id=second["id"])["place"] == 1
    assert ask("job_change", id=second["id"], action="rename", name="Second")["job"]["name"] == "Second"
    assert refusal("job_change", id=second["id"], action="rename", name=" ")["key"] == "text_needed"
    assert ask("job_change", id=second["id"], action="delete") == {"job": None, "memorising": None}
    until(row["id"], lambda now: now["step"] > 2)
    ask("job_change", id=row["id"], action="pause")
    assert until(row["id"], over)["state"] == "paused"
    assert ask("job_change", id=row["id"], action="resume")["job"]["state"] == "running"
    ask("job_change", id=row["id"], action="stop")
    assert until(row["id"], over)["state"] == "stopped"


@pytest.mark.usefixtures("quick")
def test_others_see_what_is_shared_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    row = ask("train_start", order=worked(400, pace=0.05))["job"]
    assert ask("jobs_list", key=OTHER) == {"jobs": [], "total": 0}
    assert refusal("job_show", key=OTHER, id=row["id"])["key"] == "no_such_job"
    assert ask("job_change", id=row["id"], action="share")["job"]["shared"] is True
    seen = ask("jobs_list", key=OTHER)["jobs"]
    assert [(entry["id"], entry["yours"]) for entry in seen] == [(row["id"], False)]
    assert ask("jobs_list", key=OTHER, mine=True)["total"] == 0
    assert ask("job_show", key=OTHER, id=row["id"])["yours"] is False
    for action in ("stop", "delete", "rename", "unshare"):
        assert refusal("job_change", key=OTHER, id=row["id"], action=action, name="Mine")["key"] == "not_your_job"
    copy = ask("job_duplicate", key=OTHER, id=row["id"], changes={"steps": 9})["job"]
    assert (copy["yours"], copy["steps"], copy["parent"], copy["name"]) == (True, 9, row["id"], "Digits")  # nobody named either
    assert copy["names"] is not None
    assert ask("job_change", id=row["id"], action="unshare")["job"]["shared"] is False
    assert refusal("job_show", key=OTHER, id=row["id"])["key"] == "no_such_job"
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", "open sesame")
    every = ask("jobs_list", key="", password="open sesame")
    assert (every["total"], [entry["yours"] for entry in every["jobs"]]) == (2, [True, True])
    ask("job_change", key="", password="open sesame", id=row["id"], action="stop")
    assert until(row["id"], over)["state"] == "stopped"


@pytest.mark.usefixtures("quick")
def test_what_is_allowed_here_is_kept_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_JOBS_PER_VISITOR", "1")
    monkeypatch.setenv("GANAPP_JOB_STEPS", "500")
    row = ask("train_start", order=worked(400, pace=0.05))["job"]
    assert refusal("train_start", order=worked(4))["key"] == "jobs_limit"
    assert refusal("job_duplicate", id=row["id"])["key"] == "jobs_limit"
    assert refusal("train_start", order=worked(501))["key"] == "steps_limit"
    assert refusal("job_duplicate", id=row["id"], changes={"steps": 501})["key"] == "steps_limit"


@pytest.mark.usefixtures("quick")
def test_a_copy_goes_on_only_with_the_same_networks() -> None:
    order = {"recipe": "gan", "steps": 6, "device": "cpu", "settings": {"width": 8}}
    row = ask("train_start", order=order)["job"]
    until(row["id"], over)
    told = refusal("job_duplicate", id=row["id"], changes={"settings": {"width": 9}}, onward=True)
    assert told["key"] == "onward_fixed"
    assert "width" in told["en"]
    assert refusal("job_duplicate", id=row["id"], changes={"settings": {"g_rate": 7}})["key"] == "number_between"
    assert refusal("job_duplicate", id=row["id"], changes={"settings": 7})["key"] == "object_needed"
    copy = ask("job_duplicate", id=row["id"], changes={"steps": 12, "settings": {"g_rate": 0.01}}, onward=True, name="Further")["job"]
    assert (copy["name"], copy["steps"]) == ("Further", 12)
    assert until(copy["id"], over)["step"] == 12
    assert ask("job_show", id=copy["id"])["curves"]["step"] == list(range(1, 13))
    again = ask("job_duplicate", id=copy["id"])["job"]
    assert (again["name"], again["steps"]) == ("Further (2)", 12)


def lamp(key: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {"value": 0.1, "threshold": 0.5, "better": "higher", "ill": True, "advice": [{"key": key, "changes": changes}]}


@pytest.mark.usefixtures("quick")
def test_advice_stops_the_run_and_goes_on_from_its_last_good_checkpoint() -> None:
    order = {"recipe": "gan", "steps": 400, "device": "cpu", "settings": {"pace": 0.05}}
    row = actions.submit(visitor.of(KEY), order, "Ill")  # the page's own requests know no such setting
    until(row.id, lambda now: now["step"] > 4)
    (row.folder / "good.pt").write_text("3")
    lines = [{"step": 2, "recall": lamp("augment_on", {})}, {"step": 4, "recall": lamp("lower_d_rate", {"d_rate": 5e-4}), "critic": {}}]
    (row.folder / "diagnostics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    now = ask("job_show", id=row.id)
    assert now["advice"] == [{"key": "lower_d_rate", "changes": {"d_rate": 5e-4}}]
    assert refusal("job_advise", id=row.id, advice="augment_on")["key"] == "advice_unfit"
    settings = json.loads((row.folder / "order.json").read_text())
    (row.folder / "order.json").write_text(json.dumps({**settings, "settings": {}}))
    copy = ask("job_advise", id=row.id, advice="lower_d_rate")["job"]
    assert found(row.id).state == "stopped"
    assert (copy["state"], copy["parent"]) == ("running", row.id)
    assert json.loads((found(copy["id"]).folder / "order.json").read_text())["settings"] == {"d_rate": 5e-4}
    assert until(copy["id"], lambda now: now["step"] > 3)["state"] in ("running", "done")
    log = (found(copy["id"]).folder / "metrics.jsonl").read_text().splitlines()
    assert json.loads((found(row.id).folder / "checkpoint.pt").read_text()) > 3
    assert [json.loads(line)["step"] for line in log][-1] >= 4


@pytest.mark.usefixtures("quick")
def test_advice_to_stop_only_stops() -> None:
    row = actions.submit(visitor.of(KEY), worked(400, pace=0.05))
    until(row.id, lambda now: now["step"] > 2)
    (row.folder / "diagnostics.jsonl").write_text(json.dumps({"step": 2, "memorising": lamp("stop_here", {})}) + "\n")
    answer = ask("job_advise", id=row.id, advice="stop_here")["job"]
    assert (answer["id"], answer["state"]) == (row.id, "stopped")
    assert len(store.select()) == 1


@pytest.mark.usefixtures("quick")
def test_a_run_that_diverged_is_offered_slower_players() -> None:
    row = actions.submit(visitor.of(KEY), {"recipe": "gan", "steps": 9, "device": "cpu", "settings": {"end": "nan"}})
    assert until(row.id, over)["reason"]["zh"]
    now = ask("job_show", id=row.id)
    settings = {"d_rate": 4e-3, "g_rate": 2e-3}
    offered = _advice.offered(type("Now", (), {"lamps": {}, "reason": now["reason"], "order": {"recipe": "gan", "settings": settings}})())
    assert offered == [{"key": "halve_rates", "changes": advice.changes("halve_rates", dataclasses.asdict(gan.Settings()) | settings)}]
    assert "step 3" in now["why"]["en"]


@pytest.mark.usefixtures("quick")
def test_what_is_new_since_a_mark_makes_up_the_whole() -> None:
    row = actions.submit(visitor.of(KEY), worked(120, pace=0.02))
    held: dict[str, Any] = {"step": [], "mark": -1, "samples": []}
    incremental = 0
    while True:
        now = ask("job_show", id=row.id, since=held["mark"])
        start = now["curves"]["from"]
        incremental += start > 0
        held["step"] = held["step"][:start] + now["curves"]["step"]
        held["mark"] = now["mark"]
        if over(now):
            break
        time.sleep(0.1)
    assert incremental > 2
    assert held["step"] == list(range(1, 121)) == ask("job_show", id=row.id)["curves"]["step"]
    assert len(ask("job_show", id=row.id, since=held["mark"])["curves"]["step"]) == 1


def test_samples_and_diagnoses_since_a_mark(quick: None) -> None:
    row = actions.submit(visitor.of(KEY), worked(2))
    until(row.id, over)
    for name in ("samples", "samples/raw"):
        (row.folder / name).mkdir()
        for step in range(10, 101, 10):
            (row.folder / name / f"{step:07d}.png").write_bytes(b"png")
    told = [json.dumps({"step": step, "recall": lamp("augment_on", {"augment": ["cutout"]})}) for step in range(10, 101, 10)]
    (row.folder / "diagnostics.jsonl").write_text("\n".join(told[:9]) + "\n")
    first = ask("job_show", id=row.id)
    assert first["samples"] == {"": tuple(range(10, 101, 10)), "raw": tuple(range(10, 101, 10))}
    assert [entry["step"] for entry in first["diagnoses"]] == list(range(10, 91, 10))
    assert ask("jobs_list")["jobs"][0]["thumb"] == 100
    with (row.folder / "diagnostics.jsonl").open("a") as log:
        log.write(told[9] + "\n" + told[9][:20])  # and a line that is not whole yet
    (row.folder / "samples" / "0000110.png").write_bytes(b"png")
    later = ask("job_show", id=row.id, since=first["mark"])
    assert later["samples"] == {"": (100, 110), "raw": (100,)}
    assert [entry["step"] for entry in later["diagnoses"]] == [100]
    assert later["lamps"]["step"] == 100
    final = ask("job_show", id=row.id, since=later["mark"])
    assert final["samples"] == {"": (100, 110), "raw": (100,)}, "raw may still come for step 110"


def test_a_job_gives_way_to_other_sessions_too(quick: None) -> None:
    row = ask("train_start", order=worked(400, pace=0.05))["job"]
    group = Path(f"/proc/{found(row['id']).pid}/autogroup")
    own = Path("/proc/self/autogroup")
    theirs = group.read_text().split() if group.exists() else []
    if not theirs or not own.read_text().split():
        pytest.skip("this kernel does not group processes by session")
    assert theirs[-2:] == ["nice", str(process.NICE)]
    assert theirs[0] != own.read_text().split()[0], "a session of its own"


@pytest.mark.slow  # tests/api/test_api_jobs.py trains in every run, tests/training/test_gan.py diagnoses
def test_a_real_training_from_the_first_look_to_the_result() -> None:
    order = {
        "recipe": "gan",
        "steps": 40,
        "every": 20,
        "previews": 10,
        "threads": 1,
        "device": "cpu",
        "settings": {**TINY, "diagnosed": 20},
    }
    needs = ask("train_estimate", order=order)
    assert needs["fits"] is True
    assert 0 < needs["step"] < 60
    assert 50 < needs["memory_mb"] < 8000
    assert needs["total"] > 40 * needs["step"]
    assert needs["device"] == "cpu"
    bad = {**order, "settings": {**TINY, "normalise": True}}
    assert "batch norm" in refusal("train_estimate", order=bad)["en"]
    row = ask("train_start", order=order, name="Tiny digits")["job"]
    done = until(row["id"], over)
    assert (done["state"], done["step"], done["result"], done["thumb"]) == ("done", 40, True, 40)
    now = ask("job_show", id=row["id"])
    assert now["samples"] == {"": (10, 20, 30, 40), "raw": (10, 20, 30, 40)}
    assert now["curves"]["step"] == [10, 20, 30, 40]
    assert now["equilibrium"] == {"discriminator": pytest.approx(0.693147), "generator": pytest.approx(0.693147)}
    assert now["classes"] == list("0123456789")
    assert {"recall", "coverage", "critic"} <= set(now["lamps"])
    assert json.loads(json.dumps(now))["id"] == row["id"]


def test_a_newer_estimate_takes_the_place_of_an_older_one() -> None:
    order = {"recipe": "gan", "steps": 40, "threads": 1, "device": "cpu", "settings": TINY}
    answers: list[Any] = []

    def first() -> None:
        try:
            answers.append(ask("train_estimate", order={**order, "settings": {**TINY, "width": 256, "batch": 512}}))
        except UserError as problem:
            answers.append(problem.key)

    thread = threading.Thread(target=first)
    thread.start()
    while visitor.of(KEY).owner not in _processes._running:
        assert thread.is_alive(), answers
        time.sleep(0.01)
    assert ask("train_estimate", order=order)["step"] > 0
    thread.join(60)
    assert answers == ["replaced"]
