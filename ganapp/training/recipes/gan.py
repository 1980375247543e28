"""Recipe `gan`: any architecture against any objective on any data set, with any of the regularisers.

Architectures: DCGAN (Radford et al. 2015), fully connected nets (Goodfellow et al. 2014), a variational autoencoder (Kingma &
Welling 2014) and a VAE-GAN (Larsen et al. 2016). Objectives are the files of ganapp/losses, regularisers those of
ganapp/losses/regularisers, each a setting of its own name; augmentations those of ganapp/training/data/augmentations.

One step is `d_updates` turns of the discriminator and one of the generator. `step_discriminator` and `step_generator` take one
turn each, and depend on nothing but the state and their arguments, so that they may be called by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import model_validator

from ganapp import losses
from ganapp.base.kinds import LONGEST_TEXT, BelowOne, Choice, Number, Share, Text, Whole, refused
from ganapp.base.validation import settings_class
from ganapp.losses import regularisers
from ganapp.training.data import augmentations, sets
from ganapp.training.recipes import _players
from ganapp.training.recipes._gan_run import GanRun

Weight = Annotated[float, Number(0, 1000)]


@settings_class
class Common:
    """data, source, size, channels, conditional: the data set, where it lies, and how its pictures are taken (with classes or none);
    limit: how many of them are learnt from, drawn by the run's seed, 0 for all;
    architecture: "dcgan", "mlp", "vae", "vae_gan"; width, d_width: of the generator and the discriminator (0: the same);
    layers: convolutions a stage, or hidden layers; latent: length of z; normalise: batch norm in the discriminator;
    pieces, dropout: maxout pieces and dropout of the MLP's discriminator; start: "torch" or "dcgan", the first weights;

    loss: a file of ganapp/losses; batch; d_updates: of the discriminator a step; g_rate, d_rate, g_beta1, d_beta1, g_beta2,
    d_beta2: Adam's; rate_end: share of the rates that is left at the end (cosine); half_life: of the average, in steps;

    penalty_end: share of the penalties left at the end (cosine); lazy: they come every so many steps, with so many times the weight;
    augment: names of augmentations; clip: largest gradient norm, 0 for any;

    kl, likeness: weights of the divergence and of the likeness in the discriminator's features (variational architectures);
    diagnosed: at least so many steps between two diagnoses, which come with a sample grid; title: what the result is called."""

    data: Annotated[str, Choice(sets.names)] = "mnist"
    source: Annotated[str, Text(LONGEST_TEXT, 0)] = ""
    size: Annotated[int, Whole(8, 256)] = 32
    channels: Annotated[int, Choice((1, 3))] = 1
    conditional: bool = True
    limit: Annotated[int, Whole(0, 10**9)] = 0
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
    penalty_end: Share = 0.1
    lazy: Annotated[int, Whole(1, 64)] = 1
    augment: Annotated[tuple[str, ...], Choice(augmentations.names, several=True)] = ()
    clip: Annotated[float, Number(0, 1e6)] = 0.0
    kl: Weight = 1.0
    likeness: Weight = 1.0
    diagnosed: Annotated[int, Whole(1, 10**9)] = 250
    title: Annotated[str, Text(80, 0)] = ""

    @model_validator(mode="after")
    def _together(self) -> Common:
        """ValueError for settings that exclude each other."""
        on = {name for name, value in self.regularised().items() if value}
        if self.normalise and on & set(regularisers.penalties()):
            raise refused("no_batch_norm")
        if self.loss == "wasserstein" and not on - {"r2"} and self.architecture != "vae":
            raise refused("wasserstein_free")
        _players.check(self.shape(classes=0))
        return self

    def regularised(self) -> dict[str, Any]:
        """The setting of each regulariser by its name."""
        return {name: getattr(self, name) for name in regularisers.settings()}

    def shape(self, classes: int) -> _players.Shape:
        """What the nets are built from."""
        s = self
        return _players.Shape(
            s.architecture, s.size, s.channels, classes, s.latent, s.width, s.d_width or s.width, s.layers, s.normalise, s.pieces, s.dropout
        )


def _with_regularisers() -> type[Common]:
    """Common, and one more setting for each regulariser."""
    facts = regularisers.settings()
    values = {name: each["default"] for name, each in facts.items()}
    kinds = {name: Annotated[float, Number(each["low"], each["high"])] if "low" in each else bool for name, each in facts.items()}
    return type("Settings", (Common,), {"__module__": __name__, "__doc__": Common.__doc__, "__annotations__": kinds, **values})


if TYPE_CHECKING:
    Settings = Common
else:
    Settings = settings_class(_with_regularisers())


def begin(settings: Settings, seed: int) -> GanRun:
    """A new run of the recipe. UserError for a data set that cannot be used."""
    return GanRun(settings, seed)
