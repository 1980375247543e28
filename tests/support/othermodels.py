"""Small generators of other things than grey digits in ten classes, untrained: what a training job may make."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from ganapp.models import folder
from ganapp.nets import dcgan_discriminator, dcgan_generator, mlp_generator, vae_encoder

LATENT = 6
NAMES = ["cat", "dog", "bird", "fish"]


def _write(path: Path, promises: dict[str, Any], nets: dict[str, folder.Trained], values: dict[str, Any], names: list[str]) -> Path:
    description = {
        "task": "sample",
        "title": {"en": path.name.title(), "zh": "模型"},
        "licence": "other",
        "promises": {**promises, "latent": LATENT},
        "training": {"recipe": "gan", "steps": 1, "seconds": 1, "data": "pictures, 20 training pictures", "classes": names},
        "values": values,
    }
    folder.write(path, description, nets)
    unit = torch.eye(LATENT)
    raw = [{"name": f"raw {i + 1}", "vector": unit[i].tolist(), "change": 0.1} for i in range(3)]
    (path / folder.DIRECTIONS).write_text(json.dumps({"attributes": [], "raw": raw}))
    return path


def coloured(path: Path) -> Path:
    """24 x 24 colours without classes, drawn on the server."""
    torch.manual_seed(0)
    made = dcgan_generator.Config(size=24, channels=3, latent=LATENT, classes=0, width=6)
    net = dcgan_generator.Net(made)
    with torch.no_grad():
        net.paint.weight.mul_(10)  # an untrained generator paints nearly even grey
        net.stem.weight[:, :3].mul_(6)  # and hardly changes along its sliders
    nets = {"model": folder.Trained("dcgan_generator", made, net)}
    return _write(
        path,
        {"size": 24, "channels": 3, "classes": 0},
        nets,
        {"look": "colour", "digits": False, "adopted": {"missing": ["browser_packages"]}},
        [],
    )


def named(path: Path, classes: int = 4) -> Path:
    """16 x 16 grey pictures in named classes, with a discriminator that is calibrated, and an encoder."""
    torch.manual_seed(1)
    made = mlp_generator.Config(size=16, latent=LATENT, classes=classes, width=16, layers=1)
    judged = dcgan_discriminator.Config(size=16, classes=classes, width=4)
    guessed = vae_encoder.Config(size=16, classes=classes, latent=LATENT, width=4)
    net = mlp_generator.Net(made)
    with torch.no_grad():
        net.paint.weight.mul_(4)
        net.hidden[0].weight.mul_(3)
    nets = {
        "model": folder.Trained("mlp_generator", made, net),
        "discriminator": folder.Trained("dcgan_discriminator", judged, dcgan_discriminator.Net(judged)),
        "encoder": folder.Trained("vae_encoder", guessed, vae_encoder.Net(guessed)),
    }
    values = {
        "look": "grey",
        "digits": False,
        "discriminator": {"slope": 1.0, "offsets": [0.1] * classes, "held_out": False, "pictures": 20},
        "inversion": {"weights": [1.0, 0.0, 0.0], "not_a_digit": 0.9, "close": 0.3, "residual": 0.2, "pictures": 20},
    }
    names = NAMES if classes == len(NAMES) else [f"kind {i}" for i in range(classes)]
    return _write(path, {"size": 16, "channels": 1, "classes": classes}, nets, values, names)
