"""`python -m tests.support.make_golden MODEL...`: keep what the shipped models give for fixed inputs, for tests/models/test_shipped.py.

Run it when a model was trained anew, never to silence a test: the files are what tells a changed network from a changed model.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganapp.base import paths
from ganapp.digits import latent
from ganapp.models import catalog
from ganapp.models.folder import describe
from ganapp.nets import stylizer
from ganapp.sounds import mel

GOLDEN = Path(__file__).parents[1] / "golden"
N = 10
SIDE = 14  # of the pictures that are enlarged


def inputs(loaded: catalog.Loaded) -> tuple[Tensor, ...]:
    """N fixed inputs of the model's main part: latents of the seeds 1 to N with one class each, or smooth random pictures."""
    promises = loaded.description.promises
    if loaded.description.task == "sample":
        z = np.stack([latent.from_seed(seed, promises["latent"]) for seed in range(1, N + 1)])
        return torch.from_numpy(z), torch.eye(promises["classes"])[torch.arange(N) % promises["classes"]]
    if loaded.description.task == "classify":
        size, channels = promises["size"], promises["channels"]
        noise = np.stack([latent.from_seed(seed, channels * size * size) for seed in range(1, N + 1)])
        rough = torch.from_numpy(noise).view(N, channels, size, size)  # (n, c, h, w)
        return (torch.tanh(3 * torch.nn.functional.avg_pool2d(rough, 5, 1, 2)),)
    if loaded.description.task == "repair":
        side = 6 * promises["multiple"]
        noise = np.stack([latent.from_seed(seed, 3 * side * side) for seed in range(1, N + 1)])
        smooth = torch.nn.functional.avg_pool2d(torch.from_numpy(noise).view(N, 3, side, side), 5, 1, 2)
        mask = torch.zeros(N, 1, side, side)
        for i in range(N):
            mask[i, :, i : 3 * i + 9, 2 * i : 30 + i] = 1
        return torch.tanh(3 * smooth), mask
    if loaded.description.task == "upscale":
        noise = np.stack([latent.from_seed(seed, 3 * SIDE * SIDE) for seed in range(1, N + 1)])
        smooth = torch.nn.functional.avg_pool2d(torch.from_numpy(noise).view(N, 3, SIDE, SIDE), 3, 1, 1)
        return torch.tanh(3 * smooth), torch.linspace(0, 1, N)
    if loaded.description.task == "stylize":
        side = 12 * promises["multiple"]
        noise = np.stack([latent.from_seed(seed, 3 * side * side) for seed in range(1, N + 1)])
        smooth = torch.nn.functional.avg_pool2d(torch.from_numpy(noise).view(N, 3, side, side), 5, 1, 2)
        net = loaded.net()
        assert isinstance(net, stylizer.Net)
        return (stylizer.noised(torch.tanh(3 * smooth), net.config.noise, seed=1),)
    if loaded.description.task in ("caption", "illustrate"):
        from ganapp.training.data.scenes import Scenes

        batch = Scenes(N, 0, "test").at(0)
        if loaded.description.task == "caption":
            return batch.pictures, batch.words
        return torch.from_numpy(np.stack([latent.from_seed(seed, promises["latent"]) for seed in range(1, N + 1)])), batch.words
    if loaded.description.task == "reply":
        from ganapp.writing import dialogue

        known = dialogue.pairs("en", "test")[:N]
        return tuple(dialogue.bags([pair[i] for pair in known], "en", promises["features"]) for i in range(2))
    if loaded.description.task == "write":
        from ganapp.training.data.verse import Poems
        from ganapp.writing import corpus

        rows, condition = Poems(corpus.poems("test")[:N], corpus.shipped_alphabet()).at(torch.arange(N), given=0.0)
        return rows[:, :-1], condition
    if loaded.description.task == "speak":
        values = loaded.description.values
        pairs = [[i, 0] for i in range(len(values["words"]))] if values["said"] == "all" else values["said"]
        said = (pairs * N)[:: max(1, len(pairs) // N)][:N]
        z = np.stack([latent.from_seed(seed, promises["latent"]) for seed in range(1, N + 1)])
        one_hot = (torch.eye(len(values[key]))[[pair[i] for pair in said]] for i, key in enumerate(("words", "voices")))
        return torch.from_numpy(z), *one_hot
    if loaded.description.task == "listen":
        from ganapp.training.data.digits_data import Digits

        z = np.stack([latent.from_seed(seed, promises["latent"]) for seed in range(1, N + 1)])
        voices = len(loaded.description.values["voices"])
        return torch.from_numpy(z), Digits("test").at(torch.arange(N))[0], torch.eye(voices)[torch.arange(N) % voices]
    if loaded.description.task == "vocode":
        t = torch.arange(mel.SAMPLES) / mel.RATE
        hum = 0.2 * torch.sin(2 * torch.pi * torch.linspace(110, 330, N)[:, None] * t * (1 + t / 5)) * (t > 0.1) * (t < 0.6)
        return mel.logmel(hum), 0.8 * hum.roll(3, 1)  # no search: what it finds differs with the processor
    if loaded.description.task == "stanza":
        from ganapp.training.data.stanzas import Stanzas
        from ganapp.writing import stanzas

        told = Stanzas(stanzas.rhymed("test")[:N], stanzas.shipped_lexicon())
        return told.tokens[:, :-1], told.where[:, :-1].long()
    raise NotImplementedError(f"say here what a model for {loaded.description.task} is given")


@torch.no_grad()
def outputs(loaded: catalog.Loaded, given: tuple[Tensor, ...]) -> Tensor:
    """What the main part makes of them."""
    made: Tensor = loaded.net()(*given)
    return made if made.dim() > 1 else made[:, None]


def kept(loaded: catalog.Loaded, made: Tensor) -> NDArray[np.generic]:
    """As it is compared: pictures in 8 bits, verdicts in half precision; of a writer's, those after one place."""
    if loaded.description.task in ("write", "stanza"):
        return made[:, 30 if loaded.description.task == "stanza" else -1].numpy().astype(np.float16)
    if loaded.description.task in ("classify", "caption", "reply", "speak", "listen", "vocode"):
        return made.numpy().astype(np.float16)
    return ((made + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).numpy()


def write(loaded: catalog.Loaded, folder: Path = GOLDEN) -> Path:
    """Keep the outputs, with the hash of the weights that gave them."""
    path = folder / f"{loaded.id}.npz"
    sha256 = np.array(loaded.description.parts["model"].sha256)
    np.savez_compressed(path, made=kept(loaded, outputs(loaded, inputs(loaded))), sha256=sha256)
    return path


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:]:
        print(write(catalog.load(name, describe(paths.shipped_models() / name).task)))
