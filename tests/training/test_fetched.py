"""What a run learns by is fetched before its first step, with a line about it; what keeps that from happening ends it in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.jobs import reports
from ganapp.metrics import vgg, vgg_weights
from ganapp.training.__main__ import main
from ganapp.training.run import loop
from ganapp.training.run.status import STATUS, Status
from tests.support import vggarchive
from tests.support.vggarchive import SMALL, offered, pickled, weights
from tests.training.test_stylize_recipe import TINY

STYLE = Order("stylize", 1, settings={**TINY, "batch": 1})


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return vggarchive.bare(tmp_path, monkeypatch)


def test_a_run_fetches_what_it_learns_by_and_says_so(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, said = offered(bare, monkeypatch, pickled(weights(SMALL))), list[dict[str, Any]]()
    whole = Status.write
    monkeypatch.setattr(Status, "write", lambda self, **changes: whole(self, **changes) or said.append(reports.status(bare)))

    def begun(order: Order) -> Any:
        assert vgg_weights.file(), "it is here before anything of the run is"
        raise UserError("unknown_recipe", recipe="far enough")

    monkeypatch.setattr(loop, "begin", begun)
    with vggarchive.served(file, monkeypatch), pytest.raises(UserError, match="far enough"):
        loop.Training(STYLE, bare)
    fetched = [each["fetched"] for each in said]
    assert fetched[0] == fetched[-1] == [0, 0]
    assert any(0 <= done < of for done, of in fetched)
    assert {each["state"] for each in said} == {"starting"}


@pytest.mark.parametrize(("recipe", "settings"), [("digits", {}), ("upscale", {"kind": "fidelity"}), ("repair", {"windows": 0})])
def test_a_run_that_does_without_fetches_nothing(
    recipe: str, settings: dict[str, object], bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "begin", lambda order: (_ for _ in ()).throw(UserError("unknown_recipe", recipe="far enough")))
    with pytest.raises(UserError, match="far enough"):
        loop.Training(Order(recipe, 1, settings=settings), bare)
    assert not vgg_weights.file()


def test_without_a_connection_the_run_ends_with_a_sentence(bare: Path) -> None:
    """With the pack as it is: the index has nothing of that name."""
    STYLE.write(bare)
    assert main([str(bare)]) == 3
    said = json.loads((bare / STATUS).read_text())
    assert (said["state"], said["reason"]["key"]) == ("failed", "errors.pack_not_offered")


@pytest.mark.slow
def test_a_style_is_learnt_on_a_machine_without_vgg16(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(bare, monkeypatch, pickled(weights()))
    vgg.features.cache_clear()
    picture = np.random.default_rng(0).integers(0, 256, (96, 96, 3), np.uint8)
    Image.fromarray(picture).save(bare / "painting.png")
    order = Order("stylize", 1, settings={**STYLE.settings, "style": str(bare / "painting.png")})
    try:
        assert loop.train(order, bare) == "done"
    finally:
        vgg.features.cache_clear()  # others mean the genuine ones
    assert (bare / "result" / "config.json").is_file()
    assert json.loads((bare / STATUS).read_text())["fetched"] == [0, 0]
