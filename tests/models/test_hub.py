"""Fetching from and publishing to the Hub: the real client against a server on this machine, and every way it can go wrong."""

from __future__ import annotations

import errno
import json
import pickle
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants, file_download

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.models import catalog, folder, hub
from tests.support import tinymodel
from tests.support.fakehub import TOKEN, FakeHub, client_of

NAME = "somebody/tiny-digits"


@pytest.fixture
def server() -> Iterator[FakeHub]:
    running = FakeHub()
    yield running
    running.close()


@pytest.fixture
def home(server: FakeHub, tmp_path: Path) -> Iterator[Path]:
    """The client's own folder, with the client set up for the server."""
    with client_of(server.url, tmp_path / "home"):
        yield tmp_path / "home"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tinymodel.generator(tmp_path / "tiny")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of shipped models."""
    root = tmp_path / "models"
    root.mkdir()
    monkeypatch.setattr(paths, "shipped_models", lambda: root)
    monkeypatch.setattr(paths, "trained_models", lambda: tmp_path / "none")
    return root


def left_over(home: Path) -> list[str]:
    """Every file of any repository that is still in the cache."""
    return [str(path.relative_to(home)) for path in (home / "hub").glob("models--*/**/*") if path.is_file()]


def refused(name: str = NAME, revision: str = "main") -> UserError:
    with pytest.raises(UserError) as caught:
        hub.fetch(name, revision)
    return caught.value


def transfers(server: FakeHub) -> list[str]:
    return [path for method, path, _ in server.requests if method == "GET" and ("/resolve/" in path or "/cdn/" in path)]


def test_fetch_takes_only_what_the_format_names(server: FakeHub, home: Path, tiny: Path) -> None:
    (tiny / "notes.txt").write_text("not part of it")
    (tiny / "pytorch_model.bin").write_bytes(pickle.dumps(1))
    sha = server.commit_folder(NAME, tiny)
    found = hub.fetch(NAME)
    assert found.name == sha
    assert {path.name for path in found.iterdir()} == {"config.json", "model.safetensors", "discriminator.safetensors", "directions.json"}
    assert folder.digest(found / "model.safetensors") == folder.digest(tiny / "model.safetensors")


def test_a_commit_in_the_cache_needs_no_request(server: FakeHub, home: Path, tiny: Path) -> None:
    sha = server.commit_folder(NAME, tiny)
    found = hub.fetch(NAME, sha)
    server.requests.clear()
    assert hub.fetch(NAME, sha) == found
    assert server.requests == []


def test_a_branch_is_looked_up_and_its_files_are_not_fetched_again(server: FakeHub, home: Path, tiny: Path) -> None:
    server.commit_folder(NAME, tiny)
    hub.fetch(NAME)
    server.requests.clear()
    hub.fetch(NAME)
    assert len(server.requests) <= 2
    assert transfers(server) == []
    second = server.commit_folder(NAME, tinymodel.generator(tiny, seed=1))
    assert hub.fetch(NAME).name == second


def test_branches_tags_and_older_commits(server: FakeHub, home: Path, tiny: Path) -> None:
    first = server.commit_folder(NAME, tiny)
    server.repositories["model", NAME].refs["v1"] = first
    second = server.commit_folder(NAME, tinymodel.generator(tiny, seed=1))
    assert [hub.fetch(NAME, rev).name for rev in ("v1", "main", first)] == [first, second, first]


def test_a_cut_transfer_goes_on_where_it_ended(server: FakeHub, home: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)  # 10 MB otherwise: what the client keeps of a transfer that was cut
    server.commit_folder(NAME, tiny)
    server.cuts["model.safetensors"] = 5000
    found = hub.fetch(NAME)
    assert folder.digest(found / "model.safetensors") == folder.digest(tiny / "model.safetensors")
    ranges = [asked for method, path, asked in server.requests if method == "GET" and path.endswith("model.safetensors")]
    assert ranges == ["", "bytes=5000-"]


def test_a_transfer_that_fails_for_good_leaves_nothing(server: FakeHub, home: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.commit_folder(NAME, tiny)
    monkeypatch.setattr(file_download.time, "sleep", lambda _: server.cuts.update({"model.safetensors": 0}))
    server.cuts["model.safetensors"] = 0
    assert refused().key == "hub_interrupted"
    assert left_over(home) == []
    monkeypatch.undo()
    server.cuts.clear()
    with client_of(server.url, home):
        assert hub.fetch(NAME).is_dir()


BROKEN = {
    "no config": ({"config.json": None}, "not_a_model_folder"),
    "weights missing": ({"model.safetensors": None}, "weights_missing"),
    "weights cut short": ({"model.safetensors": b"short"}, "weights_altered"),
    "weights of another model": ({"model.safetensors": b"x" * 20_000}, "weights_altered"),
    "unknown key": ({"config.json": b'{"architectures": ["Bert"], "model_type": "bert"}'}, "unknown_key"),
    "missing key": ({"config.json": b'{"format": 1, "task": "sample"}'}, "missing_key"),
    "config not JSON": ({"config.json": b"<html>"}, "config_unreadable"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_repository_is_refused_and_forgotten(server: FakeHub, home: Path, tiny: Path, case: str) -> None:
    changes, key = BROKEN[case]
    files = {path.name: path.read_bytes() for path in tiny.iterdir()} | changes
    server.commit(NAME, {path: blob for path, blob in files.items() if blob is not None})
    problem = refused()
    assert problem.key == key
    assert NAME in str(problem)
    assert left_over(home) == []


PARTS: dict[str, dict[str, object]] = {
    "unknown_family": {"family": "diffusion"},
    "not_safetensors": {"file": "pytorch_model.bin"},
    "unknown_key": {"net": {"depth": 1}},
}


@pytest.mark.parametrize(("key", "change"), PARTS.items())
def test_a_part_that_cannot_be_used(server: FakeHub, home: Path, tiny: Path, change: dict[str, object], key: str) -> None:
    (tiny / "pytorch_model.bin").write_bytes(pickle.dumps({"weight": 1}))
    tinymodel.edit_part(tiny, **change)
    server.commit_folder(NAME, tiny)
    assert refused().key == key
    assert not any(path.endswith(".bin") for path in transfers(server))
    assert left_over(home) == []


def test_a_cached_file_that_was_altered_is_fetched_again(server: FakeHub, home: Path, tiny: Path) -> None:
    sha = server.commit_folder(NAME, tiny)
    weights = (hub.fetch(NAME, sha) / "model.safetensors").resolve()
    weights.write_bytes(weights.read_bytes()[:-1])
    assert refused(NAME, sha).key == "weights_altered"
    assert folder.check(hub.fetch(NAME, sha)).task == "sample"


def test_repository_that_does_not_exist(server: FakeHub, home: Path) -> None:
    assert refused("nobody/nothing").key == "hub_no_repository"
    assert left_over(home) == []


def test_revision_that_does_not_exist(server: FakeHub, home: Path, tiny: Path) -> None:
    server.commit_folder(NAME, tiny)
    assert refused(revision="v9").key == "hub_no_revision"
    assert refused(revision="0" * 40).key == "hub_no_revision"


@pytest.mark.parametrize(("flag", "key"), [("private", "hub_no_repository"), ("gated", "hub_gated")])
def test_private_and_gated_repositories_need_a_token(server: FakeHub, tmp_path: Path, tiny: Path, flag: str, key: str) -> None:
    server.commit_folder(NAME, tiny, **{flag: True})
    with client_of(server.url, tmp_path / "home", token=None):
        assert refused().key == key
        assert left_over(tmp_path / "home") == []
    with client_of(server.url, tmp_path / "home"):
        assert hub.fetch(NAME).is_dir()


def test_no_network_is_said_at_once_and_the_cache_still_serves(server: FakeHub, home: Path, tiny: Path) -> None:
    server.commit_folder(NAME, tiny)
    found = hub.fetch(NAME)
    server.close()
    started = time.monotonic()
    assert hub.fetch(NAME) == found
    assert hub.fetch(NAME, found.name) == found
    assert refused("somebody/else").key == "hub_unreachable"
    assert time.monotonic() - started < 5


def test_offline_mode(server: FakeHub, home: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.commit_folder(NAME, tiny)
    found = hub.fetch(NAME)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with client_of(server.url, home):
        assert hub.fetch(NAME) == found
        assert refused("somebody/else").key == "hub_unreachable"


def test_the_hub_is_down_or_refuses(server: FakeHub, home: Path) -> None:
    server.statuses["/api/models/"] = 503
    assert refused().key == "hub_failed"
    server.statuses["/api/models/"] = 403
    assert refused().key == "hub_refused"


@pytest.mark.parametrize(("number", "key"), [(errno.ENOSPC, "disk_full"), (errno.EROFS, "cache_unwritable")])
def test_a_disk_that_takes_nothing(server: FakeHub, home: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch, number: int, key: str) -> None:
    server.commit_folder(NAME, tiny)
    real = file_download.http_get

    def full(url: str, temp_file: object, **rest: object) -> None:
        if url.endswith("model.safetensors"):
            raise OSError(number, "no", "/cache")
        real(url, temp_file, **rest)

    monkeypatch.setattr(file_download, "http_get", full)
    assert refused().key == key
    assert left_over(home) == []


def test_more_than_the_memory_budget_is_not_fetched(server: FakeHub, home: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.commit(NAME, {path.name: path.read_bytes() for path in tiny.iterdir()} | {"web.onnx": b"0" * 2_000_000})
    monkeypatch.setenv("GANAPP_MEMORY_MB", "1")
    problem = refused()
    assert problem.key == "hub_too_large"
    assert problem.values["budget"] == 1
    assert transfers(server) == [f"/{NAME}/resolve/{server.repositories['model', NAME].refs['main']}/config.json"]


@pytest.mark.parametrize("name", ["digits", "a/b/c", "../secret/x", "owner/", "owner/na me", "owner/..", "owner/name@"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(UserError) as caught:
        hub.split(name)
    assert caught.value.key == "bad_repository"


def test_split() -> None:
    assert hub.split("owner/name") == ("owner/name", "main")
    assert hub.split("owner/name@refs/pr/1") == ("owner/name", "refs/pr/1")


def test_a_model_of_the_hub_loads_like_any_other(server: FakeHub, home: Path, tiny: Path) -> None:
    sha = server.commit_folder(NAME, tiny)
    loaded = catalog.load(f"{NAME}@{sha}", "sample")
    assert (loaded.source, loaded.revision, loaded.id) == ("hub", sha, f"{NAME}@{sha}")
    assert loaded.net() is loaded.net()
    with pytest.raises(UserError) as caught:
        catalog.load(NAME, "classify")
    assert caught.value.key == "wrong_task"
    server.requests.clear()
    catalog.load(NAME, "sample")
    assert server.requests == []


def test_publish_creates_updates_and_pins(server: FakeHub, home: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = tinymodel.generator(shipped / "tiny")
    (tiny / "README.md").write_text("---\nlicense: mit\n---\n# Tiny\n")
    (tiny / "notes.txt").write_text("stays here")
    pin = hub.publish(tiny, NAME)
    repository = server.repositories["model", NAME]
    assert pin == hub.pins()["tiny"] == hub.Pin(NAME, repository.refs["main"], folder.digest(tiny / "config.json"))
    files = repository.commits[pin.revision]
    local = {path.name: path.read_bytes() for path in tiny.iterdir() if path.name != "notes.txt"}
    assert files == local | {".gitattributes": files[".gitattributes"]}

    (tiny / "directions.json").unlink()
    tinymodel.edit(tiny, values={"threshold": 0.5})
    again = hub.publish(tiny, NAME)
    assert again.revision == repository.refs["main"] != pin.revision
    assert "directions.json" not in repository.commits[again.revision]
    assert "directions.json" in repository.commits[pin.revision]
    assert hub.publish(tiny, NAME) == again

    monkeypatch.setenv("GANAPP_MODELS", "hub")
    loaded = catalog.load("tiny", "sample")
    assert (loaded.id, loaded.source, loaded.revision) == ("tiny", "hub", again.revision)
    assert loaded.description.values == {"threshold": 0.5}
    server.commit_folder(NAME, tinymodel.generator(tiny, seed=2))
    assert catalog.load("tiny", "sample").revision == again.revision
    monkeypatch.setenv("GANAPP_MODELS", "")
    assert catalog.load("tiny", "sample").source == "shipped"


def test_a_pinned_config_must_be_the_published_one(server: FakeHub, home: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = tinymodel.generator(shipped / "tiny")
    pin = hub.publish(tiny, NAME)
    entry = {"repository": NAME, "revision": pin.revision, "config": "0" * 64}
    (shipped / "hub.json").write_text(json.dumps({"tiny": entry}))
    monkeypatch.setenv("GANAPP_MODELS", "hub")
    with pytest.raises(UserError) as caught:
        catalog.load("tiny", "sample")
    assert caught.value.key == "hub_not_pinned"
    for content, key in (("{", "hub_json_unreadable"), ('{"tiny": {"repository": "a/b"}}', "missing_key")):
        (shipped / "hub.json").write_text(content)
        with pytest.raises(UserError) as caught:
            hub.pins()
        assert caught.value.key == key


def test_only_shipped_folders_are_pinned(server: FakeHub, home: Path, shipped: Path, tiny: Path) -> None:
    assert hub.publish(tiny, NAME, private=True).repository == NAME
    assert server.repositories["model", NAME].private
    assert hub.pins() == {}


def test_publish_without_a_token_or_with_a_wrong_one(server: FakeHub, tmp_path: Path, tiny: Path) -> None:
    with client_of(server.url, tmp_path / "home", token=None):
        with pytest.raises(UserError) as caught:
            hub.publish(tiny, NAME)
        assert caught.value.key == "hub_token"
        with pytest.raises(UserError) as caught:
            hub.publish(tiny, NAME, token="hf_wrong")
        assert caught.value.key in ("hub_token", "hub_refused")
        assert hub.publish(tiny, NAME, token=TOKEN).repository == NAME


def test_publish_checks_first_and_says_what_failed(server: FakeHub, home: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tiny / "README.md").write_text("a card without a header")
    with pytest.raises(UserError) as caught:
        hub.publish(tiny, NAME)
    assert caught.value.key == "hub_upload"
    server.close()
    with pytest.raises(UserError) as caught:
        hub.publish(tiny, NAME)
    assert caught.value.key == "hub_offline"
    (tiny / "model.safetensors").unlink()
    with pytest.raises(UserError) as caught:
        hub.publish(tiny, NAME)
    assert caught.value.key == "weights_missing"
    with pytest.raises(UserError) as caught:
        hub.publish(tiny, "no name")
    assert caught.value.key == "bad_repository"
