"""The shell: a command for every task, models, publish, card, and processes of their own for measuring and training."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.models import packs
from ganapp.shell import main
from tests.support import tinymodel
from tests.support.fakehub import FakeHub, client_of
from tests.support.signed import unsigned

SHOUT = '''"""Shout a word. And this is not in the summary."""
import dataclasses, json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from ganapp.base.errors import UserError

@dataclass(frozen=True)
class Request:
    """What to shout."""
    word: str = field(metadata={"help": "100 % of it"})
    times_over: int = field(default=2, metadata={"help": "how often"})
    gain: float | None = None
    how: Literal["loud", "soft"] = "loud"
    twice: bool = True
    source: Path | None = None
    marks: tuple[int, ...] = (1, 2)
    gaps: tuple[float | None, ...] = ()
    table: tuple[tuple[float, ...], ...] = ()
    picture: str = field(default="", metadata={"kind": "picture"})

    def __post_init__(self):
        if self.times_over > 9:
            raise UserError("weights_missing", where="shout")

@dataclass(frozen=True)
class Result:
    request: Request
    def save(self, path):
        path.write_text(self.request.word.upper())
    def report(self):
        return json.loads(json.dumps(dataclasses.asdict(self.request), default=str))

def run(request):
    return Result(request)
'''


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One small generator, called tiny, is all there is."""
    root = tmp_path / "models"
    tinymodel.generator(root / "tiny")
    monkeypatch.setattr(paths, "shipped_models", lambda: root)
    monkeypatch.setattr(paths, "trained_models", lambda: tmp_path / "none")
    monkeypatch.setattr(packs, "packs", lambda: {})
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return root


