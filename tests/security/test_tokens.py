"""With whose token the Hub is asked: a visitor's request never carries the machine's, and never gets what was fetched with it."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import hubjobs, process, store
from ganapp.jobs.requests import hub_offers
from ganapp.models import catalog, hub, hub_access, hub_data
from ganapp.models.hub_access import DEPLOYER, VISITOR, Who
from ganapp.shell import main
from ganapp.tasks import samplers
from ganapp.ui import binding
from tests.conftest import awaited
from tests.jobs.requests.conftest import KEY
from tests.support import tinymodel
from tests.support.fakehub import TOKEN, FakeHub, client_of
from tests.training.test_datasets import many

PRIVATE, PUBLIC = "victim/private", "somebody/public"
SENT = f"Bearer {TOKEN}"
NEEDED = {"paint": {"latents": [[0.0] * 8], "classes": [[1.0] + [0.0] * 9]}}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub with a private and a public model; the machine has the token of the private one's owner, requests come from a visitor."""
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    running = FakeHub()
    tiny = tinymodel.generator(tmp_path / "tiny")
    weights = {"weights.pth": b"x" * 4000, "style.onnx": b"x" * 4000}
    files = {path.name: path.read_bytes() for path in tiny.iterdir()} | weights
    running.commit(PRIVATE, files, private=True)
    running.commit(PUBLIC, files)
    running.commit(PRIVATE, many(10, "cats/"), "dataset", private=True)
    with client_of(running.url, tmp_path / "home", who=VISITOR):
        yield running
    running.close()


def asks(task: str, **fields: Any) -> Callable[[], Any]:
    """What a page asks for, by the way that it takes."""

    def ask() -> Any:
        answer = binding.procedure(task)(fields)
        return awaited(answer) if inspect.isawaitable(answer) else answer

    return ask


PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
REQUESTS = {
    "samplers": asks("samplers", model=PRIVATE),
    "samplers at a commit": asks("samplers", model=f"{PRIVATE}@main"),
    "sample": asks("sample", model=PRIVATE),
    "upscale_model": asks("upscale_model", model=f"{PRIVATE}:weights.pth"),
    "upscale": asks("upscale", picture=PICTURE, model=PRIVATE),
    "repair": asks("repair", picture=PICTURE, mask=PICTURE, model=f"{PRIVATE}/style.onnx"),
    "stylize": asks("stylize", picture=PICTURE, style=f"{PRIVATE}:style.onnx"),
    "stylize with a second": asks("stylize", picture=PICTURE, second=PRIVATE),
    "hub_offers": asks("hub_offers", key=KEY),
}


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("cached", [False, True], ids=["new", "cached"])
def test_a_request_carries_no_token_of_the_machine(server: FakeHub, name: str, cached: bool) -> None:
    if cached:  # what the deployer fetched is not handed on
        with hub_access.acting(DEPLOYER):
            hub.fetch(PRIVATE)
            for file in ("weights.pth", "style.onnx"):
                hub.fetch_file(PRIVATE, file)
    server.authorisations.clear()
    answer = REQUESTS[name]()
    assert server.authorisations, "the Hub was asked"
    assert set(server.authorisations) == {""}
    if name != "hub_offers":
        assert answer["error"]["key"] == "hub_no_repository", answer


def test_public_models_are_fetched_without_a_token(server: FakeHub) -> None:
    described = samplers.run(samplers.Request(model=PUBLIC)).described
    assert described is not None
    assert described["latent"] == tinymodel.LATENT
    assert set(server.authorisations) == {""}
    assert [path.name for path in paths.hub_cache().iterdir()] == ["anybody"]


def test_the_token_that_a_visitor_gives_is_the_one_that_is_sent(server: FakeHub) -> None:
    hub_offers.run(hub_offers.Request(KEY, token="hf_of_the_visitor"))
    assert set(server.authorisations) == {"Bearer hf_of_the_visitor"}
    with hub_access.acting(Who(TOKEN)):
        found = hub.fetch(PRIVATE)
    with pytest.raises(UserError) as refused:
        hub.fetch(PRIVATE, found.name)
    assert refused.value.key == "hub_no_repository", "another visitor is not served from this one's files"
    assert TOKEN not in repr(Who(TOKEN))
    assert TOKEN not in str(found)


