"""The nets of a GAN by architecture, and what is done to them before and after training."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Protocol

from torch import Tensor, nn
from torch.nn.utils import parametrize

from ganapp.models import folder
from ganapp.nets import dcgan_discriminator, dcgan_generator, mlp_discriminator, mlp_generator, vae_encoder

ARCHITECTURES = ("dcgan", "mlp", "vae", "vae_gan")


@dataclass(frozen=True)
class Shape:
    """architecture: one of ARCHITECTURES; size, channels, classes: of the pictures; latent: length of z; width, d_width: of the
    generator and of the discriminator (and encoder); layers: convolutions a stage, or hidden layers; normalise: batch norm in
    the discriminator; pieces, dropout: of the MLP's discriminator."""

    architecture: str
    size: int
    channels: int
    classes: int
    latent: int
    width: int
    d_width: int
    layers: int
    normalise: bool = False
    pieces: int = 1
    dropout: float = 0.0


class Critic(Protocol):
    """A discriminator: scores (b,) of pictures x (b, c, h, w) and class weights y, and its last features (b, d)."""

    def __call__(self, x: Tensor, y: Tensor) -> Tensor:
        """Scores (b,)."""

    def features(self, x: Tensor) -> Tensor:
        """Features (b, d)."""


@dataclass
class Player:
    """A net, the family it belongs to and its settings; judges: whether it is the discriminator."""

    family: str
    config: Any
    net: nn.Module
    judges: bool = False

    def trained(self, net: nn.Module | None = None) -> folder.Trained:
        """The player as it is written into a model folder: `net`, or its own, on the CPU and without spectral norm's bookkeeping."""
        return folder.Trained(self.family, self.config, self.plain(net or self.net))

    def plain(self, net: nn.Module) -> nn.Module:
        """A net of this family on the CPU, in evaluation mode, whose weights are what the parametrisations of `net` made of them.

        Built anew: torch's parametrised copies share a class, so taking a parametrisation off one would break the other.
        """
        training = net.training
        net.eval()  # in training mode reading a weight is a round of power iteration
        weights = {key: value for key, value in net.state_dict().items() if "parametrizations." not in key}
        for prefix, module in net.named_modules():
            held = module.parametrizations if parametrize.is_parametrized(module) else None
            if isinstance(held, nn.ModuleDict):
                weights |= {f"{prefix}.{name}" if prefix else name: getattr(module, name).detach() for name in held}
        net.train(training)
        built: nn.Module = importlib.import_module(f"ganapp.nets.{self.family}").Net(self.config)
        built.load_state_dict(weights)
        return built.eval()


def generator(shape: Shape) -> Player:
    """The generator, which is the decoder of a variational autoencoder. ValueError for settings that make no net."""
    s = shape
    if s.architecture == "mlp":
        mlp = mlp_generator.Config(s.size, s.channels, s.latent, s.classes, s.width, s.layers)
        return Player("mlp_generator", mlp, mlp_generator.Net(mlp))
    config = dcgan_generator.Config(s.size, s.channels, s.latent, s.classes, s.width, layers=s.layers)
    return Player("dcgan_generator", config, dcgan_generator.Net(config))


def discriminator(shape: Shape) -> Player | None:
    """The discriminator; None for a variational autoencoder, which has none."""
    s = shape
    if s.architecture == "vae":
        return None
    if s.architecture == "mlp":
        mlp = mlp_discriminator.Config(s.size, s.channels, s.classes, s.d_width, s.layers, s.pieces, s.dropout)
        return Player("mlp_discriminator", mlp, mlp_discriminator.Net(mlp), True)
    config = dcgan_discriminator.Config(s.size, s.channels, s.classes, s.d_width, s.normalise, s.layers)
    return Player("dcgan_discriminator", config, dcgan_discriminator.Net(config), True)


def encoder(shape: Shape) -> Player | None:
    """The encoder of the two variational architectures, None for the others."""
    s = shape
    if s.architecture not in ("vae", "vae_gan"):
        return None
    config = vae_encoder.Config(s.size, s.channels, s.classes, s.latent, s.d_width, s.layers)
    return Player("vae_encoder", config, vae_encoder.Net(config))


def as_dcgan(net: nn.Module) -> None:
    """Weights of convolutions from N(0, 0.02), batch-norm scales from N(1, 0.02): Radford et al. 2015."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)


def check(shape: Shape) -> None:
    """ValueError for settings that make no net. No net is made."""
    if shape.architecture != "mlp":
        dcgan_generator.Config(shape.size, shape.channels, shape.latent, shape.classes, shape.width, layers=shape.layers)
