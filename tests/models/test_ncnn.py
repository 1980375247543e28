"""Files of ncnn are read number for number, and what is none of them is refused."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from ganapp.models import ncnn
from ganapp.nets import rrdb, srvgg
from tests.support import ncnnfile

NETS = [(rrdb, rrdb.Config(width=5, growth=3, depth=2)), (srvgg, srvgg.Config(width=5, depth=2))]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "net.param", tmp_path / "net.bin"


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize(("family", "config"), NETS)
def test_every_number_is_read(family: ModuleType, config: Any, half: bool, files: tuple[Path, Path]) -> None:
    torch.manual_seed(0)
    net = family.Net(config)
    ncnnfile.write(net, family.layers(config), *files, half=half)
    read = ncnn.weights(*files, family.layers(config))
    assert read.keys() == net.state_dict().keys()
    for name, value in net.state_dict().items():
        rounded = half and value.dim() == 4
        assert read[name].dtype == (torch.float16 if rounded else torch.float32)
        assert torch.equal(read[name].float(), value.half().float() if rounded else value)


def test_what_is_another_file_is_refused(files: tuple[Path, Path]) -> None:
    config = srvgg.Config(width=4, depth=1)
    names = srvgg.layers(config)
    ncnnfile.write(srvgg.Net(config), names, *files)
    param, numbers = files
    text, blob = param.read_text(), numbers.read_bytes()
    for wrong in (names[1:], [*names, "one.more"]):
        with pytest.raises(ValueError, match="another net"):
            ncnn.weights(param, numbers, wrong)
    for cut in (blob[:-4], blob[:3], b""):
        numbers.write_bytes(cut)
        with pytest.raises(ValueError, match="buffer"):
            ncnn.weights(param, numbers, names)
    numbers.write_bytes(blob + bytes(4))
    with pytest.raises(ValueError, match="another net"):
        ncnn.weights(param, numbers, names)
    numbers.write_bytes(b"\x01" + blob[1:])
    with pytest.raises(ValueError, match="unknown kind"):
        ncnn.weights(param, numbers, names)
    numbers.write_bytes(blob)
    for old, new, why in (
        ("7767517", "7767518", "no file of ncnn"),
        ("PReLU ", "Deconvolution ", "unknown kind"),
        ("6=108 ", "6=107 ", "unknown shape"),
        ("0=4 1=3", "0=0 1=3", "unknown shape"),
    ):
        assert old in text
        param.write_text(text.replace(old, new))
        with pytest.raises(ValueError, match=why):
            ncnn.weights(param, numbers, names)
