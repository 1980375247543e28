"""Captions both ways as tasks, with small untrained models: what goes in and comes out, and that the same request gives the same."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import images
from ganapp.tasks import caption, illustrate, scene
from ganapp.writing import grammar
from ganapp.writing import scene as closed_world
from tests.support import tinywriters
from tests.support.signed import unsigned


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tinywriters.captions(tmp_path / "write-captions")
    tinywriters.pictures(tmp_path / "write-pictures")
    tinywriters.judge(tmp_path / "write-judge")
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)


def test_a_scene_says_what_is_in_it() -> None:
    made = scene.run(scene.Request(seed=4))
    for language, sentence in (("en", made.en), ("zh", made.zh)):
        understood = grammar.understood(grammar.split(sentence, language), language)
        assert grammar.told(understood) == list(made.things)
    assert Image.open(io.BytesIO(made.picture)).size == (288, 288)
    again = scene.run(scene.Request(seed=4))
    assert dataclasses.replace(made, picture=unsigned(made.picture)) == dataclasses.replace(again, picture=unsigned(again.picture))
    assert made.picture != scene.run(scene.Request(seed=5)).picture


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_caption(language: str) -> None:
    picture = images.data_uri(scene.run(scene.Request(seed=1, pixels=96)).picture)
    request = caption.Request(picture=picture, language=language, candidates=3)
    written = caption.run(request)
    assert written == caption.run(request)
    assert written.candidates[0]["text"] == written.text
    assert 1 <= len(written.candidates) <= 3
    assert len(caption.run(caption.Request(picture=picture, language=language, candidates=1)).candidates) == 1


def test_a_picture_of_a_sentence() -> None:
    request = illustrate.Request(sentence="左上角有一个红色数字七", seed=3, candidates=2)
    made = illustrate.run(request)
    assert made.understood == ({"kind": "7", "colour": "red", "size": "", "slant": "", "place": "top left"},)
    assert set(made.right) == {"kind", "colour", "size", "slant", "place", "count", "all"}
    assert unsigned(made.picture) == unsigned(illustrate.run(request).picture)
    other = illustrate.run(illustrate.Request(sentence="左上角有一个红色数字七", seed=9, candidates=2))
    assert not np.array_equal(np.asarray(Image.open(io.BytesIO(made.picture))), np.asarray(Image.open(io.BytesIO(other.picture))))


@pytest.mark.parametrize("sentence", ["A two, a four and a green triangle at the top.", "数字二，数字四，上方有一个绿色三角形。"])
def test_what_a_sentence_leaves_open_is_drawn_by_lot_from_the_seed(sentence: str) -> None:
    language = grammar.language_of(sentence)
    asked = grammar.understood(grammar.split(sentence, language), language)
    told = []
    for seed in range(1, 5):
        made = illustrate.run(illustrate.Request(sentence=sentence, seed=seed, candidates=1))
        painted = grammar.understood(grammar.split(made.told, language), language)
        assert closed_world.whole(painted)
        assert closed_world.right(asked, painted)["all"]
        told.append(made.told)
    assert len(set(told)) > 1


def test_a_whole_sentence_is_told_as_it_is() -> None:
    sentence = "At the bottom a small blue star standing upright."
    assert illustrate.run(illustrate.Request(sentence=sentence, candidates=1)).told == sentence
    long = sentence.replace("a small", "the " * 60 + "small")  # more words than the painter reads
    assert len(long) <= grammar.LONGEST
    assert "the the" not in illustrate.run(illustrate.Request(sentence=long, candidates=1)).told


def test_a_picture_tells_how_it_was_made() -> None:
    request = illustrate.Request(sentence="a blue star", seed=3, candidates=1)
    found = images.recipe_in(illustrate.run(request).picture)
    assert illustrate.Request(**{name: value for name, value in found.items() if name != "task"}) == request


def test_words_that_it_does_not_know_are_named() -> None:
    with pytest.raises(UserError) as refused:
        illustrate.run(illustrate.Request(sentence="a pink seven"))
    assert refused.value.values["word"] == "pink"
    for sentence, key in (("a", "caption_empty"), ("red", "caption_no_kind"), ("1, 2, 3, 4", "caption_many")):
        with pytest.raises(UserError) as refused:
            illustrate.run(illustrate.Request(sentence=sentence))
        assert refused.value.key == key
