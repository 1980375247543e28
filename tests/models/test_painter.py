"""What paints: names, a style from any picture, mixtures of nets and of pictures, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.models import catalog, folder, packs, painter
from ganapp.nets import stylizer
from ganapp.stylizing import mixture
from ganapp.stylizing.mixture import Style
from tests.support import tinymodel


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("runs")
    tinymodel.stylizers(made / "models")
    tinymodel.inpainter(made / "models" / "tinyrepair")
    tinymodel.stylizer(made / "models" / "harbour", "one", 9)
    return made


@pytest.fixture(autouse=True)
def house(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(root))
    monkeypatch.setattr(paths, "shipped_models", lambda: root / "none")
    monkeypatch.setattr(packs, "packs", dict)  # a pack that is here would hide the folder of the same name


def file(image: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def picture(seed: int, size: tuple[int, int] = (300, 200)) -> bytes:
    """A few large patches of colour."""
    patches = np.random.default_rng(seed).integers(0, 256, (4, 5, 3), np.uint8)
    return file(Image.fromarray(patches).resize(size, Image.Resampling.BILINEAR))


X = torch.rand((1, 3, 48, 64), generator=torch.Generator().manual_seed(0)) * 2 - 1


def paint(style: Style) -> torch.Tensor:
    with torch.inference_mode():
        return mixture.painter(style).begun(X)(X)


def test_a_style_is_found_by_its_short_name_and_by_its_model() -> None:
    short, full = mixture.painter(Style("great-wave")), mixture.painter(Style("stylize-great-wave"))
    assert (short.id, short.key, short.side) == ("stylize-great-wave", full.key, 48)
    assert mixture.painter(Style("harbour")).id == "harbour"
    assert short.reach == stylizer.Net(stylizer.Config(**tinymodel.NARROW)).receptive
    assert (paint(Style("great-wave")) != paint(Style("starry-night"))).any()


def test_a_style_is_taken_from_a_picture() -> None:
    """As the net's own parts do it by hand, whatever size, kind and transparency the picture has."""
    one = paint(Style("own", picture(1)))
    again = paint(Style("stylize-any", picture(1)))
    assert (one == again).all()
    other = paint(Style("any", picture(2)))
    assert (one - other).abs().mean() > 0.02
    net, encoder = (catalog.load("stylize-any", "stylize").net(part) for part in ("model", "encoder"))
    assert isinstance(net, stylizer.Net)
    seen = torch.from_numpy(painter.painting(picture(1)).transpose(2, 0, 1)[None]) * 2 - 1
    with torch.inference_mode():
        style = stylizer.style(encoder(seen), seen)
        by_hand = net(X, net.look(painter.glimpse(X), style), style)
    assert (one - by_hand).abs().max() < 1e-4
    assert painter.painting(picture(3, (3000, 100))).shape == (256, 1024, 3)
    assert painter.painting(picture(3, (1, 1))).shape == (256, 256, 3)
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert (painter.painting(file(clear)) == 1).all()
    for blob, key in [(b"", "stylize_painting"), (b"x", "not_a_picture")]:
        with pytest.raises(UserError) as refused:
            mixture.painter(Style("own", blob))
        assert refused.value.key == key


def test_nets_of_one_body_are_mixed_and_others_side_by_side() -> None:
    a, b, c = (Style(name) for name in ("great-wave", "starry-night", "cafe-terrace"))
    ((mixed, share),) = mixture.mixed(a, b, 0.3)
    assert (mixed.id, share) == ("stylize-great-wave+stylize-starry-night", 1.0)
    with torch.inference_mode():
        half = mixture.mixed(a, b, 0.5)[0][0].begun(X)(X)
    straight = (paint(a) + paint(b)) / 2  # only the last layers differ, by their shifts
    assert (half - straight).abs().max() < 1e-4
    apart = mixture.mixed(a, c, 0.25)
    assert [(each.id, share) for each, share in apart] == [("stylize-great-wave", 0.76), ("stylize-cafe-terrace", 0.24)]
    own = mixture.mixed(Style("own", picture(1)), Style("own", picture(2)), 0.5)
    assert len(own) == 1
    assert len(mixture.mixed(Style("own", picture(1)), a, 0.5)) == 2
    alone = [mixture.mixed(*styles)[0][0].key for styles in ((a, b, 0.0), (a, None, 0.7), (b, None, 0.0))]
    assert alone[0] == alone[1] != alone[2]
    assert mixture.mixed(a, b, 1.0)[0][0].id == "stylize-starry-night"
    assert mixture.mixed(a, b, 0.3)[0][0].key == mixed.key != mixture.mixed(a, b, 0.4)[0][0].key


def test_only_so_many_nets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog.shelf, "_budget_mb", lambda: 0)
    for seed in range(4):
        mixture.painter(Style("own", picture(10 + seed)))
    assert len(catalog.shelf._held) == 1


def test_what_is_refused(root: Path) -> None:
    wrong = {"tinyrepair": "wrong_task", "nobody": "unknown_model", "stylize-nobody": "unknown_model", "file:x.exe": "community_kind"}
    for name, key in wrong.items():
        with pytest.raises(UserError) as refused:
            mixture.painter(Style(name))
        assert refused.value.key == key
    broken = root / "models" / "broken"
    tinymodel.inpainter(broken)
    tinymodel.edit(broken, task="stylize")
    assert folder.describe(broken).task == "stylize"
    with pytest.raises(UserError) as refused:
        mixture.painter(Style("broken"))
    assert refused.value.key == "stylize_promise"
