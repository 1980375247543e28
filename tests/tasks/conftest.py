"""A house with one small generator of digits, "digits", finished, and its judge: all untrained, so that tests need no shipped model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ganapp.base import paths
from ganapp.models import folder
from ganapp.nets import dcgan_discriminator, dcgan_generator, digit_classifier, latent_encoder

LATENT = 12


def generator(path: Path) -> None:
    torch.manual_seed(0)
    made = dcgan_generator.Config(latent=LATENT, width=4, embedding=4)
    judged = dcgan_discriminator.Config(width=4)
    guessed = latent_encoder.Config(latent=LATENT, width=4)
    net = dcgan_generator.Net(made)
    with torch.no_grad():
        net.paint.weight.mul_(8)  # an untrained generator paints nearly even grey; this one paints blots
    quantiles = [0.5 * i for i in range(21)]
    values = {
        "discriminator": {"slope": 2.0, "offsets": [0.1 * i for i in range(10)]},
        "inversion": {"weights": [1.0, 1.0, 0.0], "not_a_digit": 5.0, "close": 0.001},
        "nearest": {"usual": quantiles[10], "quantiles": quantiles},
    }
    promises = {"size": 32, "channels": 1, "classes": 10, "latent": LATENT}
    folder.write(
        path,
        {"task": "sample", "title": {"en": "Small", "zh": "小"}, "licence": "mit", "promises": promises, "values": values},
        {
            "model": folder.Trained("dcgan_generator", made, net),
            "discriminator": folder.Trained("dcgan_discriminator", judged, dcgan_discriminator.Net(judged)),
            "encoder": folder.Trained("latent_encoder", guessed, latent_encoder.Net(guessed)),
        },
    )
    unit = torch.eye(LATENT)
    attributes = [{"name": name, "vector": unit[i].tolist()} for i, name in enumerate(("slant", "weight", "width"))]
    raw = [{"name": f"raw {i + 1}", "vector": unit[5 + i].tolist()} for i in range(2)]
    (path / folder.DIRECTIONS).write_text(json.dumps({"attributes": attributes, "raw": raw}))


def judge(path: Path) -> None:
    torch.manual_seed(1)
    config = digit_classifier.Config(width=4, features=8)
    promises = {"size": 32, "channels": 1, "classes": 10, "features": 8}
    net = folder.Trained("digit_classifier", config, digit_classifier.Net(config))
    folder.write(path, {"task": "classify", "title": {"en": "Judge"}, "licence": "mit", "promises": promises}, {"model": net})


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    generator(root / "digits")
    judge(root / "digits-judge")
    return root


@pytest.fixture
def small(house: Path) -> Iterator[Path]:
    """The house's models are the shipped ones; its root."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "shipped_models", lambda: house)
        yield house
