"""Models of other makes: ONNX files made here; what they want is found out, whole or in tiles, and what paints nothing is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from ganapp.base.errors import UserError
from ganapp.models import foreign, foreign_painter
from ganapp.models.foreign_painter import Way
from ganapp.pictures import images, photo_file
from ganapp.pictures.photo import Photo
from ganapp.pictures.tiling import Work
from ganapp.stylizing import mixture, paint
from ganapp.stylizing.mixture import Style
from ganapp.tasks import stylize
from tests.models.test_foreign_filler import model, node
from tests.stylizing.test_paint import levels, scene
from tests.support.fakehub import FakeHub, client_of

BLUR = np.outer([1, 2, 3, 2, 1], [1, 2, 3, 2, 1]).astype(np.float32) / 81
MIX = np.array([[0.7, 0.1, 0.1], [0.0, 0.8, 0.2], [0.2, 0.3, 0.5]], np.float32)


def saved(path: Path, nodes: list, shape: list, numbers: dict[str, np.ndarray], kind: int = TensorProto.FLOAT) -> Path:
    """A model of one picture in and one out."""
    given, made = (helper.make_tensor_value_info(name, kind, shape) for name in ("picture", "painted"))
    constants = [onnx.numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in numbers.items()]
    graph = model(helper.make_graph(nodes, "paint", [given], [made], constants))
    onnx.checker.check_model(graph)
    onnx.save(graph, path)
    return path


def brush() -> np.ndarray:
    """A convolution (3, 3, 5, 5) that mixes colours and smears."""
    return MIX[:, :, None, None] * BLUR


def fast_neural_style(path: Path, side: int | None = None) -> Path:
    """0 to 255 both ways, channels first, instance norm: it sees the whole."""
    nodes = [
        node("Conv", "picture", "brush", "smeared", pads=[2, 2, 2, 2]),
        node("InstanceNormalization", "smeared", "scale", "shift", "painted"),
    ]  # fmt: skip
    numbers = {"brush": brush(), "scale": np.full(3, 45.0), "shift": np.array([120.0, 130.0, 110.0])}
    return saved(path, nodes, [1, 3, side or "h", side or "w"], numbers)


def animegan(path: Path) -> Path:
    """-1 to 1 both ways, channels last, tanh at the end; it looks three pixels away."""
    nodes = [
        node("Transpose", "picture", "first", perm=[0, 3, 1, 2]), node("Conv", "first", "brush", "smeared", pads=[2, 2, 2, 2]),
        node("Tanh", "smeared", "bent"), node("Transpose", "bent", "painted", perm=[0, 2, 3, 1]),
    ]  # fmt: skip
    return saved(path, nodes, [1, "h", "w", 3], {"brush": brush() * 1.1})


def sigmoid(path: Path) -> Path:
    """0 to 1 both ways, channels first: its contrast is right for these levels only."""
    nodes = [
        node("Conv", "picture", "brush", "smeared", pads=[2, 2, 2, 2]), node("Sub", "smeared", "half", "low"),
        node("Mul", "low", "four", "steep"), node("Sigmoid", "steep", "painted"),
    ]  # fmt: skip
    return saved(path, nodes, [1, 3, "h", "w"], {"brush": brush(), "half": np.float32(0.5), "four": np.float32(4)})


def bytes_(path: Path) -> Path:
    """Whole numbers from 0 to 255."""
    nodes = [
        node("Cast", "picture", "x", to=TensorProto.FLOAT), node("Conv", "x", "brush", "smeared", pads=[2, 2, 2, 2]),
        node("Cast", "smeared", "painted", to=TensorProto.UINT8),
    ]  # fmt: skip
    return saved(path, nodes, [1, 3, "h", "w"], {"brush": brush()}, TensorProto.UINT8)


WAYS = {
    fast_neural_style: (Way("0 to 255", "0 to 255", False), False), animegan: (Way("-1 to 1", "-1 to 1", True), True),
    sigmoid: (Way("0 to 1", "0 to 1", False), True), bytes_: (Way("0 to 255", "0 to 255", False), True),
}  # fmt: skip


@pytest.mark.parametrize("make", list(WAYS))
def test_what_a_model_wants_is_found_out(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    opened = foreign_painter.opened(make(tmp_path / "model.onnx"))
    way, local = WAYS[make]
    assert opened.way == way
    assert (opened.reach is not None) == local
    if opened.reach is not None:
        assert 2 + foreign_painter.SPARE >= opened.reach >= 2
    x = torch.from_numpy(scene(64, 96).transpose(2, 0, 1)[None]) * 2 - 1
    made = (opened.paint(x) + 1) / 2
    assert float(made.min()) > -0.3
    assert float(made.max()) < 1.3
    assert float(made.std()) > 0.06
    if make is animegan:
        by_hand = torch.tanh(torch.nn.functional.conv2d(x, torch.from_numpy(brush()) * 1.1, padding=2)) / 2 + 0.5
        assert (made - by_hand).abs().max() < 1e-4


@pytest.mark.parametrize("make", list(WAYS))
def test_tiles_are_the_same_as_the_whole(make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    (tmp_path / "community").mkdir()
    make(tmp_path / "community" / "model.onnx")
    by, small = mixture.painter(Style("file:model.onnx")), scene(150, 210)
    whole, cut = (paint.painted(small, by, Work(tile, 1)) for tile in (4096, 64))
    assert np.abs(levels(whole) - levels(cut)).max() <= 1
    assert paint.count(by, (210, 150), 64) == (1 if by.reach is None else 12)


def test_one_of_a_fixed_size_paints_any_picture(tmp_path: Path) -> None:
    opened = foreign_painter.opened(fast_neural_style(tmp_path / "candy.onnx", 64))
    assert (opened.fixed, opened.side, opened.reach) == ((64, 64), 64.0, None)
    for shape in ((64, 64), (300, 90), (20, 33), (1, 1)):
        x = torch.from_numpy(scene(*shape).transpose(2, 0, 1)[None]) * 2 - 1
        made = opened.paint(x)
        assert made.shape == x.shape
        assert bool(torch.isfinite(made).all())
    free = foreign_painter.opened(fast_neural_style(tmp_path / "free.onnx"))
    x = torch.from_numpy(scene(64, 64).transpose(2, 0, 1)[None]) * 2 - 1
    assert (opened.paint(x) - free.paint(x)).abs().max() < 1e-3


def test_a_file_on_the_hub_is_fetched_once_and_paints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    hub = FakeHub()
    hub.commit("someone/styles", {"deep/candy.onnx": fast_neural_style(tmp_path / "c.onnx").read_bytes()})
    with client_of(hub.url, tmp_path / "home", token=None):
        sent = images.data_uri(photo_file.encode(Photo((scene(80, 70) * 255).astype(np.uint8), "RGB")).blob)
        first = stylize.run(stylize.Request(sent, style="someone/styles/deep/candy.onnx", name="a.png"))
        asked = len(hub.requests)
        again = stylize.run(stylize.Request(sent, style="someone/styles:deep/candy.onnx", strength=0.5))
        assert len(hub.requests) == asked, "from the cache"
        assert (first.name, first.tiles, again.tiles) == ("a-candy.png", 1, 0)
        with pytest.raises(UserError) as refused:
            stylize.run(stylize.Request(sent, style="someone/styles:none.onnx"))
        assert refused.value.key == "hub_no_file"
    hub.close()


def test_what_is_no_painter_is_refused(tmp_path: Path) -> None:
    free = [1, 3, "h", "w"]
    bad = {
        "grey": saved(tmp_path / "grey.onnx", [node("Mul", "picture", "none", "painted")], free, {"none": np.float32(0)}),
        "noise": saved(tmp_path / "noise.onnx", [node("Mod", "picture", "one", "painted", fmod=1)], free, {"one": np.float32(1e-3)}),
        "four": saved(tmp_path / "four.onnx", [node("Identity", "picture", "painted")], [1, 4, "h", "w"], {}),
        "flat": saved(tmp_path / "flat.onnx", [node("Identity", "picture", "painted")], [3, "h", "w"], {}),
    }
    (tmp_path / "broken.onnx").write_bytes(b"junk")
    for path in bad.values():
        with pytest.raises(UserError) as refused:
            foreign_painter.opened(path)
        assert refused.value.key == "stylize_other", path
    with pytest.raises(UserError) as refused:
        foreign_painter.opened(tmp_path / "broken.onnx")
    assert refused.value.key == "community_fails"
    assert foreign.named("file:a.onnx")
