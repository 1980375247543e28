"""Voices of Piper's format: noise comes in from outside, and the same seed says the same."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ganapp.base.errors import UserError
from ganapp.models import pronouncer

CHANNELS = 3


def voice(folder: Path) -> tuple[Path, Path]:
    """A file that hums as long as it is told, with the two kinds of noise that VITS draws, and its settings."""
    nodes = [
        helper.make_node("Cast", ["input"], ["ids"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["ids", "axis"], ["row"]),  # (1, 1, n)
        helper.make_node("Concat", ["row", "row"], ["rows"], axis=1),
        helper.make_node("RandomNormalLike", ["rows"], ["durations"], dtype=1),
        helper.make_node("Concat", ["row"] * CHANNELS, ["latents"], axis=1),
        helper.make_node("RandomNormalLike", ["latents"], ["noise"], dtype=1),
        helper.make_node("Conv", ["noise", "dec.conv_pre.weight"], ["made"], pads=[0, 0]),
        helper.make_node("ReduceSum", ["durations", "axis"], ["sum"]),
        helper.make_node("Add", ["made", "sum"], ["added"]),
        helper.make_node("ReduceMean", ["scales"], ["loud"], keepdims=0),
        helper.make_node("Mul", ["added", "loud"], ["scaled"]),
        helper.make_node("Unsqueeze", ["scaled", "axis"], ["output"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "n"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "time"])]
    weights = [
        numpy_helper.from_array(np.full((1, CHANNELS, 1), 0.01, np.float32), "dec.conv_pre.weight"),
        numpy_helper.from_array(np.asarray([1], np.int64), "axis"),
    ]
    graph = helper.make_graph(nodes, "voice", inputs, outputs, weights)
    net, settings = folder / "voice.onnx", folder / "voice.onnx.json"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8), net)
    told = {
        "dataset": "hum",
        "audio": {"sample_rate": 22050},
        "inference": {"noise_scale": 0.6, "length_scale": 1, "noise_w": 0.8},
        "phoneme_id_map": {sign: [i] for i, sign in enumerate("_^$ ,.abˈ")},
    }
    settings.write_text(json.dumps(told))
    return net, settings


def test_a_seed_says_the_same_again(tmp_path: Path) -> None:
    held = pronouncer.of_files(*voice(tmp_path), "hum")
    assert (held.id, held.voice, held.rate) == ("hum", "hum", 22050)
    assert held.symbols == frozenset(" ,.abˈ")
    first, again, other = (held.say("ab, ba.", seed, 1.0) for seed in (1, 1, 2))
    assert first.dtype == np.float32
    assert first.shape == (2 * 7 + 3,)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert held.say("aXb", 1, 1.0).shape == held.say("ab", 1, 1.0).shape  # what it does not know is left out
    assert not np.array_equal(held.say("ab, ba.", 1, 2.0), first)
    with pytest.raises(UserError) as problem:
        held.say("a" * 700, 1, 1.0)
    assert problem.value.key == "say_long"


def test_noise_is_an_input_of_the_file_and_of_its_kind(tmp_path: Path) -> None:
    model = onnx.load(voice(tmp_path)[0])
    assert pronouncer.told_noise(model) == {"noise.0": 2, "noise.1": CHANNELS}
    kinds = Counter(node.op_type for node in model.graph.node)
    assert (kinds["RandomNormalLike"], kinds["Slice"], kinds["Shape"]) == (0, 2, 2)
