"""Recipe `gan`: any architecture against any objective on any data set, with any of the regularisers.

Architectures: DCGAN (Radford et al. 2015), fully connected nets (Goodfellow et al. 2014), a variational autoencoder (Kingma &
Welling 2014) and a VAE-GAN (Larsen et al. 2016). Objectives are the files of ganapp/losses, regularisers those of
ganapp/losses/regularisers, each a setting of its own name; augmentations those of ganapp/training/data/augmentations.

One step is `d_updates` turns of the discriminator and one of the generator. `step_discriminator` and `step_generator` take one
turn each, and depend on nothing but the state and their arguments, so that they may be called by hand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, make_dataclass
from typing import TYPE_CHECKING, Any

from ganapp import losses
from ganapp.base import members
from ganapp.losses import regularisers
from ganapp.training.data import augmentations, sets
from ganapp.training.recipes import _players
from ganapp.training.recipes._gan_run import GanRun

LIMITS: dict[str, tuple[float, float]] = {
    "size": (8, 256),
    "latent": (1, 1024),
    "width": (1, 2048),
    "d_width": (0, 2048),
    "layers": (1, 8),
    "batch": (2, 4096),
    "d_updates": (1, 20),
    "g_rate": (0, 1),
    "d_rate": (0, 1),
    "rate_end": (0, 1),
    "penalty_end": (0, 1),
    "lazy": (1, 64),
    "clip": (0, 1e6),
    "half_life": (0, 1e6),
    "kl": (0, 1000),
    "likeness": (0, 1000),
    "pieces": (1, 8),
    "diagnosed": (1, 1e9),
    **{name: (each["low"], each["high"]) for name, each in regularisers.settings().items() if "low" in each},
}


@dataclass(frozen=True)
class Common:
    """data, source, size, channels, conditional: the data set, where it lies, and how its pictures are taken (with classes or none);
    architecture: "dcgan", "mlp", "vae", "vae_gan"; width, d_width: of the generator and the discriminator (0: the same);
    layers: convolutions a stage, or hidden layers; latent: length of z; normalise: batch norm in the discriminator;
    pieces, dropout: maxout pieces and dropout of the MLP's discriminator; start: "torch" or "dcgan", the first weights;

    loss: a file of ganapp/losses; batch; d_updates: of the discriminator a step; g_rate, d_rate, g_beta1, d_beta1, g_beta2,
    d_beta2: Adam's; rate_end: share of the rates that is left at the end (cosine); half_life: of the average, in steps;

    penalty_end: share of the penalties left at the end (cosine); lazy: they come every so many steps, with so many times the weight;
    augment: names of augmentations; clip: largest gradient norm, 0 for any;

    kl, likeness: weights of the divergence and of the likeness in the discriminator's features (variational architectures);
    diagnosed: at least so many steps between two diagnoses, which come with a sample grid; title: what the result is called."""

    data: str = "mnist"
    source: str = ""
    size: int = 32
    channels: int = 1
    conditional: bool = True
    architecture: str = "dcgan"
    width: int = 32
    d_width: int = 0
    layers: int = 1
    latent: int = 64
    normalise: bool = False
    pieces: int = 1
    dropout: float = 0.0
    start: str = "torch"
    loss: str = "relativistic"
    batch: int = 64
    d_updates: int = 1
    g_rate: float = 1e-3
    d_rate: float = 1e-3
    g_beta1: float = 0.0
    d_beta1: float = 0.0
    g_beta2: float = 0.99
    d_beta2: float = 0.99
    rate_end: float = 0.2
    half_life: float = 700.0
    penalty_end: float = 0.1
    lazy: int = 1
    augment: tuple[str, ...] = ()
    clip: float = 0.0
    kl: float = 1.0
    likeness: float = 1.0
    diagnosed: int = 250
    title: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "augment", tuple(self.augment))
        for name, known in self._choices().items():
            chosen = getattr(self, name)
            for value in chosen if isinstance(chosen, tuple) else (chosen,):
                if value not in known:
                    raise ValueError(f"{name} must be of {', '.join(map(str, known))}, not {value}")
        for name, (low, high) in LIMITS.items():
            if not math.isfinite(getattr(self, name)) or not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be from {low:g} to {high:g}")
        for name in ("g_beta1", "d_beta1", "g_beta2", "d_beta2", "dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 0 and below 1")
        self._check_together()

    @staticmethod
    def _choices() -> dict[str, tuple[Any, ...]]:
        return {
            "data": sets.names(),
            "channels": (1, 3),
            "architecture": _players.ARCHITECTURES,
            "start": ("torch", "dcgan"),
            "loss": losses.names(),
            "augment": members.names(augmentations.KIND),
        }

    def _check_together(self) -> None:
        """ValueError for settings that exclude each other."""
        on = {name for name, value in self.regularised().items() if value}
        if self.normalise and on & set(regularisers.penalties()):
            raise ValueError("gradient penalties need a discriminator without batch norm")
        if self.loss == "wasserstein" and not on - {"r2"} and self.architecture != "vae":
            raise ValueError("the Wasserstein loss needs gp, spectral or r1")
        if len(self.title) > 80:
            raise ValueError("title must be at most 80 characters")
        _players.check(self.shape(classes=0))

    def regularised(self) -> dict[str, Any]:
        """The setting of each regulariser by its name."""
        return {name: getattr(self, name) for name in regularisers.settings()}

    def shape(self, classes: int) -> _players.Shape:
        """What the nets are built from."""
        s = self
        return _players.Shape(
            s.architecture, s.size, s.channels, classes, s.latent, s.width, s.d_width or s.width, s.layers, s.normalise, s.pieces, s.dropout
        )


if TYPE_CHECKING:
    Settings = Common
else:
    Settings = make_dataclass(
        "Settings",
        [(name, type(each["default"]), field(default=each["default"])) for name, each in regularisers.settings().items()],
        bases=(Common,),
        namespace={"__doc__": f"{Common.__doc__} One more setting for each regulariser."},
        frozen=True,
    )


def begin(settings: Settings, seed: int) -> GanRun:
    """A new run of the recipe. UserError for a data set that cannot be used."""
    return GanRun(settings, seed)