def test_what_the_deployer_configured_is_fetched_with_the_machines_token(
    server: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANAPP_HUB_REPOSITORIES", f"a/b, {PRIVATE}")
    assert catalog.load(PRIVATE, "sample").source == "hub"
    assert SENT in server.authorisations
    monkeypatch.delenv("GANAPP_HUB_REPOSITORIES")
    with pytest.raises(UserError):
        catalog.load(PRIVATE, "sample")
    root = tmp_path / "models"
    root.mkdir()
    pin = {"repository": PRIVATE, "revision": "main", "config": hub.folder.digest(tmp_path / "tiny" / "config.json")}
    (root / "hub.json").write_text(json.dumps({"mine": pin}))
    monkeypatch.setattr(paths, "shipped_models", lambda: root)
    monkeypatch.setenv("GANAPP_MODELS", "hub")
    assert catalog.load("mine", "sample").source == "hub"
    with pytest.raises(UserError):
        catalog.load(PRIVATE, "sample")


def test_a_command_in_the_shell_is_the_owners(server: FakeHub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["sample", "--model", PRIVATE, "--json"]) == 0, capsys.readouterr().err
    assert SENT in server.authorisations


def job(owner: str) -> store.Job:
    return store.Job(id="0123456789", name="x", owner=owner, recipe="gan", steps=1, device="cpu", created=0.0, queued=0.0, state="waiting")


FETCH = f"from ganapp.models import hub_data; hub_data.fetch({PRIVATE!r}, ('.png',))"


def test_a_process_that_trains_for_a_visitor_fetches_without_it(server: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = paths.child_environment(**process.hub_account(job("0" * 64)))
    assert environment.items() >= paths.child_environment().items(), "nor does that of data_add and train_estimate"
    environment |= {"HF_ENDPOINT": server.url, "HF_HOME": str(tmp_path / "far"), "HF_TOKEN": TOKEN, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run([sys.executable, "-c", FETCH], cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert f"There is no repository {PRIVATE}" in done.stderr, done.stderr
    assert set(server.authorisations) == {""}
    for name, value in process.hub_account(job("shell")).items():
        monkeypatch.setenv(name, value)
    hub_access._present.set(None)
    assert len(hub_data.fetch(PRIVATE, (".png",))) == 10, "a job of the shell is its owner's"
    assert SENT in server.authorisations


def test_what_visitors_have_fetched_is_bounded(server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(4):
        server.commit(f"somebody/files-{i}", {"a.onnx": bytes([i]) * 600_000})
    monkeypatch.setenv("GANAPP_HUB_CACHE_MB", "2")
    found = [hub.fetch_file(f"somebody/files-{i}", "a.onnx") for i in range(4)]
    assert [path.is_file() for path in found] == [False, True, True, True]
    monkeypatch.setenv("GANAPP_MEMORY_MB", "0")
    monkeypatch.setattr(paths, "memory_budget_mb", lambda: 0.1)
    with pytest.raises(UserError) as refused:
        hub.fetch_file("somebody/files-0", "a.onnx")
    assert refused.value.key == "hub_too_large"


def test_more_downloads_than_places_are_told_to_wait(server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_access, "PATIENCE", 0.01)
    with hub_access.downloading(VISITOR, 0), hub_access.downloading(VISITOR, 0):
        with pytest.raises(UserError) as refused:
            catalog.load(PUBLIC, "sample")
        assert refused.value.key == "busy"
        with hub_access.acting(DEPLOYER):
            assert catalog.load(PUBLIC, "sample").source == "hub", "what the deployer configured does not wait"
    assert catalog.load(PUBLIC, "sample").source == "hub"


def test_names_without_end_are_not_remembered(server: FakeHub) -> None:
    for i in range(5):
        with pytest.raises(UserError):
            hub.fetch(f"nobody/model-{i}")
    assert not [name for name in hub._locks if name.startswith("nobody/")]


def test_offers_go_without_a_token_where_none_is_given(server: FakeHub) -> None:
    hubjobs.offers()
    assert set(server.authorisations) == {""}


def test_digits_do_not_wait_for_downloads(server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, over = threading.Semaphore(0), threading.Event()
    monkeypatch.setattr(paths, "shipped_models", lambda: paths.runs() / "models")
    tinymodel.generator(paths.runs() / "models" / "digits")

    def slowly(*_: object) -> Path:
        begun.release()
        assert over.wait(60)
        raise UserError("hub_unreachable", repository=PUBLIC)

    monkeypatch.setattr(hub, "fetch", slowly)
    monkeypatch.setattr(hub, "fetch_file", slowly)
    names = {"sample": "somebody/a", "paint": "somebody/b", "samplers": "somebody/c", "upscale_model": "somebody/d:e.pth"}
    waiting = [threading.Thread(target=asks(task, model=name, **NEEDED.get(task, {}))) for task, name in names.items()]
    for thread in waiting:
        thread.start()
        assert begun.acquire(timeout=30), "as many are fetched at once as the lane has places"
    try:
        answer = asks("sample", seed=1, pixels=32)()
        assert answer["picture"].startswith("data:image/png")
    finally:
        over.set()
        for thread in waiting:
            thread.join(30)
