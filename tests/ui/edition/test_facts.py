"""What the static edition knows of the models: those that a browser computes, with their nets."""

from __future__ import annotations

import pytest

from ganapp.ui.edition import facts
from ganapp.ui.pages import upscale


def test_a_finer_enlarger_is_left_to_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = [each for each in upscale.listed() if each["source"] == "shipped"]
    lines = [each for each in shipped if each["id"] != "upscale-x4-best"]
    assert len(lines) == len(shipped) - 1
    monkeypatch.setattr(upscale, "listed", lambda: [*shipped, {**lines[0], "id": "real-esrgan-x4plus"}])
    told = facts.facts()["upscale"]
    assert [each["id"] for each in told] == [each["id"] for each in lines]
    assert {"upscale-x4-photo", "upscale-x4-fidelity"} <= {each["id"] for each in told}
    assert all(each["net"]["file"] == f"models/{each['id']}/model.safetensors" for each in told)
