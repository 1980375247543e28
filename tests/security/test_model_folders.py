"""Model folders of strangers: whatever is in them, they are opened or refused with a sentence, and no list or page breaks over them."""

from __future__ import annotations

import copy
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from ganapp.base import paths, strict_json
from ganapp.base.errors import UserError
from ganapp.models import catalog, folder
from ganapp.pictures import images
from ganapp.tasks import recall, samplers, styles
from ganapp.ui.pages import models as models_page
from ganapp.ui.pages import repair as repair_page
from ganapp.ui.pages import upscale as upscale_page
from tests.support import tinymodel

BIG = "9" * 400
ODD = ["NaN", "Infinity", "-Infinity", "1e999", BIG, "true", "null", '""', '"\\ud800"', "[]", "{}", "-1", "2.5", '"x"', '["a"]', "[true]"]
ODD += ['"a\\nb"', "1000000000", '"' + "x" * 500 + '"']
EACH = 6  # of them at every place, others at the next


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No model but the test's own is there; the folder of models."""
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "none")
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


MAKERS = {
    "sample": tinymodel.generator,
    "repair": tinymodel.inpainter,
    "upscale": tinymodel.upscaler,
    "stylize": lambda path: tinymodel.stylizer(path, "", 1),
}


def places(values: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value, outermost first; of a list of numbers its first alone."""
    found = [way] if way else []
    entries = list(values.items()) if isinstance(values, dict) else list(enumerate(values[:1])) if isinstance(values, list) else []
    return found + [place for key, entry in entries for place in places(entry, (*way, key))]


def changed(values: Any, way: tuple[Any, ...], text: str) -> str:
    """JSON with the text at that place, as it stands."""
    made = copy.deepcopy(values)
    at = made
    for key in way[:-1]:
        at = at[key]
    at[way[-1]] = "@here@"
    return json.dumps(made).replace('"@here@"', text)


def plain(answer: Any) -> None:
    """What a browser can read."""
    json.dumps(answer, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("task", MAKERS)
def test_no_value_in_a_config_breaks_a_list_or_a_page(home: Path, task: str) -> None:
    made = MAKERS[task](home / "odd")
    config = json.loads((made / folder.CONFIG).read_text())
    lists = {"sample": lambda: samplers.run(samplers.Request()).report(), "stylize": lambda: styles.run(styles.Request()).report()}
    lists |= {"upscale": upscale_page.listed, "repair": repair_page.listed}
    refused = 0
    tried = [(way, ODD[(i * EACH + k) % len(ODD)]) for i, way in enumerate(places(config)) for k in range(EACH)]
    for number, (way, text) in enumerate(tried):
        (made / folder.CONFIG).write_text(changed(config, way, text) + " " * (number % 7))
        catalog.shelf.clear()
        try:
            described = folder.describe(made)
        except UserError as problem:
            problem.sentence("zh").encode()
            refused += 1
            continue
        plain([described.title, described.promises, described.training, described.values, described.licence])
        numbers = [described.promises.get(name, 1) for name in folder.Promises.__annotations__ if not name.startswith("_")]
        assert all(type(value) is int for value in numbers), (way, text)
        catalog.shelf.clear()
        plain(lists[task]())
        plain(models_page.listed())
    assert refused > len(tried) / 3


NET_FIELDS = [(task, name) for task, names in {"repair": ("dilations", "widths", "fine"), "upscale": ("scale", "width", "depth", "denoise"),
              "stylize": ("dilations", "noise"), "sample": ("size", "latent", "width")}.items() for name in names]  # fmt: skip


@pytest.mark.parametrize(("task", "name"), NET_FIELDS)
def test_settings_of_nets_take_their_kind_alone(home: Path, task: str, name: str) -> None:
    made = MAKERS[task](home / "odd")
    config = json.loads((made / folder.CONFIG).read_text())
    right = config["parts"]["model"]["net"][name]
    wrong: list[Any] = ["x", None, {}, 10**9, -1, 1.5] + ([1] if isinstance(right, bool) else [True])
    if isinstance(right, list):
        wrong += [[True, *right[1:]], [1.0, *right[1:]], ["1", *right[1:]], [[1], *right[1:]], [10**9, *right[1:]], [1] * 5000]
    for value in wrong:
        config["parts"]["model"]["net"][name] = value
        (made / folder.CONFIG).write_text(json.dumps(config))
        with pytest.raises(UserError) as refused:
            folder.check(made)
        assert refused.value.key == "bad_value", value


def test_texts_and_counts_have_bounds(home: Path) -> None:
    made = tinymodel.generator(home / "odd")
    config = json.loads((made / folder.CONFIG).read_text())
    part = config["parts"]["model"]
    changes: list[dict[str, Any]] = [
        {"title": {"en": "x" * 121}}, {"title": {"en": "a\nb"}}, {"title": {"en": "ok", "zh": ""}}, {"title": {"zh": "只有"}},
        {"licence": "x" * 61},
        {"parts": {"model": part, **{f"p{i}": part for i in range(8)}}}, {"parts": {"model": part, "<img>": part}},
        {"parts": {"model": {**part, "file": "a" * 200 + ".safetensors"}}}, {"promises": {**config["promises"], "size": True}},
        {"promises": {**config["promises"], "classes": 10**7}}, {"promises": {**config["promises"], "latent": "8"}},
    ]  # fmt: skip
    for change in changes:
        (made / folder.CONFIG).write_text(json.dumps(config | change))
        with pytest.raises(UserError):
            folder.check(made)
    (made / folder.CONFIG).write_text(json.dumps(config) + " " * folder.LARGEST_JSON)
    with pytest.raises(UserError):
        folder.check(made)
    (made / folder.CONFIG).write_text("[" * 100_000)
    with pytest.raises(UserError):
        folder.check(made)


def directions(*entries: Any, key: str = "raw") -> dict[str, Any]:
    return {"attributes": [], "raw": [], **{key: list(entries)}}


def test_directions_are_checked_when_they_are_opened(home: Path) -> None:
    made = tinymodel.generator(home / "odd")
    unit = np.eye(tinymodel.LATENT).tolist()
    names: list[Any] = [None, 5, "", "x" * 41, "a\n", ["a"]]
    vectors: list[Any] = [None, "1", unit[0][:-1], [unit[0]], *([each, *unit[0][1:]] for each in (True, "1", None, math.nan, 10**400))]
    wrong: list[Any] = [directions(3), directions({"name": "a"}), directions({"vector": unit[0]}), [], 5]
    wrong += [directions({"name": name, "vector": unit[0]}) for name in names]
    wrong += [directions({"name": "a", "vector": vector}, key=key) for vector in vectors for key in ("raw", "attributes")]
    wrong += [directions({"name": "a", "vector": unit[0]}, {"name": name, "vector": unit[i]}) for name, i in (("a", 1), ("b", 0))]
    wrong += [directions(*({"name": str(i), "vector": unit[0]} for i in range(9)))]
    wrong += [{"attributes": {}, "raw": []}, {"attributes": 5}, {"raw": "x"}]
    for number, table in enumerate(wrong):
        (made / folder.DIRECTIONS).write_text(json.dumps(table) + " " * number)
        with pytest.raises(UserError) as refused:
            samplers.run(samplers.Request(model="odd"))
        assert refused.value.key in ("bad_value", "config_unreadable"), table
        refused.value.sentence("zh").encode()
    (made / folder.DIRECTIONS).write_text(json.dumps(directions({"name": "<b>", "vector": unit[0]})))
    described = samplers.run(samplers.Request(model="odd")).described
    assert described is not None
    assert described["raw"][0]["name"] == "<b>", "a name may hold anything that can be shown; the page shows it as text"


@pytest.mark.parametrize("text", ["NaN", "[1e999]", '{"a": -Infinity}', BIG, '"\\ud800"', '"a', "", "\ufeff1", "[" * 100_000])
def test_json_is_as_its_standard_has_it(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises((ValueError, RecursionError)):
        strict_json.read(tmp_path / "a.json")
    with pytest.raises((ValueError, RecursionError)):
        strict_json.loads(text)


def test_json_that_is_well_formed_is_read_as_before(tmp_path: Path) -> None:
    for value in ({"a": [1, 2.5, True, None, "猫\U0001f600"]}, -(2**63) + 1, 1e300, ""):
        assert strict_json.loads(json.dumps(value)) == value
        assert strict_json.loads(json.dumps(value, ensure_ascii=False)) == value
    (tmp_path / "a.json").write_text("[1, 2]")
    with pytest.raises(ValueError, match="bytes"):
        strict_json.read(tmp_path / "a.json", largest=5)


RECIPES: list[dict[str, Any]] = [{"seed": math.nan}, {"model": 5}, {"raw": "x"}, {"raw": [True]}, {"x": 1}, {"latent": [math.inf]}]


@pytest.mark.parametrize("recipe", [*RECIPES, {"digit": 10**400}])
def test_a_recipe_that_a_stranger_wrote_is_checked(recipe: dict[str, Any]) -> None:
    tags = PngImagePlugin.PngInfo()
    tags.add_text("likeness", json.dumps({"task": "sample", **recipe}))
    buffer = io.BytesIO()
    Image.new("L", (4, 4)).save(buffer, "PNG", pnginfo=tags)
    with pytest.raises(UserError) as refused:
        recall.run(recall.Request(images.data_uri(buffer.getvalue())))
    assert refused.value.key == "no_recipe"
