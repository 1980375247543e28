"""Models of other makes: files of their formats made here; what they want is found out, what is unsafe or no inpainter is refused."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.models import foreign, foreign_filler
from ganapp.models.foreign_filler import Way
from ganapp.pictures import images, photo_file
from ganapp.pictures.photo import Photo
from ganapp.repairing import mend
from ganapp.repairing.filling import Filling
from ganapp.tasks import repair
from tests.repairing.test_mend import marked, noise
from tests.support.fakehub import FakeHub, client_of
from tests.tasks.test_repair import mask


def graph(path: Path, nodes: list, constants: dict[str, float], *, side: int | None = None, integers: bool = False) -> Path:
    """A model of inputs image and mask, like those on the Hub."""
    kind = TensorProto.UINT8 if integers else TensorProto.FLOAT
    size = [side, side] if side else ["h", "w"]
    inputs = [helper.make_tensor_value_info("image", kind, [1, 3, *size]), helper.make_tensor_value_info("mask", kind, [1, 1, *size])]
    outputs = [helper.make_tensor_value_info("out", kind, [1, 3, *size])]
    numbers = [helper.make_tensor(name, TensorProto.FLOAT, [], [value]) for name, value in constants.items()]
    made = model(helper.make_graph(nodes, "fill", inputs, outputs, numbers))
    onnx.checker.check_model(made)
    onnx.save(made, path)
    return path


def model(made: onnx.GraphProto) -> onnx.ModelProto:
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def node(kind: str, *names: str, **how: object) -> onnx.NodeProto:
    *inputs, output = names
    return helper.make_node(kind, inputs, [output], **how)


def lama(path: Path, side: int | None = 64) -> Path:
    """Like LaMa's: colours 0 to 1, mask 1 = hole, what comes back goes to 255; a fixed side."""
    nodes = [
        node("Sub", "one", "mask", "keep"), node("Mul", "image", "keep", "known"), node("Mul", "mask", "grey", "made"),
        node("Add", "known", "made", "sum"), node("Mul", "sum", "full", "out"),
    ]  # fmt: skip
    return graph(path, nodes, {"one": 1.0, "grey": 0.5, "full": 255.0}, side=side)


def migan(path: Path) -> Path:
    """Like MI-GAN's: whole numbers, any size, mask 255 = what to keep."""
    nodes = [
        node("Cast", "image", "x", to=TensorProto.FLOAT), node("Cast", "mask", "m", to=TensorProto.FLOAT), node("Div", "m", "full", "keep"),
        node("Mul", "x", "keep", "known"), node("Sub", "one", "keep", "hole"), node("Mul", "hole", "grey", "made"),
        node("Add", "known", "made", "sum"), node("Cast", "sum", "out", to=TensorProto.UINT8),
    ]  # fmt: skip
    return graph(path, nodes, {"full": 255.0, "one": 1.0, "grey": 128.0}, integers=True)


def symmetric(path: Path) -> Path:
    """Colours -1 to 1 both ways, mask 1 = what to keep."""
    return graph(path, [node("Mul", "image", "mask", "scaled"), node("Mul", "scaled", "one", "out")], {"one": 1.0})


WAYS = {
    lama: Way(1, "0 to 1", "0 to 255", 1),
    migan: Way(0, "0 to 255", "0 to 255", 255),
}


