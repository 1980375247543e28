"""`python -m ganapp deploy` against a Hub on 127.0.0.1: what is sent, and what is said when the Hub does not want it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.shell import main
from ganapp.shipping import checks, hardware, space, static_space
from tests.support.fakehub import FakeHub, client_of

NAME = "somebody/likeness"
README = '---\ntitle: Likeness\nsdk: gradio\npython_version: "3.11"\nsuggested_hardware: cpu-basic\n---\n\n# Likeness\n'
FILES = {
    "README.md": README,
    "requirements.txt": "# why\ntorch>=2.10,<2.14\ntorchvision>=0.25\npillow>=10\n",
    "app.py": "print()\n",
    "models/digits/model.safetensors": "weights",
    ".env": "HF_TOKEN=hf_secret",
    "certificate.pem": "private",
    "tests/test_it.py": "assert True",
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FakeHub]:
    made = FakeHub()
    with client_of(made.url, tmp_path / "home"):
        yield made
    made.close()


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(paths, "ROOT", root)
    monkeypatch.setattr(checks, "QUICK", ())
    monkeypatch.setattr(space, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(space, "POLL", 0.0)
    for name in ("en", "zh"):  # read before the root is elsewhere
        locales.words(name)
    return root


@pytest.fixture(autouse=True, scope="module")
def words() -> None:
    for name in ("en", "zh"):
        locales.words(name)


def files(hub: FakeHub) -> dict[str, bytes]:
    repository = hub.repositories["space", NAME]
    return repository.commits[repository.refs["main"]]


def test_a_space_is_made_built_and_tried(hub: FakeHub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["deploy", NAME]) == 0
    sent = files(hub)
    assert set(sent) == {"README.md", "requirements.txt", "app.py", "models/digits/model.safetensors", ".gitattributes"}
    assert hub.objects[hashlib.sha256(b"weights").hexdigest()] == b"weights"
    assert b'python_version: "3.12.12"' in sent["README.md"]
    assert b"suggested_hardware: zero-a10g" in sent["README.md"]
    lines = sent["requirements.txt"].decode().splitlines()
    assert lines == ["# why", "torch==2.11.*", "torchvision==0.26.*", "pillow>=10", "spaces>=0.51"]
    made = hub.spaces[NAME]
    assert (made["sdk"], made["hardware"], made.get("secrets"), made.get("visibility")) == ("gradio", "zero-a10g", None, "public")
    said = capsys.readouterr().out
    assert "(BUILDING)" in said
    assert f"It answers: {hub.url}" in said
    assert not any(b"hf_secret" in blob for blob in hub.objects.values())


def test_a_second_run_sends_only_what_changed(hub: FakeHub, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["deploy", NAME]) == 0
    capsys.readouterr()
    assert main.main(["deploy", NAME]) == 0
    assert "Nothing had changed" in capsys.readouterr().out
    (project / "app.py").write_text("print(2)\n")
    (project / "models/digits/model.safetensors").unlink()
    hub.requests.clear()
    assert main.main(["deploy", NAME]) == 0
    assert "2 files were sent" in capsys.readouterr().out
    assert set(files(hub)) == {"README.md", "requirements.txt", "app.py", ".gitattributes"}
    assert not [path for method, path, _ in hub.requests if path.startswith("/lfs/")]


def test_hardware_bucket_and_privacy(hub: FakeHub) -> None:
    assert main.main(["deploy", NAME, "--hardware", "t4-small", "--bucket", "runs", "--private"]) == 0
    made = hub.spaces[NAME]
    assert made["hardware"] == "t4-small"
    assert made["variables"] == [{"key": "GANAPP_RUNS", "value": "/runs/likeness"}]
    assert [(each["type"], each["source"], each["mountPath"]) for each in made["volumes"]] == [("bucket", "somebody/runs", "/runs")]
    assert made["visibility"] == "private"
    assert hub.spaces["buckets"]["somebody/runs"]["visibility"] == "private"
    assert b'python_version: "3.11"' in files(hub)["README.md"]
    assert main.main(["deploy", NAME]) == 0
    assert hub.spaces[NAME]["hardware"] == "zero-a10g", "a second run brings the Space to what is wanted now"


def test_people_may_sign_in_where_the_deployer_names_who_trains(hub: FakeHub) -> None:
    assert main.main(["deploy", NAME, "--training-accounts", "somebody,a-class"]) == 0
    header = files(hub)["README.md"].decode().split("---\n")[1]
    assert header.endswith("hf_oauth: true\nhf_oauth_expiration_minutes: 480\n")
    assert {each["key"]: each["value"] for each in hub.spaces[NAME]["variables"]}["GANAPP_TRAINING_ACCOUNTS"] == "somebody,a-class"
    assert (paths.ROOT / "README.md").read_text() == README, "here nothing changed"
    assert b"hf_oauth" not in space.content(space.order(NAME, "cpu-basic"))["README.md"]


def test_a_dry_run_asks_nobody(hub: FakeHub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["deploy", NAME, "--hardware", "cpu-basic", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert hub.requests == []
    assert "needs a paying account" in said
    assert "4 files" in said


@pytest.mark.parametrize("statuses", [[429, 429], [0], [503, 0, 429]])
@pytest.mark.parametrize("path", ["/api/repos/create", f"/api/spaces/{NAME}/commit"])
def test_cuts_and_busy_answers_are_waited_out(hub: FakeHub, statuses: list[int], path: str) -> None:
    hub.once[path] = list(statuses)
    assert main.main(["deploy", NAME]) == 0
    assert hub.once[path] == []
    assert "app.py" in files(hub)


@pytest.mark.parametrize(
    ("path", "status", "key"),
    [
        ("/api/repos/create", 402, "space_payment"),
        ("/api/repos/create", 403, "space_refused"),
        ("/api/repos/create", 401, "space_login"),
        (f"/api/spaces/{NAME}/commit", 403, "space_refused"),
        (f"/api/spaces/{NAME}/runtime", 429, "space_busy"),
        ("/gradio_api/call", 500, "space_silent"),
    ],
)
def test_what_the_hub_refuses_is_said(hub: FakeHub, capsys: pytest.CaptureFixture[str], path: str, status: int, key: str) -> None:
    hub.statuses[path] = status
    assert main.main(["deploy", NAME]) == 2
    sentence = locales.words("en")[f"errors.{key}"].partition("{")[0]
    assert sentence.strip() in capsys.readouterr().err


def test_a_failing_build_shows_the_end_of_its_log(hub: FakeHub, capsys: pytest.CaptureFixture[str]) -> None:
    hub.spaces[NAME] = {"stages": ["BUILDING", "BUILD_ERROR"], "log": ["Collecting torch", "ERROR: No matching distribution found"]}
    assert main.main(["deploy", NAME]) == 2
    assert "No matching distribution found" in capsys.readouterr().err


def test_an_error_of_the_doctor_stops_it(hub: FakeHub, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "QUICK", (checks.header,))
    (project / "README.md").write_text("# no header\n")
    assert main.main(["deploy", NAME]) == 2
    assert hub.requests == []


@pytest.fixture
def edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An edition as small as can be, in the place of one that is written."""
    folder = tmp_path / "edition"
    for name, text in {"README.md": "---\nsdk: static\n---\n", "index.html": "<html>", "static/1/models/net.onnx.gz": "weights"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    listed = ["README.md", "edition.json", "index.html", "static/1/models/net.onnx.gz"]
    (folder / "edition.json").write_text(json.dumps({"version": "1", "files": listed}))
    (folder / ".env").write_text("HF_TOKEN=hf_secret")

    @contextmanager
    def exported(app: str = "") -> Iterator[Path]:
        yield folder

    monkeypatch.setattr(static_space, "exported", exported)
    return folder


def test_the_static_edition_goes_on_a_static_space(hub: FakeHub, edition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["deploy", NAME, "--static", "--dry-run"]) == 0
    assert hub.requests == []
    assert "4 files" in capsys.readouterr().out
    assert main.main(["deploy", NAME, "--static"]) == 0
    assert set(files(hub)) == {"README.md", "edition.json", "index.html", "static/1/models/net.onnx.gz", ".gitattributes"}
    made = hub.spaces[NAME]
    assert (made["sdk"], made.get("hardware"), made.get("secrets")) == ("static", None, None)
    assert f"It answers: {hub.url}" in capsys.readouterr().out
    assert main.main(["deploy", NAME, "--static"]) == 0
    assert "Nothing had changed" in capsys.readouterr().out
    (edition / "index.html").write_text("<html lang=zh>")
    assert main.main(["deploy", NAME, "--static"]) == 0
    assert "1 files were sent" in capsys.readouterr().out
    hub.statuses["/edition.json"] = 404
    assert main.main(["deploy", NAME, "--static"]) == 2
    assert "does not show what was sent" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "status", "key"), [("/api/repos/create", 403, "space_refused"), (f"/api/spaces/{NAME}/commit", 401, "space_login")]
)
def test_what_the_hub_refuses_of_a_static_space_is_said(
    hub: FakeHub, edition: Path, capsys: pytest.CaptureFixture[str], path: str, status: int, key: str
) -> None:
    hub.statuses[path] = status
    assert main.main(["deploy", NAME, "--static"]) == 2
    assert locales.words("en")[f"errors.{key}"].partition("{")[0].strip() in capsys.readouterr().err


def test_names_and_hardware_are_checked() -> None:
    with pytest.raises(UserError):
        space.order("likeness", "zero-a10g")
    with pytest.raises(UserError, match="zero-a10g"):
        hardware.of("gpu")
