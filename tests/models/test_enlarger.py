"""Which nets enlarge: kinds and factors, strengths in between, other makes, and what is refused."""

from __future__ import annotations

import json
import pickle
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import catalog, folder, foreign, foreign_enlarger, hub
from ganapp.nets import upscaler
from ganapp.tasks import upscale_model, upscale_plan
from ganapp.ui.pages import upscale as page
from ganapp.upscaling import choice, trial
from tests.support import tinymodel


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny models of the shipped names are told from the shipped ones by their prefix: the shipped hide trained ones of the same name."""
    root = tmp_path_factory.mktemp("runs")
    tinymodel.upscaler(root / "models" / "tinyphoto", 4, "photo", values={"kind": "photo", "sibling": "tinyplain"})
    tinymodel.upscaler(root / "models" / "tinyplain", 4, "fidelity")
    tinymodel.upscaler(root / "models" / "alone", 2, "photo", values={"kind": "photo", "sibling": "nobody"})
    (root / "community").mkdir()
    return root


@pytest.fixture(autouse=True)
def house(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(made))


def test_the_factor_chooses_the_scale_and_a_name_stands_for_its_kind() -> None:
    assert choice.names("photo", 1.5) == ("upscale-x2-photo",)
    assert choice.names("upscale-x4-photo", 2) == ("upscale-x2-photo",)
    assert choice.names("upscale-x2-fidelity", 3.2) == ("upscale-x4-fidelity",)
    assert choice.names("fidelity", 6) == ("upscale-x4-fidelity", "upscale-x2-fidelity")
    assert choice.names("alone", 1.5) == ("alone",)
    assert choice.names("alone", 5) == ("alone",) * 3


def test_the_best_one_is_there_where_its_folder_is(made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ganapp.base.paths.shipped_models", lambda: tmp_path)
    for factor in (2, 4, 8):
        with pytest.raises(UserError) as refused:
            [models.load(name, "upscale") for name in choice.names("best", factor)]
        assert refused.value.key == "unknown_model"
    assert "best" not in json.dumps(page.listed())
    tinymodel.upscalers(tmp_path)
    assert choice.names("best", 2) == choice.names("upscale-x4-best", 1.5) == ("upscale-x2-photo",)
    assert choice.names("best", 4) == ("upscale-x4-best",)
    assert choice.names("best", 8) == ("upscale-x4-best", "upscale-x2-photo")
    assert [each for each in page.listed() if each["id"] == "upscale-x4-best" and "title" not in each]
    told = upscale_plan.run(upscale_plan.Request(width=40, height=30, model="best"))
    assert told.nets == ("upscale-x4-best",)
    best, photo = (models.load(f"upscale-x4-{kind}", "upscale") for kind in ("best", "photo"))
    assert best.pace != photo.pace, "its time is measured apart"
    assert best.guess > photo.guess
    assert (best.strength, best.denoise) == (True, True)
    plain, half, whole = answer("upscale-x4-fidelity"), answer("upscale-x4-best", 0.5), answer("upscale-x4-best")
    assert 0 < np.abs(half - plain).mean() < np.abs(whole - plain).mean()


def test_the_time_of_a_net_that_nobody_measured_is_told_by_its_size() -> None:
    assert 3.5 < models.load("upscale-x4-fidelity", "upscale").guess < 4.5  # 32 channels, 16 convolutions


def answer(name: str, strength: float = 1.0, denoise: float = 0.5) -> np.ndarray:
    colours = np.random.default_rng(0).random((9, 9, 3), np.float32)
    return models.load(name, "upscale").at(strength, denoise).enlarge(colours).numpy()


def test_strength_lies_between_two_nets(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, none, half = answer("tinyphoto", 1.0), answer("tinyphoto", 0.0), answer("tinyphoto", 0.5)
    assert np.abs(none - answer("tinyplain")).max() < 1e-5
    assert np.abs(whole - none).max() > 0.01
    assert 0 < np.abs(half - none).mean() < np.abs(whole - none).mean()
    a, b = (upscaler.Net(upscaler.Config(4, 4, 2, denoise=d)) for d in (False, True))
    a.load_state_dict(catalog.load("tinyplain", "upscale").net().state_dict())
    b.load_state_dict(catalog.load("tinyphoto", "upscale").net().state_dict())
    x = torch.from_numpy(np.random.default_rng(0).random((9, 9, 3), np.float32)).permute(2, 0, 1)[None]
    by_hand = (upscaler.between(a, b, 0.5)(x * 2 - 1, 0.5) + 1) / 2
    assert np.abs(by_hand[0].permute(1, 2, 0).clamp(0, 1).detach().numpy() - half).max() < 1e-5
    held = list(catalog.shelf._held)
    answer("tinyphoto", 0.51)
    assert sorted(map(str, catalog.shelf._held)) == sorted(map(str, held))  # rounded to the same strength
    monkeypatch.setattr(catalog.shelf, "_budget_mb", lambda: 0)
    for strength in np.linspace(0, 0.95, 12):
        answer("tinyphoto", float(strength))
    assert len(catalog.shelf._held) == 1  # in the one memory of all models


def test_denoise_counts_where_a_net_can_and_a_missing_sibling_does_not_matter() -> None:
    assert models.load("alone", "upscale").denoise
    assert not models.load("alone", "upscale").strength
    assert np.abs(answer("alone", 0.0) - answer("alone", 1.0)).max() == 0
    assert np.abs(answer("alone", 1, 0.0) - answer("alone", 1, 1.0)).max() > 0
    assert np.abs(answer("tinyplain", 1, 0.0) - answer("tinyplain", 1, 1.0)).max() == 0


def test_what_is_no_upscaler_is_refused(made: Path) -> None:
    odd = tinymodel.inpainter(made / "models" / "odd")
    tinymodel.edit(odd, task="upscale")
    silent = tinymodel.upscaler(made / "models" / "silent", promises={})
    for name, key in [("digits", "wrong_task"), ("nobody", "unknown_model"), ("odd", "upscale_promise"), ("silent", "upscale_promise")]:
        with pytest.raises(UserError) as refused:
            models.load(name, "upscale")
        assert refused.value.key == key
    for each in (odd, silent):
        shutil.rmtree(each)


def compact(scale: int = 2, features: int = 4, seed: int = 0) -> dict[str, torch.Tensor]:
    """Weights of a small Real-ESRGAN "compact" net."""
    torch.manual_seed(seed)
    state = {}
    for i, (before, after) in enumerate([(3, features), (features, features), (features, 3 * scale**2)]):
        state |= {f"body.{2 * i}.weight": torch.randn(after, before, 3, 3) * 0.2, f"body.{2 * i}.bias": torch.zeros(after)}
        if i < 2:
            state[f"body.{2 * i + 1}.weight"] = torch.full((after,), 0.2)
    return state


def test_checkpoints_that_spandrel_knows(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign.spandrel()
    place = made / "community"
    save_file(compact(), place / "small.safetensors")
    torch.save({"params_ema": compact()}, place / "small.pth")
    told = upscale_model.run(upscale_model.Request("file:small.safetensors")).report()
    assert (told["source"], told["scale"], told["channels"], told["licence"], told["strength"]) == ("other", 2, 3, "", False)
    assert told["parameters"] == sum(value.numel() for value in compact().values())
    assert 1 <= told["reach"] <= 3 + foreign_enlarger.SPARE
    assert np.array_equal(answer("file:small.safetensors"), answer("file:small.pth"))
    assert foreign_enlarger.local() == ["file:small.pth", "file:small.safetensors"]
    assert choice.names("file:small.pth", 4) == ("file:small.pth",) * 2

    asked = []
    monkeypatch.setattr(hub, "fetch_file", lambda *names: asked.append(names) or place / "small.pth")
    monkeypatch.setattr(hub, "licence", lambda *names: asked.append(names) or "bsd-3-clause")
    catalog.shelf.clear()
    assert models.load("some/body:deep/small.pth@v1", "upscale").about.licence == "bsd-3-clause"
    assert set(asked) == {("some/body", "deep/small.pth", "v1"), ("some/body", "v1")}

    catalog.shelf.clear()
    free = memory.free_mb
    monkeypatch.setattr(memory, "free_mb", lambda: 0.001)
    with pytest.raises(UserError) as refused:
        foreign_enlarger.load("file:small.pth")
    assert refused.value.key == "model_memory"
    monkeypatch.setattr(memory, "free_mb", free)


class Evil:
    """What a pickle can do."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path("/tmp/likeness-evil").touch, ())  # type: ignore[return-value]


