"""Results too large for an answer are served by their token, under their name, and to nobody without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from ganapp.base import results
from ganapp.ui.server.results import ROUTE
from ganapp.ui.server.routes import Routes


def test_served_by_token_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    client = TestClient(Routes(Starlette(), [ROUTE]))
    address = f"{results.ADDRESS}{results.keep(b'a picture', '猫-x4.png', 'image/png')}"
    answer = client.get(address)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"a picture", "image/png")
    assert answer.headers["content-disposition"].endswith("%E7%8C%AB-x4.png")
    assert "no-store" in answer.headers["cache-control"]
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405
    assert client.get(address[:-1] + ("0" if address[-1] != "0" else "1")).status_code == 404
    assert client.get("/results/elsewhere").status_code == 404
