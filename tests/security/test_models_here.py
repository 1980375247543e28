"""Models that were trained here: only whose job it was names and removes one, and an administrator; the note of it is published nowhere."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from ganapp.base import paths
from ganapp.jobs import store, trained_models, visitor
from ganapp.jobs.requests import job_use
from ganapp.jobs.store import Job
from ganapp.models import catalog, folder
from tests.jobs.requests.conftest import KEY, OTHER, ask, home, refusal  # noqa: F401
from tests.support import othermodels, tinymodel

ADMINISTRATOR = "open sesame, please"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> str:
    """A model made from a shared job of KEY's; the adoption itself is left out."""
    now = time.time()
    job = Job("1a2b3c4d5e", "My cats", visitor.of(KEY).owner, "gan", 5, "cpu", now, now, state="done", shared=1)
    with store.changing() as db:
        store.insert(job, db)
    job.folder.mkdir(parents=True)
    othermodels.coloured(job.folder / "result")

    def adopted(job: Job, result: Path, model: Path, title: str) -> None:
        shutil.copytree(result, model, dirs_exist_ok=True)
        noted = {"result": folder.digest(result / folder.CONFIG), "origin": job.id}
        tinymodel.edit(model, values={"adopted": noted}, title={"en": title, "zh": title})

    monkeypatch.setattr(job_use, "_adopt", adopted)
    monkeypatch.setenv("GANAPP_ADMIN_PASSWORD", ADMINISTRATOR)
    return str(ask("job_use", key=OTHER, id=job.id, name="A name by a stranger")["model"])


def title(model: str) -> str:
    return folder.describe(paths.trained_models() / model).title["en"]


def test_only_whose_job_it_is_names_a_model(model: str) -> None:
    assert title(model) == "My cats", "a stranger's name is not taken"
    assert ask("job_use", key=OTHER, id="1a2b3c4d5e", name="Rude words")["fresh"] is False
    assert title(model) == "My cats"
    assert ask("job_use", id="1a2b3c4d5e", name="Cats of mine")["fresh"] is True
    ask("job_use", key=OTHER, id="1a2b3c4d5e")
    assert title(model) == "Cats of mine"
    assert refusal("job_use", id="1a2b3c4d5e", name="\ud800")["key"] == "text_unfit"


def test_only_whose_job_it_is_removes_it(model: str) -> None:
    assert model in {entry.id for entry in catalog.listing()}
    assert (ask("models_mine")["models"], ask("models_mine", key=OTHER)["models"]) == ([model], [])
    assert refusal("model_remove", key=OTHER, model=model)["key"] == "model_not_yours"
    assert (paths.trained_models() / model).is_dir()
    assert ask("job_show", id="1a2b3c4d5e")["adoption"]["state"] == "done"
    assert ask("model_remove", model=model) == {"model": model}
    assert ask("job_show", id="1a2b3c4d5e")["adoption"] is None, "the training page offers to make it, not to open what is gone"
    assert model not in {entry.id for entry in catalog.listing()}
    assert not [path for path in paths.runs().rglob("*") if model in path.name], "nothing of it is left"
    assert ask("job_use", id="1a2b3c4d5e")["fresh"] is True, "the job is there, and makes it again"


def test_an_owner_is_known_when_the_job_is_gone_and_an_administrator_may(model: str) -> None:
    ask("job_change", id="1a2b3c4d5e", action="delete")
    assert refusal("model_remove", key=OTHER, model=model)["key"] == "model_not_yours"
    assert ask("models_mine")["models"] == [model]
    assert visitor.of(KEY).owner not in (paths.trained_models() / model / folder.CONFIG).read_text(), "that is published"
    assert ask("models_mine", key="", password=ADMINISTRATOR)["models"] == [model]
    assert ask("model_remove", key="", password=ADMINISTRATOR, model=model) == {"model": model}


def test_a_model_of_an_older_version_belongs_to_its_job(model: str) -> None:
    shutil.rmtree(paths.runs() / "models-owners")
    assert trained_models.owner(model) == visitor.of(KEY).owner
    store.remove("1a2b3c4d5e")
    assert trained_models.owner(model) == ""
    assert refusal("model_remove", key=OTHER, model=model)["key"] == "model_not_yours"


@pytest.mark.parametrize(
    "name", ["", "digits", "..", "../jobs", "own-", "own-../../x", "own-x/../..", "own-nothing-1a2b", "OWN-x", "own-x\x00"]
)
def test_nothing_else_is_removed(model: str, name: str) -> None:
    othermodels.named(paths.trained_models() / "named")
    told = refusal("model_remove", key="", password=ADMINISTRATOR, model=name)
    assert told["key"] in ("model_not_made_here", "text_unfit")
    assert refusal("model_remove", key="", password=ADMINISTRATOR, model="named")["key"] == "model_not_made_here"
    assert {path.name for path in paths.trained_models().iterdir()} == {model, "named"}
