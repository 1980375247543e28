"""The recipes of captions and of pictures of sentences: tiny runs whose results are whole models, batches from seed and step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.models import folder
from ganapp.training.data import scene_hands
from ganapp.training.data.scenes import Scenes
from ganapp.training.recipes import captions, illustrations
from ganapp.writing import grammar, scene
from tests.support import tinywriters
from tests.support.tinyruns import digests

TINY: dict[str, tuple[str, dict[str, Any]]] = {
    "scene_judge": ("scene_judge", {"width": 4, "features": 8, "batch": 4}),
    "captions": ("captions", {"width": 4, "code": 16, "batch": 4}),
    "drawing": ("illustrations", {"width": 4, "latent": 2, "batch": 4, "reading": 2}),
    "game": ("illustrations", {"batch": 4, "stage": "game"}),
}


@pytest.mark.parametrize("kind", TINY)
def test_a_tiny_run_goes_on_as_if_it_had_not_stopped(kind: str, tmp_path: Path) -> None:
    recipe, settings = TINY[kind]
    if recipe == "illustrations":
        settings = {**settings, "writer": str(tinywriters.captions(tmp_path / "writer"))}
    if kind == "game":
        settings["model"] = str(tinywriters.pictures(tmp_path / "painter"))
    order = Order(recipe, 6, every=3, threads=1, settings=settings)
    assert digests(tmp_path / "whole", order) == digests(tmp_path / "stopped", order, stop=3)
    config = (tmp_path / "whole" / "result" / "config.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in config


def test_batches_follow_from_seed_and_step() -> None:
    data = Scenes(6, 3, "test", loose=True)
    one, again, other = data.at(5), data.at(5), data.at(6)
    assert torch.equal(one.pictures, again.pictures)
    assert torch.equal(one.words, again.words)
    assert one.scenes != other.scenes
    for ids, language, told in zip(one.words.tolist(), one.languages, one.told, strict=True):
        words = tuple(grammar.vocabulary()[number] for number in ids if number)
        assert words[0] == grammar.BEGIN[language]
        assert words[-1] == grammar.END
        assert grammar.understood(words[1:-1], language) == told


def test_wrong_sentences_are_wrong() -> None:
    batch = Scenes(40, 1, "test").at(0)
    for ids, language, real in zip(batch.wrong.tolist(), batch.languages, batch.scenes, strict=True):
        words = tuple(grammar.vocabulary()[number] for number in ids if number)[1:-1]
        assert not scene.right(grammar.understood(words, language), real)["all"]


def test_words_of_the_writers_own_choice() -> None:
    words = Scenes(8, 1, "test").at(0).words
    odds = torch.full((8, words.shape[1] - 1, len(grammar.vocabulary())), -30.0)
    odds[..., 7] = 30.0
    torch.manual_seed(0)
    drawn = captions.chosen(odds, words)
    assert torch.equal(drawn[:, 0], words[:, 0])
    assert drawn[words == 0].eq(0).all()
    changed = drawn != words
    assert drawn[changed].eq(7).all()
    assert 0.3 < changed[:, 1:][words[:, 1:] != 0].float().mean() < 0.7


def test_a_writer_of_other_words_is_refused(tmp_path: Path) -> None:
    place = tinywriters.judge(tmp_path / "judge")
    with pytest.raises(UserError) as refused:
        illustrations.begin(illustrations.Settings(writer=str(place)), 0)
    assert refused.value.key == "wrong_task"


def test_sentences_are_read_before_they_are_drawn(tmp_path: Path) -> None:
    run = illustrations.begin(illustrations.Settings(writer=str(tinywriters.captions(tmp_path / "writer")), width=4, batch=4, reading=1), 0)
    before = {name: value.clone() for name, value in run.painter.state_dict().items()}
    assert set(run.step(0, 4)) == {"misread"}
    moved = {name.split(".")[0] for name, value in run.painter.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {"sentence"}
    assert set(run.step(1, 4)) == {"unlike", "retold", "misread"}


def test_a_painter_is_given_the_numbers_of_which_the_drawing_is_made() -> None:
    """The same numbers where the same hand draws in the same place, normally distributed, and noise where there is nothing to tell."""
    batch, codes = Scenes(200, 1, "train").at(0), scene_hands.styles("train")
    random = torch.Generator().manual_seed(0)
    z = scene_hands.latents(batch.scenes, batch.hands, codes, 16, random).view(200, 9, 16)
    again = scene_hands.latents(batch.scenes, batch.hands, codes, 16, random).view(200, 9, 16)
    n = 0
    for i, found in enumerate(batch.scenes):
        for thing in found:
            place = scene.PLACES.index(thing.place)
            told = 16 if thing.kind in scene.DIGITS else 8  # shapes are written in one way
            assert torch.equal(z[i, place, 1:told], again[i, place, 1:told])
            assert not torch.equal(z[i, place, told:], again[i, place, told:]) or told == 16
            assert torch.erf(z[i, place, 1] / 2**0.5) == pytest.approx(batch.hands.scale[n].item(), abs=1e-3)
            n += 1
    assert z.mean(0).abs().max() < 0.35
    assert (z.std(0) - 1).abs().max() < 0.35
    assert scene_hands.latents(batch.scenes, batch.hands, codes, 2, random).shape == (200, 18)


def test_things_come_in_any_order_where_that_is_asked_for_and_nothing_is_left_open() -> None:
    batches = [Scenes(8, 1, "test", shuffled=True).at(k) for k in range(8)]
    pairs = [pair for batch in batches for pair in zip(batch.told, batch.scenes)]
    assert all(scene.whole(told) and scene.ordered(told) == real for told, real in pairs)
    assert any(told != real for told, real in pairs)


def test_the_game_needs_a_painter_and_begins_as_it_is(tmp_path: Path) -> None:
    painter, writer = tinywriters.pictures(tmp_path / "painter"), str(tinywriters.captions(tmp_path / "writer"))
    with pytest.raises(UserError):
        illustrations.begin(illustrations.Settings(stage="game", writer=writer), 0)
    run = illustrations.begin(illustrations.Settings(stage="game", writer=writer, model=str(painter)), 0)
    weights = folder.weigh(painter, folder.describe(painter).parts["model"]).state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in run.painter.state_dict().items())
