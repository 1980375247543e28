"""The recipe `verse`: it learns, goes on bit for bit where it was interrupted, and writes a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.models import folder
from ganapp.nets import causal_transformer
from ganapp.training.data import verse
from ganapp.training.recipes import _verse_game
from ganapp.training.run import loop
from ganapp.writing import corpus
from tests.support import tinyverse
from tests.support.tinyruns import carried_out

SMALL = {"width": 16, "layers": 1, "batch": 16}


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def own(tmp_path: Path) -> str:
    """A reader's file of 60 poems."""
    return tinyverse.poems(tmp_path / "own.txt", 60)


def test_it_learns_and_writes_a_folder(tmp_path: Path, own: str) -> None:
    lines = carried_out(tmp_path / "job", Order("verse", 60, settings={**SMALL, "source": own, "rate": 0.02}))
    assert lines[-1]["loss"] < 0.8 * lines[0]["loss"]
    assert lines[-1]["perplexity"] > 1
    described = folder.check(tmp_path / "job" / "result")
    assert described.task == "write"
    assert described.values["alphabet"] == corpus.shipped_alphabet().table()


def test_an_interrupted_run_gives_the_same_weights(tmp_path: Path, own: str) -> None:
    order = Order("verse", 3, every=2, settings={**SMALL, "source": own})
    carried_out(tmp_path / "whole", order)
    (tmp_path / "parts").mkdir()
    while loop.train(order, tmp_path / "parts", loop.Budget(slice=0.001)) != "done":
        pass
    assert (tmp_path / "whole/result/model.safetensors").read_bytes() == (tmp_path / "parts/result/model.safetensors").read_bytes()


def test_rows_say_what_was_asked_for_and_nothing_else() -> None:
    known = corpus.shipped_alphabet()
    poems = verse.Poems(corpus.poems("dev")[:40], known)
    torch.manual_seed(0)
    rows, condition = poems.at(torch.arange(40), given=0.5)
    first = rows[:, 6::7]
    asked = rows[:, :4] != known.any
    assert torch.equal(rows[:, :4][asked], first[asked])
    assert 0.1 < asked.float().mean() < 0.6
    assert torch.equal(rows[:, 4], condition[:, 0] + known.form(0))
    assert torch.equal(rows[:, 5], condition[:, 1] + known.rhyme_token(0))
    quiet, _ = poems.at(torch.arange(40), given=0.0)
    assert bool((quiet[:, :4] == known.any).all())


def test_too_few_poems_are_refused_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("月落烏啼霜滿天江楓漁火對愁眠姑蘇城外寒山寺夜半鐘聲到客船", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        loop.begin(Order("verse", 1, settings={"source": str(tmp_path / "few.txt")}))
    assert caught.value.key == "too_few_poems"


def test_critic_and_game_go_on_from_the_writer(tmp_path: Path, own: str) -> None:
    settings = {"source": own, "batch": 4}
    carried_out(tmp_path / "first", Order("verse", 4, settings={**SMALL, **settings}))
    for before, stage in (("first", "critic"), ("critic", "game")):
        order = Order("verse", 5, settings={**settings, "stage": stage, "model": str(tmp_path / before / "result"), "rate": 1e-3})
        lines = carried_out(tmp_path / stage, order)
        assert set(lines[-1]) > {"step", "seconds"}
        described = folder.check(tmp_path / stage / "result")
        assert set(described.parts) == {"model", "critic"}
        assert len(described.values["critic"]["lines"]) == 41
        assert described.training["before"]["recipe"] == "verse"
    first, last = (folder.describe(tmp_path / name / "result").parts["model"].sha256 for name in ("first", "critic"))
    assert first == last  # the critic leaves the writer as it was
    assert folder.describe(tmp_path / "game/result").parts["model"].sha256 != first


def test_slopes_of_drawn_poems_reach_the_writer() -> None:
    torch.manual_seed(0)
    net = causal_transformer.Net(causal_transformer.Config(30, 3, width=16, layers=1, heads=2))
    tokens, weights = _verse_game.rollout(net, 2, torch.ones(2, 1), warmth=0.7)
    assert torch.equal(weights.argmax(2), tokens)
    assert torch.allclose(weights.detach(), torch.nn.functional.one_hot(tokens, 30).float(), atol=1e-6)
    (weights * torch.randn(2, 28, 30)).sum().backward()
    assert float(net.layers[0].mixing.weight.grad.abs().sum()) > 0


def test_a_writer_can_be_taught_further(tmp_path: Path, own: str) -> None:
    carried_out(tmp_path / "first", Order("verse", 3, settings={**SMALL, "source": own}))
    further = {"source": own, "batch": 8, "model": str(tmp_path / "first/result"), "rate": 0.0}
    carried_out(tmp_path / "further", Order("verse", 2, settings=further))
    one, other = (folder.describe(tmp_path / name / "result").parts["model"] for name in ("first", "further"))
    assert one.net == other.net
    assert one.sha256 == other.sha256  # at a rate of nothing it stays what it was
