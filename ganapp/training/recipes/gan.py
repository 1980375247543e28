"""Recipe `gan`: any architecture against any objective on any data set, with any of the regularisers.

Architectures: DCGAN (Radford et al. 2015), fully connected nets (Goodfellow et al. 2014), a variational autoencoder (Kingma &
Welling 2014) and a VAE-GAN (Larsen et al. 2016). Objectives are the files of ganapp/losses. R1 and R2: Mescheder et al. 2018;
gradient penalty: Gulrajani et al. 2017; spectral norm: Miyato et al. 2018; DiffAugment: Zhao et al. 2020.

One step is `d_updates` turns of the discriminator and one of the generator. `step_discriminator` and `step_generator` take one
turn each, and depend on nothing but the state and their arguments, so that they may be called by hand.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import model_validator

from ganapp import losses
from ganapp.base.kinds import LONGEST_TEXT, BelowOne, Choice, Number, Share, Text, Whole
from ganapp.base.validation import settings_class
from ganapp.training.data import augment as augmentation
from ganapp.training.data import sets
from ganapp.training.recipes import _players
from ganapp.training.recipes._gan_run import GanRun

Weight = Annotated[float, Number(0, 1000)]


@settings_class
class Settings:
    """data, source, size, channels, conditional: the data set, where it lies, and how its pictures are taken (with classes or none);
    architecture: "dcgan", "mlp", "vae", "vae_gan"; width, d_width: of the generator and the discriminator (0: the same);
    layers: convolutions a stage, or hidden layers; latent: length of z; normalise: batch norm in the discriminator;
    pieces, dropout: maxout pieces and dropout of the MLP's discriminator; start: "torch" or "dcgan", the first weights;

    loss: a file of ganapp/losses; batch; d_updates: of the discriminator a step; g_rate, d_rate, g_beta1, d_beta1, g_beta2,
    d_beta2: Adam's; rate_end: share of the rates that is left at the end (cosine); half_life: of the average, in steps;

    r1, r2: gamma of the penalties gamma/2 |grad D|^2 on real and generated pictures; penalty_end: share of it left at the end
    (cosine); lazy: they come every so many steps, with so many times the weight; gp: lambda of WGAN-GP's penalty; spectral:
    spectral norm in the discriminator; augment: of "colour", "translation", "cutout"; clip: largest gradient norm, 0 for any;

    kl, likeness: weights of the divergence and of the likeness in the discriminator's features (variational architectures);
    diagnosed: at least so many steps between two diagnoses, which come with a sample grid; title: what the result is called."""

    data: Annotated[str, Choice(sets.names)] = "mnist"
    source: Annotated[str, Text(LONGEST_TEXT, 0)] = ""
    size: Annotated[int, Whole(8, 256)] = 32
    channels: Annotated[int, Choice((1, 3))] = 1
    conditional: bool = True
    architecture: Annotated[str, Choice(_players.ARCHITECTURES)] = "dcgan"
    width: Annotated[int, Whole(1, 2048)] = 32
    d_width: Annotated[int, Whole(0, 2048)] = 0
    layers: Annotated[int, Whole(1, 8)] = 1
    latent: Annotated[int, Whole(1, 1024)] = 64
    normalise: bool = False
    pieces: Annotated[int, Whole(1, 8)] = 1
    dropout: BelowOne = 0.0
    start: Annotated[str, Choice(("torch", "dcgan"))] = "torch"
    loss: Annotated[str, Choice(losses.names)] = "relativistic"
    batch: Annotated[int, Whole(2, 4096)] = 64
    d_updates: Annotated[int, Whole(1, 20)] = 1
    g_rate: Share = 1e-3
    d_rate: Share = 1e-3
    g_beta1: BelowOne = 0.0
    d_beta1: BelowOne = 0.0
    g_beta2: BelowOne = 0.99
    d_beta2: BelowOne = 0.99
    rate_end: Share = 0.2
    half_life: Annotated[float, Number(0, 1e6)] = 700.0
    r1: Weight = 0.5
    r2: Weight = 0.5
    penalty_end: Share = 0.1
    lazy: Annotated[int, Whole(1, 64)] = 1
    gp: Weight = 0.0
    spectral: bool = False
    augment: Annotated[tuple[str, ...], Choice(tuple(augmentation.KINDS), several=True)] = ()
    clip: Annotated[float, Number(0, 1e6)] = 0.0
    kl: Weight = 1.0
    likeness: Weight = 1.0
    diagnosed: Annotated[int, Whole(1, 10**9)] = 250
    title: Annotated[str, Text(80, 0)] = ""

    @model_validator(mode="after")
    def _together(self) -> Settings:
        """ValueError for settings that exclude each other."""
        if self.normalise and (self.r1 or self.r2 or self.gp):
            raise ValueError("gradient penalties need a discriminator without batch norm")
        if self.loss == "wasserstein" and not (self.gp or self.spectral or self.r1) and self.architecture != "vae":
            raise ValueError("the Wasserstein loss needs gp, spectral or r1")
        _players.check(self.shape(classes=0))
        return self

    def shape(self, classes: int) -> _players.Shape:
        """What the nets are built from."""
        s = self
        return _players.Shape(
            s.architecture, s.size, s.channels, classes, s.latent, s.width, s.d_width or s.width, s.layers, s.normalise, s.pieces, s.dropout
        )


def begin(settings: Settings, seed: int) -> GanRun:
    """A new run of the recipe. UserError for a data set that cannot be used."""
    return GanRun(settings, seed)
