"""What a pronouncer promises: it says phonemes, as samples. And how one is made of an ONNX file in Piper's format.

Piper's voices are VITS (Kim, Kong, Son 2021, "Conditional Variational Autoencoder with Adversarial Learning for End-to-End
Text-to-Speech"). What is random in the file is drawn by onnxruntime; here it comes in from outside, so that a seed says the same again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ganapp.base.errors import UserError
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded
from ganapp.sounds.sound import Samples

PAD, BEGIN, END = "_", "^", "$"
FRAMES = 4096  # of noise that a sentence may need; one frame is 256 samples
RANDOM = "RandomNormalLike"
MOST_PHONEMES = 600


@dataclass(frozen=True)
class Pronouncer:
    """id: what it is called; voice: whose; rate: samples a second; symbols: the phonemes and marks that it knows, each one character; say:
    samples (n,) in [-1, 1] of such characters, by a seed, so many times as long as usual."""

    id: str
    voice: str
    rate: int
    symbols: frozenset[str]
    say: Callable[[str, int, float], Samples] = field(repr=False)
    about: About = field(default=UNKNOWN, repr=False)


def of_folder(loaded: Loaded) -> Pronouncer:
    """No folder promises this: pronouncers are files of packs. UserError."""
    raise UserError("bad_value", where=f"{loaded.id}/config.json", problem="models that pronounce come as packs alone")


def of_files(net: Path, settings: Path, name: str) -> Pronouncer:
    """The promise of a voice of Piper: an ONNX file and the JSON file beside it."""
    told = json.loads(settings.read_text(encoding="utf-8"))
    ids = {sign: int(number[0]) for sign, number in told["phoneme_id_map"].items()}
    scales = told["inference"]
    bare = (PAD, BEGIN, END)

    def say(phonemes: str, seed: int, length: float) -> Samples:
        if len(phonemes) > MOST_PHONEMES:
            raise UserError("say_long")
        numbers = [ids[BEGIN], ids[PAD], *(each for sign in phonemes if sign in ids for each in (ids[sign], ids[PAD])), ids[END]]
        random = np.random.default_rng(seed)
        session, noises = opened(str(net))
        given: dict[str, Any] = {
            "input": np.asarray([numbers], np.int64),
            "input_lengths": np.asarray([len(numbers)], np.int64),
            "scales": np.asarray([scales["noise_scale"], scales["length_scale"] * length, scales["noise_w"]], np.float32),
            **{noise: random.standard_normal((1, rows, FRAMES), np.float32) for noise, rows in noises.items()},
        }
        (samples,) = session.run(None, given)
        clipped: Samples = np.clip(samples.reshape(-1), -1.0, 1.0).astype(np.float32)
        return clipped

    symbols = frozenset(sign for sign in ids if sign not in bare)
    return Pronouncer(name, str(told["dataset"]), int(told["audio"]["sample_rate"]), symbols, say)


@cache
def opened(file: str) -> tuple[Any, dict[str, int]]:
    """An onnxruntime session of a file whose noise comes in, and by the name of each such input how many rows of it."""
    import onnx
    import onnxruntime

    model = onnx.load(file)
    noises = told_noise(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"]), noises


def told_noise(model: Any) -> dict[str, int]:
    """Replace the nodes of an ONNX model that draw noise (1, rows, n) by inputs, of which as much is taken as was drawn. The inputs' rows,
    by their names: the first noise of VITS has two (durations), the second as many as its latents have channels."""
    import onnx
    from onnx import TensorProto, helper

    noises: dict[str, int] = {}
    graph = model.graph
    sizes = {each.name: each for each in graph.initializer}
    origin = helper.make_tensor("noise.origin", TensorProto.INT64, [3], [0, 0, 0])
    for node in [node for node in graph.node if node.op_type == RANDOM]:
        name = f"noise.{len(noises)}"
        rows = 2 if not noises else _channels(graph, sizes)
        noises[name] = rows
        graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, rows, FRAMES]))
        shape = helper.make_node("Shape", [node.input[0]], [f"{name}.shape"])
        cut = helper.make_node("Slice", [name, origin.name, f"{name}.shape"], [node.output[0]])
        at = list(graph.node).index(node)
        graph.node.remove(node)
        graph.node.insert(at, shape)
        graph.node.insert(at + 1, cut)
    graph.initializer.append(origin)
    onnx.checker.check_model(model)
    return noises


def _channels(graph: Any, sizes: dict[str, Any]) -> int:
    """Channels of the latents: what the first convolution of the decoder takes."""
    first = next(node for node in graph.node if node.op_type == "Conv" and node.input[1] == "dec.conv_pre.weight")
    return int(sizes[first.input[1]].dims[1])
