"""A style of one's own: a painting becomes an order of the recipe `stylize`, and what it learnt becomes a style of this server."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import actions, orders, store, uploads, visitor
from ganapp.jobs.requests import style_train
from ganapp.metrics import vgg, vgg_weights
from ganapp.models import card, catalog, folder
from ganapp.nets import stylizer
from ganapp.pictures import images
from ganapp.training.data import paintings, photographs
from ganapp.training.recipes import stylize
from tests.jobs.requests.conftest import KEY, OTHER, ask, found, over, refusal, until


@pytest.fixture(autouse=True)
def _features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The features are as good as there: nothing is learnt here."""
    place = tmp_path / "features"
    place.mkdir()
    (place / vgg.FILE).touch()
    monkeypatch.setenv("GANAPP_FEATURES", str(place))
    monkeypatch.setenv("GANAPP_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("GANAPP_PHOTOGRAPHS", str(tmp_path / "none"))
    monkeypatch.setattr(style_train, "STEPS", {"quick": 3, "good": 3})


def painting(width: int = 120, height: int = 100) -> str:
    """A JPEG file with a tag in it."""
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8))
    tags, data = Image.Exif(), io.BytesIO()
    tags[0x010E] = "Where I live"
    picture.save(data, "JPEG", exif=tags)
    return images.data_uri(data.getvalue(), "image/jpeg")


@pytest.mark.usefixtures("quick")
def test_a_painting_starts_a_job_that_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_train, "MOST", 98)
    row = ask("style_train", painting=painting(), name="  My  waves ", quality="quick")["job"]
    assert row["name"] == "My waves"
    order = orders.read(found(row["id"]).folder)
    assert (order["recipe"], order["steps"], order["settings"]["name"], order["settings"]["start"]) == (
        "stylize",
        3,
        "My waves",
        "pack:stylize-any",
    )
    settings = stylize.Settings(**order["settings"])
    file = paintings.place(settings.style)
    with Image.open(file) as kept:
        assert kept.size == (118, 98), "no larger than is needed"
        assert not kept.getexif()
    until(row["id"], over)
    monkeypatch.setattr(uploads, "UNUSED", -1)
    assert uploads.clean_up() == (), "the job needs it"
    actions.delete(visitor.of(KEY), row["id"])
    assert len(uploads.clean_up()) == 1
    assert not file.exists()


def test_what_is_no_painting_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal("style_train", painting=painting(90, 300))["key"] == "painting_small"
    assert refusal("style_train", painting="a file")["key"] == "not_a_data_uri"
    assert refusal("style_train", painting=3)["key"] == "not_a_data_uri"
    assert refusal("style_train", painting=painting(), quality="best")["key"] == "one_of"
    assert refusal("style_train", painting=painting(), key="short")["key"] == "visitor_key"
    monkeypatch.setenv("GANAPP_FEATURES", str(tmp_path))
    monkeypatch.setattr(vgg_weights, "find_spec", lambda name: None)
    assert vgg.FILE in refusal("style_train", painting=painting())["en"]
    assert not store.select()


