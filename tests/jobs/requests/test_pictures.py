"""Pictures a visitor sends: what is stored, what is refused, what is found in them, and that a training can use them."""

from __future__ import annotations

import asyncio
import io
import json
import os
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, hubjobs, store, uploads, visitor
from ganapp.jobs.requests import data_add
from ganapp.ui.server import uploads as receiving
from ganapp.ui.server.routes import Routes
from tests.jobs.requests.conftest import KEY, OTHER, TINY, ask, found, over, refusal, until, worked
from tests.support import fakehub
from tests.training.test_datasets import many, packed, png

NUMBER = "picture-upload-0001"


async def passed(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"passed"})


def send(path: str, *chunks: bytes, key: str = KEY, number: str = NUMBER, method: str = "POST", cut: bool = False) -> tuple[int, Any]:
    """What the middleware answers to a file sent in these chunks; `cut`: the sender goes away after them."""
    parts = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    parts.append({"type": "http.disconnect"} if cut else {"type": "http.request", "body": b"", "more_body": False})
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return parts.pop(0)

    async def keep(message: dict[str, Any]) -> None:
        answers.append(message)

    scope = {"type": "http", "method": method, "path": f"/jobs/data/{number}/{path}", "headers": [(b"x-likeness-key", key.encode())]}
    with ThreadPoolExecutor(1) as thread:  # where a browser's tests came before, this thread has a loop that is running
        thread.submit(asyncio.run, Routes(passed, [receiving.ROUTE])(scope, receive, keep)).result()  # type: ignore[arg-type]
    if not answers:
        return 0, None
    body = b"".join(message.get("body", b"") for message in answers)
    return answers[0]["status"], json.loads(body) if body.startswith(b"{") else body


def looked(**fields: Any) -> dict[str, Any]:
    """What is found, once all has been read."""
    end = time.monotonic() + 400
    while (told := ask("data_add", **fields)).get("pending"):
        assert time.monotonic() < end
        time.sleep(0.2)
    return told


def held(number: str = NUMBER, key: str = KEY) -> dict[str, bytes]:
    """What is stored of an upload."""
    folder = paths.uploads() / uploads.name(visitor.of(key), number)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != uploads.NOTE
    }


def test_files_are_stored_where_they_say_and_for_their_sender_alone() -> None:
    assert send("cats/a.png", b"1234", b"56") == (200, {"bytes": 6})
    assert send("cats/a.png", b"new") == (200, {"bytes": 3}), "sent again, it takes the place of the first"
    assert send("cats/a.png", b"other", key=OTHER) == (200, {"bytes": 5})
    assert held() == {"pictures/cats/a.png": b"new"}
    assert held(key=OTHER) == {"pictures/cats/a.png": b"other"}
    assert uploads.used(visitor.of(KEY).owner) >= 3
    assert send("猫/图 1.png", b"x") == (200, {"bytes": 1})


@pytest.mark.parametrize(
    "path",
    ["../a.png", "a/../../b.png", "/etc/passwd", "a\\b.png", "a\0.png", "x" * 300 + ".png", "C:/a.png", "/".join("abcdefghij"), "a\nb.png"],
)
def test_a_name_that_leaves_its_folder_is_refused(path: str) -> None:
    status, told = send(path, b"x")
    assert (status, told["error"]["key"]) == (400, "upload_path")
    assert not [file for file in paths.runs().rglob("*") if file.is_file()]


def test_who_may_send_and_how() -> None:
    assert send("a.png", b"x", key="")[1]["error"]["key"] == "visitor_key"
    assert send("a.png", b"x", key="short")[0] == 403
    assert send("a.png", b"x", number="short")[1]["error"]["key"] == "upload_number"
    assert send("a.png", method="GET")[0] == 405
    assert send("a.png", b"x")[0] == 200
    assert send("a.png/b.png", b"x")[1]["error"]["key"] == "upload_path", "a file is no folder"


def test_bytes_are_counted_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_UPLOAD_MB", "1")
    monkeypatch.setattr(receiving, "BLOCK", 1000)
    assert send("a.zip", b"x" * 600_000)[0] == 200
    status, told = send("b.zip", *[b"x" * 100_000] * 5)
    assert (status, told["error"]["key"]) == (413, "upload_large")
    assert set(held()) == {"pictures/a.zip"}, "nothing is left of it"
    assert send("a.zip", b"x" * 100)[0] == 200
    monkeypatch.setenv("GANAPP_DISK_PER_VISITOR_MB", "2")
    monkeypatch.setenv("GANAPP_UPLOAD_MB", "0")
    assert send("b.zip", b"x" * 1_100_000)[0] == 200
    assert send("c.zip", *[b"x" * 100_000] * 12)[1]["error"]["key"] == "upload_disk"
    assert set(held()) == {"pictures/a.zip", "pictures/b.zip"}, "nothing is left of it"
    monkeypatch.setenv("GANAPP_DISK_PER_VISITOR_MB", "1")
    assert send("c.zip", b"x")[1]["error"]["key"] == "upload_disk"
    assert refusal("train_start", order=worked(3))["key"] == "disk_limit"


def test_a_sender_who_goes_away_leaves_nothing() -> None:
    assert send("a.png", b"x" * 100, cut=True) == (0, None)
    assert held() == {}


