"""A run of somebody's own pictures is shared only after the test for copies, as it is published."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ganapp.jobs import actions, copying, store, visitor
from ganapp.models import folder
from tests.jobs.requests.conftest import KEY, OTHER, ask, found, over, refusal, until, worked
from tests.support import tinymodel

FAILED = {"samples": 500, "training": 90, "ratio": 0.1, "nearer": 0.97, "passes": False}
PASSED = {"samples": 500, "training": 900, "ratio": 1.0, "nearer": 0.05, "passes": True}


def of_pictures(job: str) -> None:
    """Let the order say that it learnt from somebody's own pictures."""
    path = found(job).folder / "order.json"
    order = json.loads(path.read_text())
    path.write_text(json.dumps({**order, "recipe": "gan", "settings": {**order.get("settings", {}), "data": "pictures"}}))


@pytest.fixture
def finished(quick: None) -> str:
    job = ask("train_start", order=worked(3), name="Mine")["job"]["id"]
    until(job, over)
    tinymodel.generator(found(job).folder / "result")
    of_pictures(job)
    return str(job)


def saying(verdict: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The test finds this, and notes it where the card reads it."""

    def tested(result: Any) -> dict[str, Any]:
        config = json.loads((result / folder.CONFIG).read_text())
        folder.rewrite(result, {**config, "values": {**config.get("values", {}), copying.VALUE: verdict}})
        return verdict

    monkeypatch.setattr(copying, "tested", tested)


def test_a_model_that_passes_is_shared_with_what_was_found(finished: str, monkeypatch: pytest.MonkeyPatch) -> None:
    saying(PASSED, monkeypatch)
    told = ask("job_change", id=finished, action="share")
    assert (told["job"]["shared"], told["memorising"]) == (True, PASSED)
    assert "Test for copies: 500 generated" in (found(finished).folder / "result" / "README.md").read_text()
    assert ask("job_change", id=finished, action="unshare")["memorising"] is None


def test_one_that_fails_is_shared_only_after_a_yes(finished: str, monkeypatch: pytest.MonkeyPatch) -> None:
    saying(FAILED, monkeypatch)
    assert refusal("job_change", id=finished, action="share")["key"] == "memorised"
    assert refusal("job_show", key=OTHER, id=finished)["key"] == "no_such_job"
    told = ask("job_change", id=finished, action="share", anyway=True)
    assert (told["job"]["shared"], told["memorising"]["passes"]) == (True, False)
    assert "Test for copies failed" in (found(finished).folder / "result" / "README.md").read_text()


def another(key: str) -> str:
    """A second visitor's run of own pictures, done."""
    job = str(ask("train_start", key=key, order=worked(3), name="Theirs")["job"]["id"])
    until(job, over, key=key)
    tinymodel.generator(found(job).folder / "result")
    of_pictures(job)
    return job


def test_two_who_share_at_once_are_tested_one_after_the_other(finished: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each model is told what was found in it, the one that passes is shared, the other is not."""
    theirs = another(OTHER)
    begun, go_on, at_work = threading.Event(), threading.Event(), []
    verdicts = {found(finished).folder: PASSED, found(theirs).folder: FAILED}

    def tested(result: Any) -> dict[str, Any]:
        at_work.append(result)
        assert len(at_work) == 1, "a second test at the same time"
        begun.set()
        assert go_on.wait(20)
        config, verdict = json.loads((result / folder.CONFIG).read_text()), verdicts[result.parent]
        folder.rewrite(result, {**config, "values": {**config.get("values", {}), copying.VALUE: verdict}})
        at_work.remove(result)
        return verdict

    monkeypatch.setattr(copying, "tested", tested)
    with ThreadPoolExecutor(2) as visitors:
        mine = visitors.submit(ask, "job_change", id=finished, action="share")
        assert begun.wait(20)
        others = visitors.submit(refusal, "job_change", key=OTHER, id=theirs, action="share")
        assert not others.done()
        go_on.set()
        assert mine.result(30)["memorising"] == PASSED
        assert others.result(30)["key"] == "memorised"
    assert (found(finished).shared, found(theirs).shared) == (True, False)
    assert json.loads((found(theirs).folder / "result" / folder.CONFIG).read_text())["values"][copying.VALUE] == FAILED


def test_who_waits_too_long_to_share_is_told_so(finished: str, monkeypatch: pytest.MonkeyPatch) -> None:
    saying(PASSED, monkeypatch)
    monkeypatch.setattr(copying, "PATIENCE", 0.05)
    with copying._turn:
        assert refusal("job_change", id=finished, action="share")["key"] == "busy"
    assert not found(finished).shared
    assert ask("job_change", id=finished, action="share")["job"]["shared"] is True


def test_what_is_still_learning_is_not_shared(finished: str, monkeypatch: pytest.MonkeyPatch) -> None:
    saying(PASSED, monkeypatch)
    store.update(finished, state="running", pid=0)
    with pytest.raises(copying.UserError) as told:
        copying.before_sharing(found(finished), anyway=True)
    assert told.value.key == "share_untested"
    store.update(finished, state="stopped")
    ask("job_change", id=finished, action="share")
    monkeypatch.setattr(actions.orders, "checked", lambda order: order)
    monkeypatch.setattr(actions.queue, "tick", lambda: None)
    actions.resume(visitor.of(KEY), finished)
    assert not found(finished).shared, "what it learns from here on was not tested"


def test_others_are_shared_as_ever(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "tested", lambda result: pytest.fail("nothing is to be tested"))
    job = ask("train_start", order=worked(2), shared=True)["job"]["id"]
    assert ask("job_show", key=OTHER, id=job)["shared"] is True