@pytest.fixture
def shout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task more, as a file in the tasks' folder."""
    import ganapp.tasks

    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "shout.py").write_text(SHOUT)
    monkeypatch.setattr(ganapp.tasks, "__path__", [str(tmp_path / "tasks")])
    monkeypatch.delitem(sys.modules, "ganapp.tasks.shout", raising=False)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    assert main.main([*arguments, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.usefixtures("models", "shout")
def test_a_new_task_is_in_the_shell_without_an_edit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "word.txt"
    assert main.main(["shout", "--word", "hey", "--out", str(out)]) == 0
    assert out.read_text() == "HEY"
    assert capsys.readouterr().err == f"wrote {out}\n"
    with pytest.raises(SystemExit):
        main.main(["--help"])
    assert "Shout a word" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main.main(["shout", "--help"])
    text = capsys.readouterr().out
    flags = ("--times-over INT", "--no-twice", "--how {loud,soft}", "--marks INT,...", "--table JSON", "--picture FILE")
    for word in (*flags, "100 % of it", "default 2", "required"):
        assert word in " ".join(text.split()), word


@pytest.mark.usefixtures("models", "shout")
def test_every_kind_of_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.png").write_bytes(b"png")
    (tmp_path / "t.json").write_text("[[5]]")
    flags = ["--times-over", "3", "--gain", "-1.5", "--how", "soft", "--no-twice", "--source", "x/y", "--marks", "-4,5"]
    report = told(capsys, "shout", "--word", "hey", *flags, "--gaps", "-1,,2", "--table", "[[1, 2]]", "--picture", str(tmp_path / "a.png"))
    assert report == {
        "word": "hey",
        "times_over": 3,
        "gain": -1.5,
        "how": "soft",
        "twice": False,
        "source": "x/y",
        "marks": [-4, 5],
        "gaps": [-1, None, 2],
        "table": [[1, 2]],
        "picture": "data:image/png;base64,cG5n",
    }
    assert told(capsys, "shout", "--word", "hey", "--table", f"@{tmp_path / 't.json'}")["table"] == [[5]]
    assert told(capsys, "shout", "--word", "hey")["marks"] == [1, 2]


@pytest.mark.usefixtures("models", "shout")
@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (["--word", "hey"], "nowhere to put the result", "没有指定结果的去处"),
        (["--word", "hey", "--marks", "1,x", "--json"], "--marks cannot take 1,x. Write 1,2,3.", "--marks 不能取 1,x"),
        (["--word", "hey", "--table", "{", "--json"], "--table cannot take {. Write JSON.", "--table 不能取 {"),
        (["--word", "hey", "--picture", "/no/file", "--json"], "/no/file cannot be read", "无法读取文件"),
        (["--word", "hey", "--out", "/no/folder/x"], "/no/folder/x cannot be written", "无法写入文件"),
        (["--word", "hey", "--times-over", "10", "--json"], "weights file shout is missing", "缺少权重文件"),
    ],
)
def test_errors_are_sentences_in_the_readers_language(
    arguments: list[str], english: str, chinese: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main.main(["shout", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert english in said.err
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert main.main(["shout", *arguments]) == 2
    assert chinese in capsys.readouterr().err


@pytest.mark.usefixtures("models")
def test_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "seven.png"
    asked = ["sample", "--model", "tiny", "--digit", "7", "--seed", "1", "--slant", "-1.5", "--pixels", "64"]
    assert main.main([*asked, "--out", str(out)]) == 0
    assert Image.open(io.BytesIO(out.read_bytes())).size == (64, 64)
    before = out.read_bytes()
    assert main.main([*asked, "--out", str(out)]) == 0
    assert unsigned(out.read_bytes()) == unsigned(before)
    capsys.readouterr()
    recipe = told(capsys, "recall", "--picture", str(out))
    request = recipe["request"]
    assert isinstance(request, dict)
    assert (recipe["task"], request["digit"], request["slant"], request["model"]) == ("sample", 7, -1.5, "tiny")


def test_models(models: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (models / "empty").mkdir()
    assert main.main(["models"]) == 0
    head, empty, tiny = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "title", "task", "size", "source", "licence", "state"]
    assert "holds no config.json" in empty
    assert tiny.index("sample") == head.index("task")
    assert tiny.endswith("ready")
    entries = json.loads((main.main(["models", "--json"]), capsys.readouterr().out)[1])
    assert [(entry["id"], entry["ready"], entry["task"]) for entry in entries] == [("empty", False, ""), ("tiny", True, "sample")]
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert main.main(["models"]) == 0
    assert "小数字" in capsys.readouterr().out


def test_card_and_publish(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["card", "tiny"]) == 0
    card = (models / "tiny" / "README.md").read_text()
    assert card.startswith("---\nlicense: mit\n")
    assert "Not measured yet" in card
    assert "| slant | 0.9000 |" in card
    rows = [{"name": "unheard_of", "value": 0.5, "interval": [0.4, 0.6], "bar": 0.3, "real": 0.9, "note": "Half."}]
    evaluation = {"rows": rows, "samples": {"test": 1000}, "seeds": {"z": 3}, "machine": "slow"}
    (models / "tiny" / "evaluation.json").write_text(json.dumps(evaluation))
    server = FakeHub()
    with client_of(server.url, tmp_path / "home"):
        assert main.main(["publish", str(models / "tiny"), "me/tiny", "--private"]) == 0
        revision = server.repositories["model", "me/tiny"].refs["main"]
        assert f"me/tiny is at {revision}" in capsys.readouterr().out
        assert main.main(["publish", "tiny", "not a name"]) == 2
    server.close()
    published = server.repositories["model", "me/tiny"].commits[revision]["README.md"].decode()
    assert "| unheard_of | 0.5000 | 0.4000 – 0.6000 | 0.9000 | ≥ 0.3000 |" in published
    assert "test 1,000. Seeds: z 3. Machine: slow" in published
    assert json.loads((models / "hub.json").read_text())["tiny"]["revision"] == revision


def test_measuring_is_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []
    environments: list[dict[str, str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command, env: calls.append(command) or environments.append(env) or 5)
    assert main.main(["evaluate", "digits", "--json", "x.json", "--samples", "10"]) == 5
    assert calls == [[sys.executable, "-m", "ganapp.evaluation", "digits", "--json", "x.json", "--samples", "10"]]
    assert main.main(["bench", "train", "--json", "x.json"]) == 5
    assert all(each["GANAPP_ACTS_FOR"] == "deployer" for each in environments)
    assert calls[1:] == [[sys.executable, "-m", "ganapp.evaluation.bench_train", "--json", "x.json"]]
    for wrong in (["bench"], ["bench", "os"]):
        assert main.main(wrong) == 2
    assert len(calls) == 2


def test_from_outside() -> None:
    """As a person starts it: a sentence and status 2, help without torch, imports without the Hub's client."""
    environment = {**os.environ, "LC_ALL": "zh_CN.UTF-8", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "ganapp", "card", "nowhere"]
    done = subprocess.run(command, cwd=paths.ROOT, env=environment, capture_output=True, timeout=120)
    assert done.returncode == 2
    assert done.stderr.decode() == "文件夹 nowhere 中没有 config.json，不是模型。请选择包含它的文件夹或仓库。\n"
    look = "import sys, ganapp.shell.main as c; c._parser(''); assert 'torch' not in sys.modules, 'torch'; import ganapp.models.catalog; "
    look += "assert not {'gradio', 'huggingface_hub'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", look], cwd=paths.ROOT, check=True, timeout=120)


def test_what_is_read_as_text_is_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A poem or a reply needs neither a file nor JSON to be seen; a picture still needs a place."""
    assert main.main(["write", "--heads", "春夏秋冬", "--seed", "5"]) == 0
    poem = capsys.readouterr().out.splitlines()
    assert [line[0] for line in poem] == list("春夏秋冬")
    assert [len(line) for line in poem] == [8] * 4
    assert main.main(["reply", "--text", "What is AI?"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main.main(["reply", "--text", "What is AI?", "--out", str(tmp_path / "reply.txt")]) == 0
    assert (tmp_path / "reply.txt").read_text(encoding="utf-8").strip()
    assert main.main(["sample"]) == 2
