"""The format of a model folder: what is written can be read, and whatever breaks the format is named."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from ganapp.base.errors import UserError
from ganapp.models import folder
from ganapp.nets import dcgan_generator
from tests.support import tinymodel
from tests.support.tinymodel import edit, edit_part


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tinymodel.generator(tmp_path / "tiny")


def truncate(path: Path) -> None:
    weights = path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def flip(path: Path) -> None:
    weights = path / "model.safetensors"
    blob = bytearray(weights.read_bytes())
    blob[-1] ^= 1
    weights.write_bytes(blob)


def as_pickle(path: Path) -> None:
    (path / "model.bin").write_bytes(pickle.dumps({"weight": 1}))
    edit_part(path, file="model.bin")


def renamed_pickle(path: Path) -> None:
    (path / "model.safetensors").write_bytes(pickle.dumps({"weight": [0] * 100}))
    edit_part(path, sha256=folder.digest(path / "model.safetensors"))


def with_weights(path: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    weights = load_file(path / "model.safetensors")
    change(weights)
    save_file(weights, path / "model.safetensors")
    edit_part(path, sha256=folder.digest(path / "model.safetensors"))


BREAKS: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "no config": (lambda p: (p / "config.json").unlink(), "not_a_model_folder", "tiny"),
    "config not JSON": (lambda p: (p / "config.json").write_text("{"), "config_unreadable", "tiny/config.json"),
    "config a list": (lambda p: (p / "config.json").write_text("[]"), "bad_value", "not a JSON object"),
    "config too deep": (lambda p: (p / "config.json").write_text("[" * 100_000), "config_unreadable", "tiny/config.json"),
    "unknown key": (lambda p: edit(p, colour="red"), "unknown_key", "colour"),
    "missing key": (lambda p: edit(p, task=None), "missing_key", "task"),
    "unknown task": (lambda p: edit(p, task="cook"), "unknown_task", "cook"),
    "later format": (lambda p: edit(p, format=2), "unknown_format", "2"),
    "format of the wrong kind": (lambda p: edit(p, format=True), "bad_value", "format must be int"),
    "no English title": (lambda p: edit(p, title={"zh": "数字"}), "bad_value", "title"),
    "parts a list": (lambda p: edit(p, parts=[]), "bad_value", "parts"),
    "no main part": (lambda p: edit(p, parts={}), "missing_key", "parts.model"),
    "unknown key of a part": (lambda p: edit_part(p, device="cuda"), "unknown_key", "device"),
    "unknown family": (lambda p: edit_part(p, family="diffusion"), "unknown_family", "diffusion"),
    "family outside nets": (lambda p: edit_part(p, family="..tasks.sample"), "unknown_family", "tasks.sample"),
    "private family": (lambda p: edit_part(p, family="__init__"), "unknown_family", "__init__"),
    "unknown setting": (lambda p: edit_part(p, net={"depth": 3}), "unknown_key", "depth"),
    "setting of the wrong kind": (lambda p: edit_part(p, net={"width": "48"}), "bad_value", "width must be a whole number"),
    "setting out of range": (lambda p: edit_part(p, net={"size": 33}), "bad_value", "power of two"),
    "weights missing": (lambda p: (p / "model.safetensors").unlink(), "weights_missing", "tiny/model.safetensors"),
    "weights cut short": (truncate, "weights_altered", "tiny/model.safetensors"),
    "weights altered": (flip, "weights_altered", "tiny/model.safetensors"),
    "a pickle": (as_pickle, "not_safetensors", "model.bin"),
    "weights elsewhere": (lambda p: edit_part(p, file="../model.safetensors"), "not_safetensors", "../model"),
    "a companion cut short": (lambda p: (p / "discriminator.safetensors").write_bytes(b""), "weights_altered", "discriminator"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_check_names_what_is_broken(tiny: Path, name: str) -> None:
    damage, key, word = BREAKS[name]
    damage(tiny)
    with pytest.raises(UserError) as caught:
        folder.check(tiny)
    assert caught.value.key == key
    assert word in str(caught.value)
    assert caught.value.sentence("zh") != str(caught.value)


def weigh(path: Path) -> torch.nn.Module:
    return folder.weigh(path, folder.describe(path).parts["model"])


def drop(weights: dict[str, torch.Tensor]) -> None:
    del weights["stem.bias"]


def spoil(weights: dict[str, torch.Tensor]) -> None:
    weights["stem.bias"][0] = float("nan")


WEIGHTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pickle by another name": (renamed_pickle, "weights_do_not_fit"),
    "a key is missing": (lambda p: with_weights(p, drop), "weights_do_not_fit"),
    "a key too many": (lambda p: with_weights(p, lambda w: w.update(extra=torch.zeros(1))), "weights_do_not_fit"),
    "another shape": (lambda p: edit_part(p, net={"size": 16, "latent": 9, "width": 8, "embedding": 4}), "weights_do_not_fit"),
    "not a number": (lambda p: with_weights(p, spoil), "weights_not_finite"),
    "too large for any memory": (lambda p: edit_part(p, net={"width": 60_000}), "weights_do_not_fit"),
    "wider than any net": (lambda p: edit_part(p, net={"width": 10**7}), "bad_value"),
    "too large to count": (lambda p: edit_part(p, net={"width": 10**30}), "bad_value"),
}


@pytest.mark.parametrize("name", WEIGHTS)
def test_weigh_refuses(tiny: Path, name: str) -> None:
    damage, key = WEIGHTS[name]
    damage(tiny)
    with pytest.raises(UserError) as caught:
        weigh(tiny)
    assert caught.value.key == key


def test_round_trip(tiny: Path) -> None:
    torch.manual_seed(0)
    config = dcgan_generator.Config(size=16, latent=8, width=8, embedding=4)
    net = folder.half(dcgan_generator.Net(config)).eval()
    read = weigh(tiny)
    z, y = torch.randn(3, 8), torch.eye(10)[:3]
    assert torch.equal(read(z, y), net(z, y))
    assert not read.training
    assert not any(p.requires_grad for p in read.parameters())
    assert all(p.dtype == torch.float32 for p in read.parameters())
    stored = load_file(tiny / "model.safetensors")
    assert {w.dtype for w in stored.values() if w.is_floating_point()} == {torch.float16}


def test_reading_leaves_the_random_state(tiny: Path) -> None:
    before = torch.random.get_rng_state()
    weigh(tiny)
    assert torch.equal(before, torch.random.get_rng_state())


def test_errors_name_the_model_as_asked(tiny: Path) -> None:
    (tiny / "model.safetensors").unlink()
    with pytest.raises(UserError, match="owner/name/model.safetensors"):
        folder.check(tiny, "owner/name")


def test_tables(tiny: Path) -> None:
    assert folder.table(tiny, folder.EVALUATION) is None
    directions = folder.table(tiny, folder.DIRECTIONS)
    assert directions is not None
    assert [entry["name"] for entry in directions["attributes"]] == ["slant"]
    (tiny / folder.EVALUATION).write_text("[1]")
    with pytest.raises(UserError, match="evaluation.json"):
        folder.table(tiny, folder.EVALUATION)


def test_rewrite_keeps_the_file_when_the_new_one_breaks_the_format(tiny: Path) -> None:
    before = (tiny / "config.json").read_text()
    with pytest.raises(UserError):
        folder.rewrite(tiny, json.loads(before) | {"colour": "red"})
    assert (tiny / "config.json").read_text() == before
    folder.rewrite(tiny, json.loads(before) | {"values": {"threshold": 0.5}})
    assert folder.describe(tiny).values == {"threshold": 0.5}
    assert not list(tiny.glob(".*"))
