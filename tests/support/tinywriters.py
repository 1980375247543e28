"""Small model folders of the captions' closed world, untrained, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ganapp.models import folder
from ganapp.nets import caption_writer, pair_discriminator, reply_ranker, scene_painter, scene_reader
from ganapp.writing import drawing, grammar, scene

WORDS: dict[str, Any] = {"vocabulary": len(grammar.vocabulary()), "length": grammar.LENGTH, "code": 16, "depth": 1, "heads": 2}


def _discriminator() -> folder.Trained:
    config = pair_discriminator.Config(width=4, **WORDS)
    return folder.Trained("pair_discriminator", config, pair_discriminator.Net(config))


def _described(task: str, **promises: int) -> dict[str, Any]:
    facts = {"size": drawing.SIDE, "channels": 3, **promises}
    words = list(grammar.vocabulary())
    return {"task": task, "title": {"en": "Tiny", "zh": "小"}, "licence": "mit", "promises": facts, "values": {"words": words}}


def captions(path: Path, seed: int = 0) -> Path:
    """A writer that puts words together anyhow, and its discriminator."""
    torch.manual_seed(seed)
    config = caption_writer.Config(width=4, features=8, **WORDS)
    nets = {"model": folder.Trained("caption_writer", config, caption_writer.Net(config)), "discriminator": _discriminator()}
    folder.write(path, _described("caption", length=grammar.LENGTH), nets)
    return path


def pictures(path: Path, seed: int = 0) -> Path:
    """A painter of grey noise, and its discriminator."""
    torch.manual_seed(seed)
    config = scene_painter.Config(latent=2, width=4, **WORDS)
    net = scene_painter.Net(config)
    with torch.no_grad():
        for layer in (*net.stages, net.paint):
            if isinstance(layer, torch.nn.Conv2d | torch.nn.ConvTranspose2d):
                layer.weight.mul_(4)
    nets = {"model": folder.Trained("scene_painter", config, net), "discriminator": _discriminator()}
    folder.write(path, _described("illustrate", length=grammar.LENGTH, latent=18), nets)
    return path


def judge(path: Path, seed: int = 0) -> Path:
    """A judge that knows nothing."""
    torch.manual_seed(seed)
    config = scene_reader.Config(width=4, features=8, classes=scene.WIDTH)
    described = _described("classify", classes=9 * scene.WIDTH, features=8) | {"values": {}}
    folder.write(path, described, {"model": folder.Trained("scene_reader", config, scene_reader.Net(config))})
    return path


def replies(path: Path, seed: int = 0) -> Path:
    """A ranker that knows what it counts alone, and its generator."""
    torch.manual_seed(seed)
    config = reply_ranker.Config(buckets=512, topics=3)
    nets = {name: folder.Trained("reply_ranker", config, reply_ranker.Net(config)) for name in ("model", "generator")}
    described = {"task": "reply", "title": {"en": "Tiny", "zh": "小"}, "licence": "mit", "promises": {"features": 512}}
    folder.write(path, described, nets)
    return path
