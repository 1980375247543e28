"""One's own poems become an order of the recipe `verse`, and what it learnt becomes a writer of this server."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganapp.base import paths
from ganapp.finishing.adopt.work import adopt
from ganapp.jobs import orders
from ganapp.jobs.requests import verse_train
from ganapp.models import catalog, folder
from ganapp.training.data import verse
from ganapp.training.recipes.verse import Settings
from ganapp.writing import corpus, prosody
from tests.jobs.requests.conftest import ask, found, refusal
from tests.support import tinyverse


def text(count: int) -> str:
    known = corpus.shipped_alphabet()
    return "\n".join(
        "，".join(known.text(list(line), "simplified") for line in prosody.lines(poem)) for poem in corpus.poems("train")[:count]
    )


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("start", sorted(verse_train.STARTS))
def test_poems_start_a_job_that_finds_them(start: str) -> None:
    row = ask("verse_train", poems=text(60), name="  My  poems ", start=start)["job"]
    assert row["name"] == "My poems"
    order = orders.read(found(row["id"]).folder)
    settings = Settings(**order["settings"])
    learned, measured = verse.load(settings.source)
    assert (len(learned), len(measured)) == (54, 6)
    assert settings.source.startswith(paths.UPLOAD)
    assert bool(settings.model) == (start == "writer")
    assert order["steps"] == {"writer": 6, "nothing": 9}[start]  # three or five readings of sixty poems


def test_too_few_poems_and_what_is_no_poem_are_refused() -> None:
    assert refusal("verse_train", poems=text(12) + "\n床前明月光")["key"] == "too_few_poems"
    assert refusal("verse_train", poems="")["key"] == "text_needed"


def test_a_writer_that_was_taught_can_be_used(tmp_path: Path) -> None:
    tinyverse.folder_at(tmp_path / "result")
    adopt(tmp_path / "result", paths.trained_models() / "own-mine", "Mine", "job")
    loaded = catalog.load("own-mine", "write")
    assert loaded.description.title["zh"] == "Mine"
    assert (loaded.folder / folder.CARD).is_file()
