"""What leaves this machine: results published on the Hub, and orders carried out on Hugging Face Jobs, against a Hub on localhost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths
from ganapp.jobs import actions, copying, hubjobs, store, visitor
from tests.jobs.requests.conftest import KEY, OTHER, ask, found, over, refusal, until, worked
from tests.jobs.test_hubjobs import ORDER, files
from tests.support import tinymodel
from tests.support.fakehub import TOKEN, FakeHub, client_of


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FakeHub]:
    server = FakeHub()
    with client_of(server.url, tmp_path / "home", token=None):
        yield server
    server.close()


@pytest.fixture
def finished(quick: None) -> str:
    """A job with a result."""
    job = ask("train_start", order=worked(3), name="Small digits")["job"]["id"]
    until(job, over)
    tinymodel.generator(found(job).folder / "result")
    return str(job)


def test_a_result_is_published_with_its_card(hub: FakeHub, finished: str) -> None:
    told = ask("job_publish", id=finished, repository="me/small-digits", token=TOKEN)
    assert told["url"] == f"{hub.url}/me/small-digits"
    repository = hub.repositories["model", "me/small-digits"]
    assert repository.private
    sent = repository.commits[told["revision"]]
    assert {"config.json", "README.md", "model.safetensors"} <= set(sent)
    card = sent["README.md"].decode()
    assert 'catalog.load("me/small-digits", "sample")' in card
    assert "## Recipe" in card
    assert TOKEN not in json.dumps({name: blob.decode("latin1") for name, blob in sent.items()})
    public = ask("job_publish", id=finished, repository="me/for-all", token=TOKEN, private=False)
    assert public["revision"]
    assert not hub.repositories["model", "me/for-all"].private


def test_who_may_publish_what(hub: FakeHub, finished: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal("job_publish", id=finished, repository="me/x")["key"] == "hub_token"
    assert refusal("job_publish", id=finished, repository="no slash", token=TOKEN)["key"] == "bad_repository"
    ask("job_change", id=finished, action="share")
    assert refusal("job_publish", key=OTHER, id=finished, repository="me/x", token=TOKEN)["key"] == "not_your_job"
    assert refusal("job_publish", id=finished, repository="me/x", token="hf_another")["key"] in ("hub_refused", "hub_token")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert refusal("job_publish", id=finished, repository="me/x")["key"] == "hub_token", "the machine's token is not a visitor's"
    monkeypatch.delenv("HF_TOKEN")
    ask("job_change", id=finished, action="delete")
    started = ask("train_start", order=worked(2))["job"]["id"]
    assert refusal("job_publish", id=started, repository="me/x", token=TOKEN)["key"] == "no_result"
    assert hub.repositories == {}


def test_a_model_that_repeats_its_pictures_goes_out_only_after_a_yes(finished: str, hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    told_of = {"samples": 500, "training": 90, "ratio": 0.1, "nearer": 0.97, "passes": False}
    monkeypatch.setattr(copying, "tested", lambda result: told_of)
    told = refusal("job_publish", id=finished, repository="me/copies", token=TOKEN)
    assert told["key"] == "memorised"
    assert "97%" in told["en"]
    assert ask("job_publish", id=finished, repository="me/copies", token=TOKEN, anyway=True)["memorising"] == told_of


def test_an_order_on_a_rented_machine(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubjobs, "program", lambda order: b"PK program")
    offers = ask("hub_offers", token=TOKEN)["offers"]
    assert [(offer["flavour"], offer["dollars"]) for offer in offers] == [("cpu-basic", 0.01), ("t4-small", 0.4)]
    row = ask("hub_start", order=ORDER, flavour="t4-small", token=TOKEN, hours=1.5, name="Far away")["job"]
    assert (row["remote"], row["state"], row["device"], row["name"]) == (True, "waiting", "hub:t4-small", "Far away")
    asked = hub.jobs["job0"]
    assert (asked["flavor"], asked["timeoutSeconds"], asked["secrets"]) == ("t4-small", 5400, {"HF_TOKEN": TOKEN})
    repository = found(row["id"]).remote.partition("#")[0]
    assert json.loads(files(hub, repository)["order.json"]) == {**ORDER, "device": ""}
    assert ask("hub_follow", id=row["id"], token=TOKEN)["job"]["state"] == "waiting"
    assert refusal("job_change", id=row["id"], action="stop")["key"] == "job_is_away"
    said: dict[str, Any] = {"state": "running", "step": 2, "seconds": 3.5, "heartbeat": 1.0, "reason": None}
    hub.jobs["job0"]["stage"] = "RUNNING"
    hub.commit(repository, {**files(hub, repository), "status.json": json.dumps(said).encode(), "samples/0000002.png": b"png"})
    now = ask("hub_follow", id=row["id"], token=TOKEN)["job"]
    assert (now["state"], now["step"], now["thumb"]) == ("running", 2, 2)
    assert ask("hub_stop", id=row["id"], token=TOKEN)["job"]["state"] == "running"
    assert files(hub, repository)["STOP"] == b"stop"
    assert ask("hub_stop", id=row["id"], token=TOKEN, at_once=True)["job"]["state"] == "stopped"
    rows = b"".join(path.read_bytes() for path in paths.runs().glob("jobs.sqlite*"))
    assert TOKEN.encode() not in rows


def test_what_is_refused_before_it_costs_anything(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubjobs, "program", lambda order: b"PK program")
    assert refusal("hub_start", order=ORDER, flavour="t4-small", token="")["key"] == "hub_jobs_token"
    assert refusal("hub_start", order=ORDER, flavour="abacus", token=TOKEN)["key"] == "one_of"
    assert refusal("hub_start", order=ORDER, flavour="t4-small", token=TOKEN, hours=0)["key"] == "number_between"
    wrong = {"recipe": "gan", "steps": 5, "settings": {"width": 0}}
    assert refusal("hub_start", order=wrong, flavour="t4-small", token=TOKEN)["key"] == "whole_between"
    assert hub.jobs == {}
    here = actions.submit(visitor.of(KEY), worked(2), "Here")
    assert refusal("hub_follow", id=here.id, token=TOKEN)["key"] == "job_is_here"
    assert refusal("hub_stop", id=here.id, token="")["key"] == "hub_jobs_token"
    assert len(store.select()) == 1