@pytest.mark.parametrize("make", list(WAYS))
def test_what_a_model_wants_is_found_out(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert foreign_filler.opened(make(tmp_path / "model.onnx")).call.way == WAYS[make]


def test_a_mask_the_other_way_round_is_found_out(tmp_path: Path) -> None:
    way = foreign_filler.opened(symmetric(tmp_path / "model.onnx")).call.way
    assert way.hole == 0
    assert way.taken == way.given
    run = foreign_filler.opened(lama(tmp_path / "l.onnx")).call.run
    assert foreign_filler.probe(run, 64, False, first=Way(hole=0, given="0 to 255")).hole == 1


@pytest.mark.parametrize("make", list(WAYS))
@pytest.mark.parametrize("shape", [(64, 64), (50, 90), (30, 17)])
def test_a_photo_is_mended_by_it_and_nothing_else_changes(make, shape: tuple[int, int], tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    opened = foreign_filler.opened(make(tmp_path / "model.onnx"))
    marks = marked(*shape, (10, 5, 8, 8))
    done = mend.mend(noise(*shape), marks, Filling(opened), mend.Settings(grow=0, soften=0))
    assert done.proof.changed == 0
    gaps = np.abs(done.photo.pixels[marks].astype(int) - 128)
    assert np.median(gaps) <= 1
    if max(shape) <= 64:  # as the model saw it, not made smaller
        assert gaps.max() <= 1


def test_it_is_reached_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    (tmp_path / "community").mkdir()
    lama(tmp_path / "community" / "lama.onnx")
    assert models.load("file:lama.onnx", "repair").side == 64
    wrong = {"file:other.onnx": "file_unreadable", "file:../x.onnx": "file_unreadable"}
    wrong |= {"file:x.exe": "community_kind", "a/b/c.bin": "community_kind"}
    for name, key in wrong.items():
        with pytest.raises(UserError) as refused:
            models.load(name, "repair")
        assert refused.value.key == key


def test_a_file_on_the_hub_is_fetched_once_probed_and_its_way_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    files = {"migan.onnx": migan(tmp_path / "m.onnx"), "deep/keep.onnx": symmetric(tmp_path / "s.onnx"), "big.pt": tmp_path / "big.pt"}
    files["twin.onnx"] = files["migan.onnx"]
    torch.jit.script(torch.nn.ReLU()).save(str(files["big.pt"]))
    hub = FakeHub()
    hub.commit("someone/fills", {name: path.read_bytes() for name, path in files.items()})
    with client_of(hub.url, tmp_path / "home", token=None):
        opened = models.load("someone/fills/migan.onnx", "repair")
        assert opened.finished
        assert opened.asks == {"hole": 0, "keep": 255, "taken": "0 to 255", "given": "0 to 255"}
        asked = len(hub.requests)
        assert models.load("someone/fills/migan.onnx", "repair") is opened
        assert len(hub.requests) == asked, "from the cache"
        picture = Photo(np.full((40, 40, 3), 90, np.uint8), "RGB")
        sent, name = images.data_uri(photo_file.encode(picture).blob), "someone/fills/deep/keep.onnx"
        report = repair.run(repair.Request(sent, mask(40, 40), model=name, grow=0, soften=0)).report()
        assert (report["asked"]["hole"], report["asked"]["keep"], report["outside_changed"]) == (0, 1, 0)
        for name, key in {"big.pt": "community_script", "none.onnx": "hub_no_file", "x.exe": "community_kind"}.items():
            with pytest.raises(UserError) as refused:
                models.load(f"someone/fills/{name}", "repair")
            assert refused.value.key == key
        found = importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "onnxruntime" else found(name))
        with pytest.raises(UserError, match="pip install onnxruntime"):
            models.load("someone/fills/twin.onnx", "repair")
    hub.close()


def test_what_keeps_nothing_or_takes_no_mask_is_refused(tmp_path: Path) -> None:
    grey = graph(tmp_path / "grey.onnx", [node("Mul", "image", "zero", "none"), node("Add", "none", "mask", "out")], {"zero": 0.0})
    three = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 8, 8])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 3, 8, 8])
    onnx.save(model(helper.make_graph([node("Identity", "image", "out")], "x", [three], [out])), tmp_path / "alone.onnx")
    (tmp_path / "broken.onnx").write_bytes(b"junk")
    for path, key in [(grey, "keeps_nothing"), (tmp_path / "alone.onnx", "inputs"), (tmp_path / "broken.onnx", "fails")]:
        with pytest.raises(UserError) as refused:
            foreign_filler.opened(path)
        key = f"community_{key}"
        assert refused.value.key == key


def test_torchscript_is_not_opened(tmp_path: Path) -> None:
    script = torch.jit.script(torch.nn.ReLU())
    script.save(str(tmp_path / "big.pt"))
    with pytest.raises(UserError) as refused:
        foreign_filler.opened(tmp_path / "big.pt")
    assert refused.value.key == "community_script"


@pytest.mark.parametrize(("package", "file"), [("onnxruntime", "a.onnx"), ("spandrel", "a.safetensors")])
def test_a_missing_package_is_named(package: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / file).write_bytes(b"")
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == package else found(name))
    with pytest.raises(UserError, match=f"pip install {package}"):
        foreign_filler.opened(tmp_path / file)


@pytest.mark.slow  # tests/models/test_enlarger.py opens a small one in every run
def test_a_checkpoint_that_spandrel_knows(tmp_path: Path) -> None:
    pytest.importorskip("einops")
    spandrel = foreign.spandrel()
    from safetensors.torch import save_file
    from spandrel.architectures.LaMa.__arch.LaMa import LaMa  # type: ignore[import-untyped]

    torch.manual_seed(0)
    state = LaMa(in_nc=4).state_dict()
    renamed = {key.replace("model.model", "generator.model"): value.contiguous() for key, value in state.items()}
    save_file(renamed, tmp_path / "lama.safetensors")
    assert foreign_filler.opened(tmp_path / "lama.safetensors").call.way == Way()
    assert spandrel.__name__ == "spandrel"
    with pytest.raises(UserError) as refused:
        foreign_filler.masked(torch.nn.Identity())
    assert refused.value.key == "community_inputs"
