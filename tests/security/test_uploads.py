"""Pictures that are sent: limits hold for files sent side by side, nobody names another's, one visitor's do not stop the others."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import quota, store, uploads, visitor
from ganapp.jobs.incoming import Incoming
from ganapp.jobs.requests import _processes, data_add
from tests.jobs.requests.conftest import KEY, OTHER, ask, found, home, quick, refusal  # noqa: F401

ANNA, BEN = visitor.of(KEY), visitor.of(OTHER)
NUMBER = "picture-upload-0001"
MB = 1 << 20


def send(who: visitor.Visitor, name: str, megabytes: int, meet: threading.Barrier | None = None) -> str:
    """What becomes of a file that is sent in pieces of a tenth of a megabyte: "" or the key of the refusal."""
    try:
        with Incoming(who, NUMBER, name) as incoming:
            if meet:
                meet.wait(20)
            for _ in range(10 * megabytes):
                incoming.write(b"x" * (MB // 10))
    except UserError as problem:
        return problem.key
    return ""


def stored(who: visitor.Visitor) -> int:
    folder = paths.uploads() / uploads.name(who, NUMBER)
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(("variable", "key"), [("GANAPP_UPLOAD_MB", "upload_large"), ("GANAPP_DISK_PER_VISITOR_MB", "upload_disk")])
def test_a_limit_holds_for_files_sent_side_by_side(monkeypatch: pytest.MonkeyPatch, variable: str, key: str) -> None:
    monkeypatch.setenv(variable, "2")
    meet = threading.Barrier(16)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda number: send(ANNA, f"{number}.png", 1, meet), range(16)))
    assert set(answers) <= {"", key}
    assert answers.count("") <= 2
    assert stored(ANNA) <= 2 * MB + 1000
    assert not list(paths.uploads().rglob("*.partial"))
    if answers.count("") < 2:
        assert send(ANNA, "next.png", 1) == "", "what was refused is not counted"


def test_the_disk_of_an_address_holds_for_many_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_DISK_PER_ADDRESS_MB", "3")
    with visitor.at("192.0.2.7"):
        answers = [send(visitor.of(f"made-up-key-number-{number:04}"), "a.png", 1) for number in range(6)]
    assert answers == ["", "", ""] + ["address_disk"] * 3 or answers == ["", ""] + ["address_disk"] * 4
    with visitor.at("192.0.2.8"):
        assert send(ANNA, "a.png", 1) == ""


def test_what_was_cut_short_by_a_kill_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    send(ANNA, "whole.png", 1)
    folder = paths.uploads() / uploads.name(ANNA, NUMBER)
    left, fresh = folder / ".0123456789abcdef.partial", folder / ".fedcba9876543210.partial"
    for partial in (left, fresh):
        partial.write_bytes(b"x" * MB)
    os.utime(left, (time.time() - 2 * uploads.CUT_SHORT,) * 2)
    monkeypatch.setattr(uploads, "_sizes", {})
    assert uploads.used(ANNA.owner) > 2.5 * MB
    uploads.clean_up()
    assert (left.exists(), fresh.exists()) == (False, True), "one that still grows is another's work"
    assert uploads.used(ANNA.owner) < 2.5 * MB
    assert (folder / "pictures" / "whole.png").exists()


# whose they are


def sent() -> str:
    for number in range(3):
        send(ANNA, f"{number}.png", 1)
    return f"{paths.UPLOAD}{uploads.name(ANNA, NUMBER)}"


def order(source: str, **settings: Any) -> dict[str, Any]:
    return {"recipe": "gan", "steps": 5, "device": "cpu", "settings": {"data": "pictures", "source": source, "channels": 3, **settings}}


def test_nobody_names_anothers_pictures() -> None:
    source = sent()
    for request in ("train_start", "train_estimate"):
        assert refusal(request, key=OTHER, order=order(source))["key"] == "upload_missing", "as if they were not there"
    assert refusal("hub_start", key=OTHER, order=order(source), flavour="cpu-basic", token="hf_x")["key"] == "upload_missing"


@pytest.mark.usefixtures("quick")
def test_a_shared_run_keeps_the_name_of_its_pictures() -> None:
    source = sent()
    row = ask("train_start", order=order(source))["job"]
    store.update(row["id"], shared=1)  # as it stands once its model was tested for copies
    name = source.removeprefix(paths.UPLOAD)
    assert ask("job_show", id=row["id"])["order"]["settings"]["source"] == source
    assert row["order_summary"]["source"] == source
    seen = [ask("job_show", key=OTHER, id=row["id"]), ask("jobs_list", key=OTHER)]
    assert name not in json.dumps(seen)
    from ganapp.ui.server import jobfiles

    assert name not in bytes(jobfiles.answer(BEN, row["id"], "order.json").body).decode()
    assert name in bytes(jobfiles.answer(ANNA, row["id"], "order.json").body).decode()
    for changes in ({}, {"settings": {"architecture": "vae"}}, {"settings": {"source": source}}):
        assert refusal("job_duplicate", key=OTHER, id=row["id"], changes=changes)["key"] == "upload_missing"
    assert ask("job_duplicate", id=row["id"])["job"]["state"] in ("running", "waiting"), "who sent them may"


def test_what_is_published_does_not_name_them() -> None:
    settings = {"source": "upload:" + "a" * 32, "style": "upload:" + "b" * 32, "data": "pictures", "width": 4}
    assert paths.without_uploads(settings) == {"source": "upload:", "style": "upload:", "data": "pictures", "width": 4}


def test_a_result_names_no_upload_and_adoption_still_finds_it(tmp_path: Path) -> None:
    from ganapp.finishing.adopt import work

    (tmp_path / "order.json").write_text(json.dumps(order("upload:" + "a" * 32)))
    told = work.ordered(tmp_path / "result", {"data": "pictures", "source": "upload:"})
    assert told["source"] == "upload:" + "a" * 32
    assert work.ordered(tmp_path / "nowhere" / "result", {"source": "upload:"})["source"] == "upload:"


# one visitor's pictures and the others


def test_a_long_look_through_pictures_does_not_stop_estimates() -> None:
    hold = threading.Event()
    with ThreadPoolExecutor(4) as pool:

        def read() -> None:
            with _processes.READING.place(lambda: True):
                hold.wait(20)

        busy = [pool.submit(read) for _ in range(2)]
        until = time.monotonic() + 10
        while _processes.READING.free and time.monotonic() < until:
            time.sleep(0.01)
        started = time.monotonic()
        with _processes.MEASURING.place(lambda: True):
            assert time.monotonic() - started < 1
        hold.set()
        for each in busy:
            each.result(20)


def test_who_measures_gives_way_while_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    lane = _processes.Lane(1, fair=0.5)
    monkeypatch.setattr(_processes, "MEASURING", lane)
    monkeypatch.setattr(_processes, "_started", lambda module, arguments: sleeping(arguments[0]))
    with ThreadPoolExecutor(2) as pool:
        long = pool.submit(_processes.newest, ANNA, "x", ["30"], 60.0)
        time.sleep(1.0)
        assert not long.done(), "nobody waits, so it may go on"
        short = pool.submit(_processes.newest, BEN, "x", ["0"], 60.0)
        with pytest.raises(UserError) as caught:
            long.result(20)
        assert caught.value.key == "too_slow"
        assert short.result(20) == {"slept": "0"}
    assert (lane.free, lane.waiting) == (1, 0)


def sleeping(seconds: str) -> Any:
    import subprocess
    import sys

    code = f'import time; time.sleep({seconds}); print(\'{{"slept": "{seconds}"}}\')'
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def test_one_visitor_has_only_so_many_looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    going = threading.Event()

    def endless(module: str, arguments: list[str], seconds: float, wanted: Any, begun: Any) -> dict[str, Any]:
        going.wait(20)
        return {"pictures": 1, "classes": {}, "refused": [], "sides": [8, 8, 8], "coloured": 0.0}

    monkeypatch.setattr(_processes, "run", endless)
    monkeypatch.setattr(data_add, "ANSWER", 0.05)
    monkeypatch.setattr(data_add, "_readings", {})
    asked = [{"repository": f"somebody/data{number}"} for number in range(4)]
    assert [ask("data_add", **fields)["pending"] for fields in asked[:2]] == [True, True]
    assert refusal("data_add", **asked[2])["key"] == "reading_enough"
    assert ask("data_add", **asked[0])["pending"], "asking again for the same is no further one"
    assert ask("data_add", key=OTHER, **asked[3])["pending"], "others may"
    going.set()
    until = time.monotonic() + 10
    while ask("data_add", **asked[0]).get("pending") and time.monotonic() < until:
        time.sleep(0.05)
    assert ask("data_add", **asked[2])["used"] == 1


def test_a_look_that_nobody_waits_for_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_processes, "_started", lambda module, arguments: sleeping("30"))
    since = time.monotonic()
    with pytest.raises(UserError) as caught:
        _processes.run("x", [], 60.0, lambda: time.monotonic() - since < 0.3)
    assert caught.value.key == "replaced"
    assert time.monotonic() - since < 10
    assert _processes.READING.free == 2


def test_the_room_of_visitors_is_told_apart() -> None:
    send(ANNA, "a.png", 1)
    assert quota.used(ANNA.owner) > MB // 2
    assert quota.used(BEN.owner) == 0
    assert uploads.theirs(ANNA, f"upload:{uploads.name(ANNA, NUMBER)}")
    for source in (f"upload:{uploads.name(ANNA, NUMBER)}", "upload:", "upload:../..", "upload:" + "0" * 32):
        assert not uploads.theirs(BEN, source)
