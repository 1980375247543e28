"""Orders that are no orders, rows and folders that hold what no run writes: refused with a sentence, or shown as what they are."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import locales, paths
from ganapp.jobs import actions, clock, process, queue, reports, snapshot, store, visitor
from ganapp.jobs.requests import _demand
from ganapp.jobs.store import Job
from ganapp.machine import memory, processes
from ganapp.training.recipes import _players, digits, gan
from tests.jobs.requests.conftest import KEY, OTHER, ask, found, home, quick, refusal, until, worked  # noqa: F401

GAN: dict[str, Any] = {"recipe": "gan", "steps": 5, "device": "cpu"}
HALF = "half a character \ud800"


def kept() -> list[str]:
    """All that lies in the house of jobs beside its rows."""
    root = paths.runs()
    own = ("jobs.sqlite", "jobs.reserve", "secret")
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() and not path.name.startswith(own))


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ({**GAN, "steps": 2**63}, "number_between"),
        ({**GAN, "steps": 10**9 + 1}, "whole_between"),
        ({**GAN, "seed": 10**40}, "number_between"),
        ({**GAN, "seed": 2**70}, "number_between"),
        ({**GAN, "seed": float("nan")}, "number_between"),
        ({**GAN, "every": 10**12}, "whole_between"),
        ({**GAN, "previews": 10**12}, "whole_between"),
        ({**GAN, "device": "cuda:" + "9" * 400}, "order_device"),
        ({**GAN, "device": "cuda:\u0661"}, "order_device"),
        ({**GAN, "settings": {"g_rate": 10**400}}, "number_between"),
        ({**GAN, "settings": {"batch": 10**400}}, "number_between"),
        ({**GAN, "settings": {"half_life": float("inf")}}, "number_between"),
        ({**GAN, "settings": {"title": HALF}}, "text_unfit"),
        ({**GAN, "settings": {"title": "a\x00b"}}, "text_unfit"),
        ({**GAN, "settings": {HALF: 1}}, "text_unfit"),
        ({**GAN, HALF: 1}, "text_unfit"),
        ({**GAN, "settings": {"augment": [[[[[["colour"]]]]]]}}, "value_unfit"),
        ({**GAN, "settings": {"augment": ["colour"] * 1000}}, "value_unfit"),
        ({"recipe": "digits", "steps": 5, "settings": {"width": 1_000_000}}, "whole_between"),
        ({"recipe": "digits", "steps": 5, "settings": {"data": "../../models"}}, "one_of"),
        ({"recipe": "digits", "steps": 5, "settings": {"pace": 1}}, "field_unknown"),
        ({"recipe": HALF, "steps": 5}, "text_unfit"),
        ({"recipe": ["gan"], "steps": 5}, "unknown_recipe"),
    ],
)
def test_an_order_beyond_its_bounds_is_refused_and_leaves_nothing(order: dict[str, Any], key: str) -> None:
    for request in ("train_start", "train_estimate"):
        told = refusal(request, order=order)
        assert told["key"] == key
        json.dumps(told, ensure_ascii=False).encode()  # it can be answered
    assert store.select() == ()
    assert kept() == []


@pytest.mark.parametrize("fields", [{"name": HALF}, {"name": "a\x00b"}, {"key": "x" * 30 + "\ud800"}, {"password": "\udfff"}])
def test_every_text_of_a_request_is_checked(fields: dict[str, str]) -> None:
    told = refusal("train_start", **{"order": GAN, **fields})
    assert told["key"] == "text_unfit"
    json.dumps(told, ensure_ascii=False).encode()
    assert (store.select(), kept()) == ((), [])


def test_what_a_refusal_repeats_can_always_be_answered() -> None:
    told = refusal("train_start", order={**GAN, "x" * 100_000: 1})
    assert len(json.dumps(told)) < 10_000
    told = refusal("jobs_list", **{HALF: 1})
    json.dumps(told, ensure_ascii=False).encode()


@pytest.mark.usefixtures("quick")
def test_a_copy_is_checked_like_an_order() -> None:
    row = ask("train_start", order=GAN)["job"]
    for changes in ({"seed": 10**40}, {"settings": {"title": HALF}}, {"settings": {"batch": 10**400}}, {"settings": [1]}):
        refusal("job_duplicate", id=row["id"], changes=changes)
    assert [job.id for job in store.select()] == [row["id"]]


# rows and folders


def row(number: int, **fields: Any) -> Job:
    now = time.time()
    usual = {"recipe": "gan", "steps": 10, "device": "cpu", "created": now, "queued": now, "state": "done"}
    job = Job(id=f"{number:010x}", name=f"job {number}", owner=visitor.of(KEY).owner, **{**usual, **fields})
    with store.changing() as db:
        store.insert(job, db)
    job.folder.mkdir(parents=True)
    (job.folder / "order.json").write_text(json.dumps(GAN))
    return job


def changed(job: Job, column: str, value: Any) -> None:
    """What no version writes, put into the row behind its back."""
    with sqlite3.connect(paths.runs() / "jobs.sqlite") as db:
        db.execute(f"UPDATE jobs SET {column} = ? WHERE id = ?", (value, job.id))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", json.dumps({"key": "errors.of_another_version", "values": {}})),
        ("reason", json.dumps({"key": "errors.diverged", "values": {}})),  # its sentence needs values
        ("reason", json.dumps({"key": ["errors.killed"], "values": 5})),
        ("reason", json.dumps("killed")),
        ("reason", "killed"),
        ("reason", b"\xff\xfe\x00"),
        ("steps", "many"),
        ("steps", 0),
        ("step", b"\x00"),
        ("seconds", "long"),
        ("created", "yesterday"),
        ("ended", 1e400),
        ("state", "exploded"),
        ("name", b"\xff\xff"),
        ("name", ""),
        ("device", 7.5),
        ("shared", "yes"),
        ("pid", "one"),
    ],
)
def test_one_bad_row_ends_no_list(column: str, value: Any) -> None:
    good, bad = row(1), row(2)
    changed(bad, column, value)
    answer = ask("jobs_list")
    json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()
    assert {entry["id"] for entry in answer["jobs"]} == {good.id, bad.id}
    for entry in answer["jobs"]:
        assert entry["reason"] is None or all("{" not in entry["reason"][language] for language in locales.LANGUAGES)
    shown = ask("job_show", id=bad.id)
    json.dumps(shown, ensure_ascii=False, allow_nan=False).encode()
    assert ask("job_change", id=bad.id, action="delete")["job"] is None
    assert [entry["id"] for entry in ask("jobs_list")["jobs"]] == [good.id]


def test_a_reason_of_another_version_says_so() -> None:
    job = row(1, state="failed", reason=json.dumps({"key": "errors.of_another_version", "values": {}}))
    told = ask("jobs_list")["jobs"][0]["reason"]
    assert "does not know" in told["en"]
    assert "不认识" in told["zh"]
    assert ask("job_show", id=job.id)["why"] == told


FILES: list[tuple[str, bytes]] = [
    ("status.json", b'{"state": ["running"], "heartbeat": "now", "step": 1e999, "seconds": "x", "latest": 7, "reason": "text"}'),
    ("status.json", b'{"state": "failed", "reason": {"key": "of_another_version"}}'),
    ("status.json", b'{"step": 100000000000000000000000000, "heartbeat": -5, "eta": NaN, "rate": Infinity, "memory_mb": "much"}'),
    ("status.json", b'{"latest": {"loss": "low", "\\ud800": 1}, "pid": "1", "identity": 5, "boot": []}'),
    ("status.json", b"[" * 100_000),
    ("status.json", b"\xff\xfe"),
    ("status.json", b'{"state": "running", "device": "' + b"x" * 10_000_000 + b'"}'),
    ("diagnostics.jsonl", b'{"step": 1, "recall": {"ill": true, "advice": "none"}}\n{"step": 2, "rec'),
    ("diagnostics.jsonl", b'{"step": "two"}\n{"recall": 1}\n[]\n7\n\xff}\n'),
    ("diagnostics.jsonl", b'{"step": 1, "recall": {"advice": [{"key": ["x"]}, 7, {"key": "x", "changes": 5}]}}\n'),
    ("diagnostics.jsonl", b'{"step": 123456789012345678901234567890, "recall": {}}\n'),
    ("metrics.jsonl", b'{"step": 1, "loss": 1e999}\n{"step": 2, "loss": "low"}\n{"st'),
    ("curves.json", b'{"lines": "x", "offset": -1, "points": 5}'),
    ("metrics.jsonl", b'{"step": 1, "seconds": NaN, "loss": ' + b"9" * 4000 + b"}\n" + b"[" * 100_000 + b"\n"),
    ("metrics.jsonl", b'{"step": 1, "\\ud800": 1}\n{"step": 2, "loss": 1e308}\n{"step": ' + b"9" * 400 + b"}\n"),
    ("order.json", b'{"recipe": "gan", "settings": 7, "seed": 1e999}'),
    ("order.json", b'{"seed": 12345678901234567890123456789012345678901, "settings": {"data": ["x"], "source": 5}}'),
    ("order.json", b'{"settings": {"title": "\\ud800", "width": NaN}}'),
    ("result/config.json", b'{"training": {"steps": 1e999}}'),
    ("result/config.json", b'{"training": {"steps": ' + b"9" * 40 + b"}}"),
    ("result/config.json", b"[" * 100_000),
    ("samples/\u0663.png", b"sheet"),
    ("samples/\u00b2.png", b"sheet"),
    ("samples/raw/9999999999999999999999.png", b"sheet"),
    ("samples/<img>/0000001.png", b"sheet"),
]


@pytest.mark.parametrize(("name", "blob"), FILES, ids=[f"{name} {i}" for i, (name, _) in enumerate(FILES)])
@pytest.mark.parametrize("state", ["done", "running"])
def test_a_folder_that_no_run_wrote_ends_no_list(name: str, blob: bytes, state: str) -> None:
    child = process.humble(["sleep", "60"], dict(os.environ)) if state == "running" else None
    good, bad = row(1), row(2, state=state, pid=child.pid if child else 0, identity=processes.identity(child.pid) or "" if child else "")
    (bad.folder / name).parent.mkdir(parents=True, exist_ok=True)
    (bad.folder / name).write_bytes(blob)
    for answer in (ask("jobs_list"), ask("job_show", id=bad.id), ask("job_show", id=bad.id, since=5 << 15)):
        json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()
    assert {entry["id"] for entry in ask("jobs_list")["jobs"]} == {good.id, bad.id}
    if child:
        process.end(child)


COMPANIONS = (
    '{"lines": 1, "offset": "a", "points": []}',
    '{"lines": "x", "offset": 0, "points": []}',
    '{"lines": 0, "offset": 0, "points": []}',
    '{"lines": 1, "offset": -5, "points": []}',
    '{"lines": 1, "offset": 0.5, "points": []}',
    '{"lines": 1, "offset": 0, "points": 1}',
    '{"lines": 1, "offset": 0, "points": {"a": 1}}',
    '{"lines": 1, "offset": 0, "points": [1]}',
    '{"lines": 1, "offset": 0, "points": [[1, NaN, 1, {}]]}',
    '{"lines": 1, "offset": 0, "points": [[1, 1, 1, {"loss": [null, 1, 1, 1]}]]}',
    '{"lines": 1, "offset": 0, "points": [[1, 1, 1, {"\\ud800": [1, 1, 1, 1]}]]}',
    "[" * 100_000,
)


@pytest.mark.parametrize("companion", COMPANIONS, ids=range(len(COMPANIONS)))
def test_curves_that_no_run_wrote_are_drawn_from_the_log(companion: str) -> None:
    job = row(1)
    job.folder.mkdir(parents=True, exist_ok=True)
    (job.folder / "metrics.jsonl").write_bytes(b'{"step": 1, "seconds": 1.0, "loss": 2.0}\n{"step": 2, "seconds": 2.0, "loss": 3.0}\n')
    (job.folder / "curves.json").write_text(companion, encoding="utf-8")
    drawn = ask("job_show", id=job.id)["curves"]
    assert (drawn["step"], drawn["series"]["loss"]["mean"]) == ([1, 2], [2.0, 3.0])


def test_a_row_that_cannot_be_shown_at_all_is_shown_as_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = row(1), row(2)
    usual = snapshot.samples

    def broken(folder: Path) -> dict[str, tuple[int, ...]]:
        if folder == bad.folder:
            raise ValueError("what nobody has thought of")
        return usual(folder)

    monkeypatch.setattr(snapshot, "samples", broken)
    shown = {entry["id"]: entry for entry in ask("jobs_list")["jobs"]}
    assert set(shown[bad.id]) == set(shown[good.id]), "a page finds every field"
    assert "damaged" in shown[bad.id]["reason"]["en"]


def test_nothing_of_this_machine_is_ended_because_a_file_names_it() -> None:
    child = process.humble(["sleep", "60"], dict(os.environ))
    job = row(1, state="done")
    status = {"state": "running", "pid": child.pid, "identity": processes.identity(child.pid), "boot": processes.boot()}
    (job.folder / "status.json").write_text(json.dumps(status))
    assert reports.status(job.folder)["pid"] == child.pid
    actions.delete(visitor.of(KEY), job.id)
    assert child.poll() is None
    process.end(child)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("order", [b"", b"{", b"[]", b'{"processes": "two"}', b"\xff", b'{"recipe": "gan", "processes": [2]}'])
def test_an_order_that_was_spoilt_while_it_waited_stops_no_other(order: bytes) -> None:
    spoilt = row(1, state="waiting", queued=1.0)
    (spoilt.folder / "order.json").write_bytes(order)
    after = ask("train_start", order=worked(1))["job"]
    assert until(after["id"], lambda now: now["state"] == "done", 60)["step"] == 1
    assert found(spoilt.id).state == "failed"
    assert "{" not in found(spoilt.id).why("zh")


# too large


@pytest.mark.parametrize("more", [{}, {"architecture": "vae_gan"}, {"layers": 8}, {"channels": 3, "latent": 1024}])
def test_networks_that_no_machine_trains_are_refused_at_once(more: dict[str, Any]) -> None:
    started = time.monotonic()
    assert refusal("train_start", order={**GAN, "settings": {"width": 2048, "size": 256, **more}})["key"] == "order_large"
    assert time.monotonic() - started < 5
    assert (store.select(), kept()) == ((), [])


def test_more_memory_than_there_is_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    order = {**GAN, "settings": {"size": 256, "batch": 4096, "width": 64, "channels": 3}}
    monkeypatch.setattr(memory, "total_mb", lambda: 8000)
    told = refusal("train_start", order=order)
    assert told["key"] == "order_memory"
    assert "7.8 GB here" in told["en"]
    assert (
        refusal("train_start", order={"recipe": "digits", "steps": 1, "settings": {"width": 1024, "batch": 4096}})["key"] == "order_memory"
    )
    monkeypatch.setattr(memory, "total_mb", lambda: 0)  # not known
    _demand.check(order)


@pytest.mark.parametrize("architecture", ["dcgan", "mlp", "vae", "vae_gan"])
def test_the_weights_told_are_those_of_the_recipe(architecture: str) -> None:
    for more in ({}, {"d_width": 24, "layers": 2, "size": 48}, {"conditional": False, "channels": 3}):
        given = {"architecture": architecture, "width": 16, "latent": 20, **more}
        settings = gan.Settings(**given)
        shape = settings.shape(10 if settings.conditional else 0)
        nets = [player.net for player in (_players.generator(shape), _players.discriminator(shape), _players.encoder(shape)) if player]
        assert _demand.of({**GAN, "settings": given}).parameters == sum(weight.numel() for net in nets for weight in net.parameters())
    run = digits.begin(digits.Settings(width=4, latent=8, batch=8), 0)
    weights = sum(each.numel() for player in (run.generator, run.discriminator) for each in player.net.parameters())
    assert _demand.of({"recipe": "digits", "steps": 1, "settings": {"width": 4, "latent": 8, "batch": 8}}).parameters == weights


# limits


@pytest.mark.usefixtures("quick")
def test_limits_hang_on_the_address_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_JOBS_PER_VISITOR", "2")  # four an address
    refused = []
    for number in range(38):
        with visitor.at("192.0.2.7"):
            try:
                ask("train_start", order=worked(10**9, pace=0.5), key=f"made-up-key-number-{number:04}")
            except Exception as problem:  # noqa: BLE001 - `ask` raises the refusal
                refused.append(problem.key)  # type: ignore[attr-defined]
    assert len(store.select()) == 4
    assert refused == ["address_limit"] * 34
    with visitor.at("192.0.2.8"):
        assert ask("train_start", order=worked(5), key="somebody elsewhere, far away")["job"]["state"] == "waiting"
    assert "192.0.2" not in (paths.runs() / "jobs.sqlite").read_bytes().decode("latin1"), "no address is kept as it is"
    assert {job.address for job in store.select()} == {visitor.Visitor(address=f"192.0.2.{n}").origin for n in (7, 8)}


def test_a_space_has_limits_that_nobody_had_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    at_home = paths.limits()
    assert (at_home.jobs, at_home.steps, at_home.disk_mb, at_home.days) == (0, 0, 0, 0)
    monkeypatch.setenv("SPACE_ID", "somebody/likeness")
    for name in ("seconds", "steps", "jobs", "address_jobs", "waiting", "disk_mb", "address_disk_mb", "upload_mb", "days", "free_mb"):
        assert getattr(paths.limits(), name) > 0, name
    assert refusal("train_start", order={**GAN, "steps": 10**9})["key"] == "steps_limit"
    monkeypatch.setenv("GANAPP_JOB_STEPS", "0")
    assert paths.limits().steps == 0, "who deploys it may allow everything"


def test_the_queue_ends_somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_JOBS_WAITING", "2")
    monkeypatch.setattr(queue, "look", lambda: None)
    for number in range(2):
        row(number, state="waiting", device="mps")
    assert refusal("train_start", order=GAN, key=OTHER)["key"] == "queue_full"


# two apps, and a clock that jumps


def test_a_clock_that_jumps_removes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_KEEP_DAYS", "7")
    old, now, counted = row(1, ended=time.time() - 60), time.time(), 1000.0
    monkeypatch.setattr(clock, "_clock", [])
    monkeypatch.setattr(queue, "_cleaned", [-1e9])

    def look(wall: float, passed: float) -> bool:
        monkeypatch.setattr(time, "time", lambda: wall)
        monkeypatch.setattr(time, "monotonic", lambda: passed)
        queue._cleaned[0] = -1e9
        queue.tick()
        return old.folder.exists()

    year = 365 * 86_400.0
    assert look(now, counted)
    assert look(now + 700, counted + 700), "young"
    assert look(now + year, counted + 760), "the clock was set a year ahead"
    assert look(now + year + 300, counted + 1060)
    assert look(now + 1360, counted + 1360), "and back"
    assert look(now + 10 * 86_400, counted + 1400), "the machine slept for ten days: that is no other thing to a program"
    assert look(now + 10 * 86_400 + 590, counted + 1990)
    assert not look(now + 10 * 86_400 + 610, counted + 2010), "and the clock has gone on evenly since"


@pytest.mark.usefixtures("quick")
def test_a_heartbeat_from_tomorrow_and_a_start_from_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    job = row(1, state="running", device="cpu")
    store.update(job.id, pid=0, started=time.time() + 86_400)  # claimed before the clock was set back, and never started
    (job.folder / "order.json").write_text(json.dumps(worked(2)))
    assert until(job.id, lambda now: now["state"] == "done", 30)["step"] == 2
    (job.folder / "status.json").write_text(json.dumps({"state": "running", "heartbeat": time.time() + 86_400}))
    assert snapshot.read(visitor.of(KEY), job.id).heartbeat == 0.0
    store.update(job.id, watched=time.time() + 86_400)
    actions.watch(visitor.of(KEY), job.id)
    assert found(job.id).watched <= time.time(), "a watcher from tomorrow does not keep it for ever"


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_two_apps_share_one_folder() -> None:
    """Another process opens, orders and looks at the same rows, from a table of the first version on."""
    paths.runs().mkdir(parents=True)
    with sqlite3.connect(paths.runs() / "jobs.sqlite") as db:
        columns = ", ".join(f"{name} {store.KINDS[str(kind)]}" for name, kind in Job.__annotations__.items() if name != "address")
        db.execute(f"CREATE TABLE jobs ({columns}, PRIMARY KEY (id))")
        db.execute("PRAGMA user_version=1")
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from tests.jobs.test_jobs import *\n"
        "process.command = worker\n"
        "jobs = [actions.submit(visitor.of(sys.argv[1] * 32), order(1), f'{sys.argv[1]} {i}') for i in range(2)]\n"
        "until = time.monotonic() + 60\n"
        "while any(job.state in store.UNFINISHED for job, _ in actions.listing(ANNA)) and time.monotonic() < until: time.sleep(0.05)\n"
    )
    run = [sys.executable, "-c", code]
    environment = {**os.environ, "GANAPP_RUNS": str(paths.runs())}
    apps = [subprocess.Popen([*run, letter], env=environment, stderr=subprocess.PIPE, text=True) for letter in "ab"]
    for app in apps:
        assert app.wait(90) == 0, app.communicate()[1]
    queue.tick()
    jobs = store.select()
    assert len(jobs) == 4
    while any(job.state in store.UNFINISHED for job in store.select()):
        queue.tick()
        time.sleep(0.05)
    for job in store.select():
        assert (job.state, job.step) == ("done", 1)
        lines = (job.folder / "metrics.jsonl").read_text().splitlines()
        assert [json.loads(line)["step"] for line in lines] == [1], "each was trained once"