def test_what_a_style_needs_is_said_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("train_options")["features"] == {"state": "ready", "say": {"en": "", "zh": ""}}
    monkeypatch.setenv("GANAPP_FEATURES", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(vgg_weights, "find_spec", lambda name: None)
    told = ask("train_options")["features"]
    assert told["state"] == "missing"
    for said in told["say"].values():
        assert all(
            fact in said
            for fact in (vgg.FILE, "29 MB", "528 MB", "pip install torchvision lpips", "GANAPP_FEATURES", "download.pytorch.org", "64 MB")
        )
    for there, fact in (("torchvision lpips", "528 MB"), ("torchvision lpips pip", "64 MB")):
        monkeypatch.setattr(vgg_weights, "find_spec", lambda name, there=there: name if name in there.split() else None)
        told = ask("train_options")["features"]
        assert told["state"] == "fetched"
        assert all(fact in said and "{" not in said for said in told["say"].values())
    weights = paths.torch_weights() / vgg_weights.FETCHED
    weights.parent.mkdir(parents=True)
    weights.touch()
    assert ask("train_options")["features"]["state"] == "ready"


@pytest.mark.parametrize(
    ("recipe", "settings", "needed"),
    [
        ("stylize", {}, True),
        ("repair", {}, True),
        ("repair", {"windows": 0}, False),
        ("upscale", {"kind": "photo"}, True),
        ("upscale", {"kind": "fidelity"}, False),
        ("upscale", {}, False),
        ("upscale", {"kind": "photo", "windows": 0}, False),
        ("digits", {}, False),
    ],
)
def test_an_order_that_needs_them_is_refused_before_there_is_a_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: str, settings: dict[str, object], needed: bool
) -> None:
    monkeypatch.setenv("GANAPP_FEATURES", str(tmp_path))
    monkeypatch.setattr(vgg_weights, "find_spec", lambda name: None)
    monkeypatch.setattr(actions, "_put", lambda *_: None)
    order = {"recipe": recipe, "steps": 1, "settings": settings}
    if not needed:
        assert actions.submit(visitor.of(KEY), order) is None
        return
    with pytest.raises(UserError) as refused:
        actions.submit(visitor.of(KEY), order)
    assert refused.value.key == "features_missing"


def test_it_starts_from_the_net_for_any_picture_where_that_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [catalog.Entry(style_train.ANY, "Any", "stylize", 1, "shipped", "mit", True, "ready")]
    gently = style_train._start()
    assert gently["start"] == "pack:stylize-any", "the painter of the pack, which requirements.txt brings"
    assert stylize.Settings(**gently).rate < stylize.Settings().rate
    monkeypatch.setattr(catalog, "listing", lambda: tuple(entries))
    assert style_train._start() == {"start": style_train.ANY}
    entries.clear()
    assert style_train._start() == {"start": ""}


def test_without_photographs_the_shipped_ones_are_learnt_from(tmp_path: Path) -> None:
    place = photographs.place("")
    assert place == paths.assets() / "photographs"
    assert len(photographs.files(place, held_out=True)) == 2
    assert len(photographs.Photographs(place, 256).pictures) == 9
    assert photographs.place(str(tmp_path)) == tmp_path, "who names a folder means it"
    named = {line.split("|")[1].strip() for line in (place / "README.md").read_text().splitlines() if ".webp |" in line}
    assert named == {path.name for path in place.glob("*.webp")}


@pytest.mark.usefixtures("quick")
def test_what_was_learnt_becomes_a_style() -> None:
    row = ask("style_train", painting=painting(), name="My waves", quality="quick")["job"]
    until(row["id"], over)
    config = stylizer.Config(8, 8, 4, (1,))
    values = {"artist": {}, "work": {"en": "My waves", "zh": "My waves"}, "year": "", "side": 384, "thumbnail": "data:image/webp;base64,AA"}
    told = {"recipe": "stylize", "steps": 3, "settings": {"style": "painting.webp"}, "data": "paintings"}
    about = {"task": "stylize", "title": {"en": "painting"}, "licence": "mit", "promises": {"channels": 3, "multiple": 4}, "training": told}
    result = found(row["id"]).folder / "result"
    folder.write(result, {**about, "values": values}, {"model": folder.Trained("stylizer", config, stylizer.Net(config))})
    while (answer := ask("job_use", id=row["id"], name="Waves")).get("pending"):
        pass
    assert answer["address"] == f"stylize#style={answer['model']}"
    loaded = catalog.load(answer["model"], "stylize")
    assert (loaded.source, loaded.description.title["en"]) == ("trained", "Waves")
    assert loaded.description.values["thumbnail"] == values["thumbnail"]
    assert (loaded.folder / folder.CARD).read_text() == card.render(loaded.folder)
    assert ask("job_use", id=row["id"], name="Waves")["fresh"] is False
    assert json.dumps(ask("jobs_list", key=OTHER)["jobs"]) == "[]", "the job stays its owner's"
