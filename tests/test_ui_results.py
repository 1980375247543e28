"""Large files of answers: outside the answer, found by their token, gone after their time."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ganapp.ui import results
from ganapp.ui.results import Results, Store, lightened

BLOB = bytes(range(256)) * 8
URI = f"data:image/png;base64,{base64.b64encode(BLOB).decode()}"


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store(room=5000)
    yield made
    made.clear()


def test_only_what_is_large_becomes_an_address(store: Store) -> None:
    report = {"picture": URI, "name": "cat.png" * 1000, "size": [1, 2]}
    assert lightened(report, len(BLOB), store) == report
    light = lightened(report, len(BLOB) // 2, store)
    assert light == {**report, "picture": light["picture"]}
    prefix, _, token = light["picture"].partition("/")
    found = store.find(token)
    assert prefix == "results"
    assert found is not None
    assert (found[0].read_bytes(), found[1]) == (BLOB, "image/png")
    assert found[0].parent.stat().st_mode & 0o077 == 0


def test_files_go_after_their_time_and_for_newer_ones(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = [store.keep(BLOB, "image/png") for _ in range(3)]  # 2,048 bytes each: two have room
    assert [store.find(token) is not None for token in tokens] == [False, True, True]
    path = store.kept[tokens[1]][0]
    now = time.monotonic()
    monkeypatch.setattr(results.time, "monotonic", lambda: now + results.LIFE + 1)
    assert store.find(tokens[2]) is None
    assert not path.exists()


def test_answered_by_token_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "STORE", store)
    client = TestClient(Results(Starlette()))
    answer = client.get(f"/results/{store.keep(BLOB, 'image/png')}")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, BLOB, "image/png")
    assert "no-store" in answer.headers["cache-control"]
    assert client.get("/results/" + "a" * 43).status_code == 404
    assert client.post("/results/" + "a" * 43).status_code == 405
    assert client.get("/elsewhere").status_code == 404
