"""The evaluation of a stylizer on small pictures, with a few steps of the optimisation that bounds it."""

import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.evaluation import restyled, stylize
from ganapp.evaluation.__main__ import main
from ganapp.evaluation.subject import Options, find
from ganapp.metrics import content_distance, style_distance
from ganapp.models import card, folder
from ganapp.nets import conditional_stylizer, stylizer
from ganapp.training.data import paintings, photographs
from tests.conftest import seen

GREAT_WAVE = next(each for each in paintings.described() if each.id == "great-wave")

PACKED = "stylize-embers"  # a style of a pack, by its name


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def data(tmp_path):
    place = tmp_path / "data"
    place.mkdir()
    for i in range(2):
        Image.fromarray(photographs.drawing(72, np.random.default_rng(i))).save(place / f"{i}.png")
    return place


@pytest.fixture
def painting(tmp_path):
    path = tmp_path / f"{GREAT_WAVE.file}.png"
    Image.fromarray(np.random.default_rng(5).integers(0, 256, (60, 80, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def model(tmp_path):
    """A net of one style, untrained: a transfer of colours into grey paper's."""
    torch.manual_seed(0)
    config = stylizer.Config(8, 8, 4, (1,))
    description = {"task": "stylize", "title": {"en": "Tiny"}, "licence": "mit", "promises": {"channels": 3, "multiple": 4}}
    path = tmp_path / f"stylize-{GREAT_WAVE.id}"
    folder.write(path, description, {"model": folder.Trained("stylizer", config, stylizer.Net(config))})
    return path


@seen
def test_every_method_is_measured_and_the_slow_one_is_kept(model, data, painting, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(restyled, "STEPS", 3)
    line = [str(model), "--data", str(data), "--painting", str(tmp_path), "--json", str(tmp_path / "report.json")]
    shutil.copytree(model, tmp_path / "without")
    line += [
        "--beside",
        str(tmp_path / "without"),
        "--beside",
        PACKED,
        "--side",
        "48",
        "--peers",
        "1",
        "--resume",
        str(tmp_path / "kept.npz"),
    ]
    assert main(line) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert [row["name"] for row in report["rows"]] == [f"stylize_{name}" for name in ("style", "ratio", "content", "edges", "flicker")]
    assert all("bar" not in row for row in report["rows"]), "two photos are too few for the bar"
    at = {row["method"]: row for row in report["details"]["methods"]}
    assert set(at) == {"photo", "colours", "without", PACKED, "this", "matched", "optimised_1", "optimised_2"}
    assert (at["photo"]["content"], at["photo"]["flicker"]) == (0, 0)
    assert at["photo"]["edges"] == pytest.approx(1)
    twice = dict.fromkeys(("photo", "colours", "without", PACKED, "this"), 2)
    assert {name: row["samples"] for name, row in at.items()} == {**dict.fromkeys(at, 1), **twice}
    assert all(at[name]["content"] > 0 for name in at if name != "photo")
    assert report["rows"][0]["value"] == pytest.approx(at["this"]["style"], rel=1e-5)
    assert (at["without"]["style"], at["without"]["flicker"]) == (at["this"]["style"], at["this"]["flicker"]), "a copy"
    assert "Style distance" in capsys.readouterr().out
    (model / folder.EVALUATION).write_text(json.dumps(report))
    assert f"| Plain transfer of colours | {at['colours']['style']:.4f} |" in card.render(model).replace("| 2 |", "|")
    monkeypatch.setattr(restyled, "optimised", lambda *_: pytest.fail("kept pictures are made again"))
    assert main(line) == 0
    again = json.loads((tmp_path / "report.json").read_text())
    assert {row["method"]: row["style"] for row in again["details"]["methods"]} == {name: row["style"] for name, row in at.items()}


@seen
def test_the_optimisation_comes_nearer_the_style_and_keeps_more_at_a_higher_price(painting, data):
    photo = stylize.middle(data / "0.png", 48)
    work, texture = stylize._painting(painting)
    contents, styles = [], []
    made = restyled.optimised(photo, work, 9)
    for picture in [restyled.recoloured(work)(photo), *made]:
        style, content = restyled.seen(picture)
        styles.append(style_distance.style_distance(style, texture))
        contents.append(float(content_distance.content_distance(content, restyled.seen(photo)[1])))
    assert styles[0] > styles[1] > styles[2]
    assert contents[2] > 0
    assert all(picture.shape == photo.shape and torch.equal(picture, (picture * 255).round() / 255) for picture in made)


def test_a_plain_transfer_of_colours_has_the_painting_s():
    photo, work = torch.rand(1, 3, 40, 44) * 0.4, 0.4 + torch.rand(1, 3, 52, 36) * torch.tensor([0.2, 0.1, 0.2]).view(1, 3, 1, 1)
    made = restyled.recoloured(work)(photo)
    for one, other in zip(stylizer.moments(made * 2 - 1), stylizer.moments(work * 2 - 1)):
        assert torch.allclose(one, other, atol=0.01)


def test_a_style_that_went_on_from_a_pack_s_painter_is_painted_as_it_promises(tmp_path):
    torch.manual_seed(0)
    net = conditional_stylizer.Net(conditional_stylizer.Config(1, 8, 8, 8, blocks=1))
    description = {"task": "stylize", "title": {"en": "Tiny"}, "licence": "apache-2.0", "promises": {"channels": 3, "multiple": 8}}
    folder.write(tmp_path / "tiny", description, {"model": folder.Trained("conditional_stylizer", net.config, folder.half(net))})
    photo = torch.rand(1, 3, 48, 40)
    made = stylize.by(find(str(tmp_path / "tiny")), photo)(photo)
    with torch.no_grad():
        framed = torch.nn.functional.pad(photo, (8, 8, 8, 8), mode="reflect")
        alone = net(framed * 2 - 1, torch.ones(1))[..., 8:-8, 8:-8] / 2 + 0.5
    assert (made - alone).abs().max() * 255 < 2
    assert (made * 255).frac().abs().max() < 1e-3


def test_the_bound_lies_on_the_optimisation_s_curve():
    curve = [[0.4, 0.2, 0.9], [0.1, 0.6, 0.5]]
    assert stylize.matched(curve[::-1], 0.4) == pytest.approx([0.2, 0.4, 0.7]), "the geometric mean, for a curve that flattens"
    assert stylize.matched(curve, 0.05) == curve[0]
    assert stylize.matched(curve, 0.9) == curve[1]


def test_the_bar_is_shown_for_enough_photos():
    found = [{"this": [0.26, 0.3, 0.6, 1.0, 0.1], "matched": [0.2, 0.3, 0.6]}] * 20 + [{"this": [0.9, 0.3, 0.6, 1.0, 0.1]}]
    style, ratio, *others = stylize._rows(list(stylize._table(found)), found, quick=False)
    assert style.value == pytest.approx((20 * 0.26 + 0.9) / 21)
    assert (ratio.value, ratio.samples) == (pytest.approx(1.3), 20), "over the photos that have both"
    assert ratio.bar == 1.35
    assert ratio.met
    few = list(stylize._rows(list(stylize._table(found)), found[1:], quick=False))
    assert all(row.bar is None for row in [style, *others, *few])


def test_the_painting_is_found_or_asked_for(model, painting, tmp_path):
    (tmp_path / "other.png").write_bytes(painting.read_bytes())
    subject = find(str(model))
    assert stylize.works_of(subject, Options(painting=tmp_path)) == [painting], "its own in a folder"
    assert stylize.works_of(subject, Options(painting=tmp_path / "other.png")) == [tmp_path / "other.png"]
    with pytest.raises(UserError, match="stylize-great-wave") as refused:
        stylize.works_of(subject, Options())
    assert refused.value.key == "evaluation_painting"
