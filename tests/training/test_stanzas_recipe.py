"""The recipe `stanzas`: it learns, goes on bit for bit where it was interrupted, and its later stages begin from what it wrote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from ganapp.base.order_file import Order
from ganapp.models import folder
from ganapp.nets import stanza_writer
from ganapp.training.data import stanzas
from ganapp.training.recipes import _stanzas_game
from ganapp.training.run import loop
from ganapp.writing import metre
from tests.support import tinystanzas
from tests.support.tinyruns import carried_out

SMALL = {"width": 16, "layers": 1, "batch": 8}


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def source(tmp_path: Path) -> str:
    return tinystanzas.corpus(tmp_path / "corpus")


def test_it_learns_and_writes_a_folder(tmp_path: Path, source: str) -> None:
    lines = carried_out(tmp_path / "job", Order("stanzas", 40, settings={**SMALL, "source": source, "rate": 0.02}))
    assert lines[-1]["loss"] < 0.8 * lines[0]["loss"]
    assert lines[-1]["perplexity"] > 1
    described = folder.check(tmp_path / "job" / "result")
    assert described.task == "stanza"
    assert described.values["lexicon"] == tinystanzas.known().table()


def test_an_interrupted_run_gives_the_same_weights(tmp_path: Path, source: str) -> None:
    order = Order("stanzas", 3, every=2, settings={**SMALL, "source": source})
    carried_out(tmp_path / "whole", order)
    (tmp_path / "parts").mkdir()
    while loop.train(order, tmp_path / "parts", loop.Budget(slice=0.001)) != "done":
        pass
    assert (tmp_path / "whole/result/model.safetensors").read_bytes() == (tmp_path / "parts/result/model.safetensors").read_bytes()


def test_rows_say_where_every_token_stands(source: str) -> None:
    learned, _ = stanzas.load(source)
    torch.manual_seed(0)
    rows, where, sizes = learned.at(torch.arange(12), given=1.0)
    known = learned.known
    for row, told, size in zip(rows.tolist(), where.tolist(), sizes.tolist(), strict=True):
        text = row[3:size]
        letters = {line: known.letters[four[0]] for line, four in enumerate(metre.lines(text, known))}
        asked = {(place[0], place[4]) for place in told[2 : size - 1] if place[4] != metre.ANY}
        assert asked <= set(letters.items())
        ends = [place for token, place in zip(row[:size], told, strict=False) if token == known.end]
        assert [place[0] for place in ends] == [1, 2, 3, 4]
        assert all(place[1] == 0 for place in ends)
    assert (where[:, :, 4] != metre.ANY).any()


def test_critic_and_game_go_on_from_the_writer(tmp_path: Path, source: str) -> None:
    carried_out(tmp_path / "first", Order("stanzas", 4, settings={**SMALL, "source": source}))
    for before, stage in (("first", "critic"), ("critic", "game")):
        settings = {"source": source, "batch": 4, "stage": stage, "model": str(tmp_path / before / "result"), "rate": 1e-3}
        lines = carried_out(tmp_path / stage, Order("stanzas", 5, settings=settings))
        assert set(lines[-1]) > {"step", "seconds"}
        described = folder.check(tmp_path / stage / "result")
        assert set(described.parts) == {"model", "critic"}
        assert len(described.values["critic"]["lines"]) == 41
        assert described.training["before"]["recipe"] == "stanzas"
    first, last = (folder.describe(tmp_path / name / "result").parts["model"].sha256 for name in ("first", "critic"))
    assert first == last  # the critic leaves the writer as it was
    assert folder.describe(tmp_path / "game/result").parts["model"].sha256 != first


def test_slopes_of_drawn_stanzas_reach_the_writer() -> None:
    torch.manual_seed(0)
    known = tinystanzas.known()
    sizes = {"words": len(known), "others": known.size - len(known), "rhymes": known.rhymes, "kinds": len(known.kinds)}
    net = stanza_writer.Net(stanza_writer.Config(**sizes, width=16, layers=1, heads=2))
    texts = _stanzas_game.rollout(net, known, 2, torch.ones(2, 1), warmth=0.7)
    assert texts.weights is not None
    n = texts.tokens.shape[1]
    open_ = texts.where[:, :, 0] < metre.LINES
    assert torch.equal(texts.weights.argmax(2)[open_], texts.tokens[open_])
    (texts.weights * torch.randn(2, n, texts.weights.shape[2])).sum().backward()
    assert float(net.layers[0].mixing.weight.grad.abs().sum()) > 0


def test_what_the_critic_is_told_is_what_the_writer_was_told(source: str) -> None:
    learned, _ = stanzas.load(source)
    texts = _stanzas_game.texts_of(learned, torch.arange(3))
    stand = metre.Stand(learned.known, np.full((3, 4), metre.ANY))
    rows = learned.tokens[:3]
    stand.choose((rows[:, 1] - learned.known.metre(0)).numpy(), (rows[:, 2] - learned.known.scheme(0)).numpy())
    for place in range(texts.tokens.shape[1]):
        assert texts.where[:, place].tolist() == stand.where().tolist()
        stand.push(texts.tokens[:, place].numpy())