def test_what_is_found_in_pictures_that_were_sent() -> None:
    for name, blob in {
        **many(10, "pets/cats/"),
        **many(10, "pets/dogs/"),
        "pets/cats/notes.txt": b"x",
        "pets/dogs/cut.png": png()[:30],
    }.items():
        send(name, blob)
    told = looked(upload=NUMBER, size=16)
    assert told["source"].startswith("upload:")
    assert (told["data"], told["used"], told["classes"], told["counts"]) == ("pictures", 20, ["cats", "dogs"], [10, 10])
    assert {entry["file"] for entry in told["refused"]} == {"pets/cats/notes.txt", "pets/dogs/cut.png"}
    assert all("。" in entry["why"]["zh"] and "." in entry["why"]["en"] for entry in told["refused"])
    assert (told["sides"], told["coloured"]) == ([12, 12, 12], pytest.approx(0.9))
    assert KEY not in json.dumps(told)
    with zipfile.ZipFile(io.BytesIO(hubjobs.program(of_pictures(told["source"])))) as archive:
        sent = [name for name in archive.namelist() if name.startswith("runs/uploads/")]
    assert len(sent) == 22


def of_pictures(source: str) -> dict[str, Any]:
    """A tiny training on pictures that were sent."""
    settings = {**TINY, "data": "pictures", "source": source, "size": 16, "channels": 3, "diagnosed": 1000}
    return {"recipe": "gan", "steps": 4, "every": 4, "threads": 1, "device": "cpu", "settings": settings}


@pytest.mark.slow  # tests/api/test_api_jobs.py trains on pictures that were sent in every run
def test_a_training_on_pictures_that_were_sent() -> None:
    for name, blob in {**many(10, "pets/cats/"), **many(10, "pets/dogs/")}.items():
        send(name, blob)
    job = ask("train_start", order=of_pictures(looked(upload=NUMBER, size=16)["source"]))["job"]
    done = until(job["id"], over)
    assert (done["state"], done["name"], done["result"]) == ("done", "Your own pictures", True)
    assert ask("job_show", id=job["id"])["classes"] == ["cats", "dogs"]
    assert json.loads((found(job["id"]).folder / "result" / "config.json").read_text())["title"]["en"] == "pets"


def test_one_zip_is_read_and_its_tricks_are_refused_one_by_one(tmp_path: Path) -> None:
    bomb = {"bomb.png": b"\0" * 5_000_000}
    send("holiday.zip", packed(tmp_path / "a.zip", {**many(16, "beach/"), **bomb, "../../up.png": png(3)}).read_bytes())
    told = looked(upload=NUMBER)
    assert (told["used"], told["classes"]) == (16, [])
    assert {entry["file"] for entry in told["refused"]} == {"bomb.png", "../../up.png"}
    assert not list(paths.runs().rglob("up.png"))


def test_what_cannot_be_used() -> None:
    assert refusal("data_add", upload="never-sent-anything")["key"] == "upload_missing"
    assert refusal("data_add")["key"] == "upload_or_repository"
    assert refusal("data_add", upload=NUMBER, repository="a/b")["key"] == "upload_or_repository"
    assert refusal("data_add", repository="/etc/passwd")["key"] == "bad_repository"
    assert refusal("data_add", upload=NUMBER, size=4)["key"] == "whole_between"
    send("a.png", png())
    with pytest.raises(UserError) as caught:
        looked(upload=NUMBER)
    assert "16" in caught.value.__dict__["told"]["en"]
    assert refusal("data_add", upload=NUMBER, key=OTHER)["key"] == "upload_missing"


def test_reading_goes_on_while_the_page_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, blob in many(16).items():
        send(name, blob)
    monkeypatch.setattr(data_add, "ANSWER", 0.01)
    assert ask("data_add", upload=NUMBER)["pending"] is True
    assert looked(upload=NUMBER)["used"] == 16


def test_a_data_set_of_the_hub(tmp_path: Path) -> None:
    hub = fakehub.FakeHub()
    try:
        hub.commit("someone/pets", {**many(10, "train/cats/"), **many(10, "train/dogs/")}, kind="dataset")
        with fakehub.client_of(hub.url, tmp_path / "home"), pytest.MonkeyPatch.context() as patch:
            for name, value in {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "far"), "HF_HUB_DISABLE_XET": "1"}.items():
                patch.setenv(name, value)
            told = looked(repository="someone/pets")
            with pytest.raises(UserError) as caught:
                looked(repository="someone/nothing")
            assert caught.value.key == "told"
    finally:
        hub.close()
    assert (told["data"], told["source"], told["used"], told["classes"]) == ("hub", "someone/pets", 20, ["cats", "dogs"])


@pytest.mark.usefixtures("quick")
def test_pictures_that_no_job_needs_are_removed_after_a_while() -> None:
    for number in ("kept-by-its-job-0001", "used-a-moment-ago-01", "forgotten-long-ago-1"):
        send("a.png", png(), number=number)
    kept, young, old = (
        uploads.name(visitor.of(KEY), number) for number in ("kept-by-its-job-0001", "used-a-moment-ago-01", "forgotten-long-ago-1")
    )
    job = actions.submit(visitor.of(KEY), {"recipe": "gan", "steps": 3, "settings": {"data": "pictures", "source": f"upload:{kept}"}})
    actions.stop(visitor.of(KEY), job.id)
    for name in (kept, old):
        note = paths.uploads() / name / uploads.NOTE
        note.write_text(json.dumps({**json.loads(note.read_text()), "used": time.time() - uploads.UNUSED - 5}))
    assert uploads.clean_up() == (old,)
    assert sorted(os.listdir(paths.uploads())) == sorted([kept, young])  # noqa: PTH208
    until(job.id, over)
    actions.delete(visitor.of(KEY), job.id)
    assert uploads.clean_up() == (kept,)
    assert store.select() == ()
