"""docs/api.md and docs/api.zh.md are what the code says, and the example of every endpoint runs against one app."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image

from ganapp.ui import binding
from tests.api.test_api_jobs import http
from tests.support import api_docs, docs
from tests.support.fakehub import TOKEN

# These need what a test's app does not have: a finished job, a token that pays, an administrator, advice. They may be refused with a
# sentence, but not for their arguments.
MAY_BE_REFUSED = {
    "job_advise",
    "job_drive",
    "job_hear",
    "job_publish",
    "job_slice",
    "job_use",
    "lesson_cure",
    "model_remove",
    "pack_add",
    "pack_remove",
}
MAY_BE_REFUSED |= {"hub_follow", "hub_offers", "hub_start", "hub_stop", "style_train", "data_add"}
MISCALLED = ("has no argument", "needs a number", "needs the private key", "unexpected", "missing", "is not a")
FIRST = "train_start"  # gives the job that others ask about


def prelude(page: str) -> str:
    """What the examples go on from."""
    return next(block for block in docs.python_blocks(page) if "def uri" in block)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that examples read."""
    folder = tmp_path_factory.mktemp("examples")
    Image.fromarray(np.random.default_rng(1).integers(80, 160, (40, 60, 3), np.uint8)).save(folder / "photo.png")
    mask = Image.new("L", (60, 40))
    mask.paste(255, (20, 10, 30, 20))
    mask.save(folder / "mask.png")
    digit = Image.new("L", (64, 64), 255)
    digit.paste(0, (28, 8, 36, 56))
    digit.save(folder / "digit.png")
    poem = "春眠不觉晓来迟，处处啼鸟入梦时。夜来风雨声声细，花落知多少人知。\n"
    (folder / "poems.txt").write_text(poem * 50, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def names(app_url: str, place: Path) -> Iterator[dict[str, Any]]:
    """The names that examples use, after the prelude and the first of them."""
    known: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        exec(prelude("api.md").replace("http://127.0.0.1:7860", app_url), known)  # noqa: S102 - our own documents
        picture = io.BytesIO()
        Image.open("photo.png").resize((32, 32)).save(picture, "PNG")
        http(f"{app_url}/jobs/data/my-upload-number-1/one.png", picture.getvalue(), known["key"])
        exec(api_docs.example(FIRST), known)  # noqa: S102
        yield known
        client: Client = known["client"]
        for model in client.predict(known["key"], api_name="/models_mine")["models"]:
            client.predict(known["key"], model, api_name="/model_remove")
        assert client.predict(known["key"], api_name="/models_mine")["models"] == []  # other tests look at the models that there are
        for job in client.predict(known["key"], mine=True, api_name="/jobs_list")["jobs"]:
            for action in ("end", "delete"):
                with suppress(AppError):  # a job on Hugging Face Jobs is stopped there
                    client.predict(known["key"], job["id"], action, api_name="/job_change")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_documents_are_what_the_code_says(language: str) -> None:
    text = api_docs.PAGES[language].read_text(encoding="utf-8")
    assert api_docs.renewed(text, language) == text, "write them anew: python -m tests.support.api_docs"


def test_every_word_has_its_chinese() -> None:
    known = api_docs.chinese()
    helps = {entry.metadata["help"] for name in binding.names() for entry in binding.task(name).fields}
    assert sorted(helps - known["arguments"].keys()) == [], "docs/api.zh.json"
    assert sorted(set(binding.names()) - known["endpoints"].keys()) == [], "docs/api.zh.json"


def test_every_endpoint_has_its_example() -> None:
    files = {path.stem for path in (api_docs.DOCS / "examples").glob("*.py")}
    assert files == set(binding.names())
    for name in files:
        assert f'api_name="/{name}"' in api_docs.example(name)


def test_both_documents_begin_alike() -> None:
    assert prelude("api.md") == prelude("api.zh.md")


@pytest.mark.parametrize("name", sorted(set(binding.names()) - {FIRST}))
def test_an_example_runs(names: dict[str, Any], name: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    code = api_docs.example(name).replace("hf_...", TOKEN)
    refusals = []
    try:
        exec(compile(code, f"{name}.py", "exec"), dict(names))  # noqa: S102
    except AppError as refusal:
        refusals.append(str(refusal))
    assert name in MAY_BE_REFUSED or refusals == []
    assert not re.search("|".join(MISCALLED), "".join(refusals)), refusals