def test_what_can_run_code_or_is_no_model_is_not_opened(made: Path) -> None:
    place = made / "community"
    torch.jit.script(torch.nn.ReLU()).save(str(place / "script.pt"))
    (place / "evil.pth").write_bytes(pickle.dumps({"params": Evil()}))
    (place / "junk.safetensors").write_bytes(b"junk")
    (place / "odd.txt").write_bytes(b"")
    wrong = {
        "script.pt": "community_script",
        "evil.pth": "community_script",
        "junk.safetensors": "community_fails",
        "odd.txt": "community_kind",
    }
    for name, key in {**wrong, "none.pth": "file_unreadable"}.items():
        with pytest.raises(UserError) as refused:
            foreign_enlarger.load(f"file:{name}")
        assert refused.value.key == key
    assert not Path("/tmp/likeness-evil").exists()
    with pytest.raises(UserError) as refused:
        foreign_enlarger.measured(torch.nn.Identity(), "x")
    assert refused.value.key == "upscale_other"
    for name in (*wrong,):
        (place / name).unlink()


def test_how_far_a_net_looks_is_measured() -> None:
    blur = torch.nn.Conv2d(3, 3, 11, padding=5, bias=False)
    torch.nn.init.constant_(blur.weight, 1 / 363)
    with torch.no_grad():
        assert foreign_enlarger.probe(blur, 1, blur) == (5 + foreign_enlarger.SPARE, 3)
        with pytest.raises(UserError):
            foreign_enlarger.probe(blur, 2, blur)


def test_a_model_that_must_be_opened_first_is_opened_behind_the_plan(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []

    def open_(model: str) -> None:
        opened.append(model)
        raise UserError("hub_no_repository", repository=model)

    monkeypatch.setattr(choice, "opened", open_)
    asked = upscale_plan.Request(200, 100, model="some/body:file.pth")
    plan = upscale_plan.run(asked).report()
    assert (plan["measured"], plan["size"], plan["nets"]) == (False, (800, 400), ("some/body:file.pth",))
    deadline = time.monotonic() + 60
    while not trial._failed and time.monotonic() < deadline:
        time.sleep(0.02)
    with pytest.raises(UserError) as refused:
        upscale_plan.run(asked)
    assert refused.value.key == "hub_no_repository"
    assert opened == ["some/body:file.pth"]


def test_a_kind_is_told_by_its_larger_net(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setattr(catalog.paths, "shipped_models", lambda: tmp_path / "none")
    tinymodel.upscalers(tmp_path / "models")
    told = upscale_model.run(upscale_model.Request("photo")).report()
    assert (told["id"], told["scale"], told["strength"], told["denoise"]) == ("upscale-x4-photo", 4, True, True)
    assert told["parameters"] == sum(p.numel() for p in folder.weigh(tmp_path / "models" / told["id"], folder.describe(
        tmp_path / "models" / told["id"]).parts["model"]).parameters())  # fmt: skip
