"""What a model that repaints pictures promises, and the call that keeps it.

A net of one style is a plain net. One for any style becomes one: its encoder tells the numbers of a painting, which are put into a copy of
its weights. Between two nets of one body lies the net of their mixture (interpolated weights).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.machine import lending, precision
from ganapp.models import about, catalog
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded
from ganapp.nets import conditional_stylizer, stylizer
from ganapp.pictures import images
from ganapp.pictures.box import Box
from ganapp.pictures.images import Array

SIDE = 384.0  # short side of the pictures that a net learned from, where its folder does not say
PAINTING = 256  # pixels of the short side of a painting that a style is taken from
LONG = 4  # largest ratio of the sides of a painting; of a longer one the middle is used
RIM = 48  # pixels by which a picture is mirrored at its borders, where its folder says no other; with 16 nets left an unpainted frame
PACE = 0.9  # seconds of one thread for a million pixels that are painted
TRIED = 128  # pixels of a side of the picture that a net is tried with in bfloat16
NEAR = 20.0  # dB of PSNR to its photo that a painted picture reaches at most
MOST_RIM = 256
CONDITIONAL = "conditional_stylizer"  # the family of nets whose painters are in code_painter.py
SHRINK = 2.5  # times as high and wide is a picture as the copy that its look is taken from
GLIMPSE = (128 * 128, 512 * 512)  # pixels of a picture whose look is taken as it is; most of the copy of a larger one

Call = Callable[[Tensor], Tensor]  # (1, 3 + noise, h, w) in [-1, 1] -> (1, 3, h, w), about [-1, 1]


@dataclass(frozen=True)
class Painter:
    """A model that repaints. id: what it is called; key: painters of one key paint the same; side: short side of the pictures it learned
    from; reach: pixels it looks away, or None for one that must see the whole; begun: what repaints tiles of one picture, given the whole
    of it (1, 3, h, w), with its frame for one with a `look`; multiple: of the sides of what it takes; rim: pixels by which a picture is
    mirrored at its borders first; noise: planes of it that it takes beside the colours, see nets/stylizer.py; after: the painter in the
    style of the picture in a file, where it takes its style from one; towards: the painter at a share of the way from a picture's own look,
    (h, w, 3) in [0, 1], to its style, where it knows one; body: painters of one body can be mixed into one, by `mix`, from the `inner` of
    both; memory: bytes that one of another make takes; look: bytes for each pixel of a picture of several tiles that a look at the whole
    takes; tuned: a net of its own that paints so, for a training that goes on from it, where there is one; pace: as in Filler."""

    id: str
    key: str
    side: float
    reach: int | None
    begun: Callable[[Tensor], Call] = field(repr=False)
    multiple: int = stylizer.MULTIPLE
    rim: int = 0
    noise: int = 0
    after: Callable[[bytes], Painter] | None = field(default=None, repr=False)
    towards: Callable[[Array, float], Painter] | None = field(default=None, repr=False)
    body: str = ""
    inner: Any = field(default=None, repr=False)
    mix: Callable[[Painter, float], Painter | None] = field(default=lambda other, share: None, repr=False)
    memory: int = 0
    look: int = 0
    tuned: Callable[[], conditional_stylizer.Net] | None = field(default=None, repr=False)
    about: About = field(default=UNKNOWN, repr=False)
    pace: float = 0.0

    def sit(self, small: Array, seed: int = 0) -> Sitting:
        """A picture (h, w, 3) in [0, 1] that is about to be repainted: continued until its sides are multiples, mirrored at its borders
        and looked at as a whole. seed: of the noise, where the painter takes some."""
        h, w = small.shape[:2]
        x = torch.from_numpy(np.ascontiguousarray(small.transpose(2, 0, 1))).unsqueeze(0)
        x = functional.pad(x, (0, -w % self.multiple, 0, -h % self.multiple), mode="replicate") * 2 - 1  # (1, 3, H, W)
        high, wide = (max(0, min(self.rim, side - side % self.multiple - self.multiple)) for side in x.shape[2:])
        framed = functional.pad(x, (wide, wide, high, high), mode="reflect") if high or wide else x
        with torch.inference_mode():
            call, noisy = self.begun(framed if self.look else x), stylizer.noised(framed, self.noise, seed)
        reach = sum(framed.shape[2:]) if self.reach is None else -(-self.reach // self.multiple) * self.multiple
        return Sitting(noisy, Box(high, wide, x.shape[2], x.shape[3]), (h, w), reach, call)

    def between(self, other: Painter, share: float) -> Painter | None:
        """The painter at `share` of the way to another one; None where there is none."""
        mixed = self.mix(other, share) if self.body and self.body == other.body else None
        return replace(mixed, rim=max(self.rim, other.rim)) if mixed else None


@dataclass(frozen=True)
class Sitting:
    """A picture while it is repainted. x (1, 3 + noise, H, W): it with its frame; whole: where in x it lies; size: its height and width;
    reach: pixels around a tile that are looked at with it."""

    x: Tensor
    whole: Box
    size: tuple[int, int]
    reach: int
    call: Call

    def tile(self, box: Box) -> tuple[Array, Box]:
        """The part `box` of x repainted, (h, w, 3) in [0, 1], and its place in the picture. It is the same as that part of the whole."""
        window = box.grown(self.reach, *self.x.shape[2:])
        inner, place = box.within(window), box.within(self.whole)
        with torch.inference_mode():
            repainted = self.call(self.x[(..., *window.slices)])[(0, slice(None), *inner.slices)]
        shares = repainted.add(1).mul_(0.5).clamp_(0, 1).permute(1, 2, 0)
        tile: Array = shares[: self.size[0] - place.top, : self.size[1] - place.left].numpy()
        return tile, Box(place.top, place.left, *tile.shape[:2])


def around(name: str, key: str, side: float, body: str, net: stylizer.Net) -> Painter:
    """The promise of a net of the family stylizer, mirrored by RIM."""
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # what a CPU computes fastest

    def between(other: Painter, share: float) -> Painter | None:
        if net.config != other.inner.config:
            return None
        both, middle = f"{key}+{other.key}@{share}", (1 - share) * side + share * other.side
        return around(f"{name}+{other.id}", both, middle, body, _derived(both, lambda: stylizer.between(net, other.inner, share)))

    quick = precision.Quick(f"stylizer {net.config}", lending.movable(net), lambda: _tried(net), 2, NEAR)
    begun, noise = (lambda whole: _begun(net, quick, whole)), net.config.noise
    return Painter(name, key, side, net.receptive, begun, rim=RIM, noise=noise, body=body, inner=net, mix=between, pace=PACE)


def glimpse(whole: Tensor) -> Tensor:
    """The copy (1, 3, h, w) of a whole picture that its look is taken from: smaller than it, much smaller than a large one, a tiny one as
    it is. On photographs what is painted differs by two to three levels on average, in the strength of the strokes, which nobody sees."""
    h, w = whole.shape[2:]
    if h * w <= GLIMPSE[0]:
        return whole
    shrink = max(SHRINK, math.sqrt(h * w / GLIMPSE[1]))
    size = [max(1, round(side / shrink / stylizer.MULTIPLE)) * stylizer.MULTIPLE for side in (h, w)]
    return functional.interpolate(whole, size, mode="bilinear", antialias=True)


def _begun(net: stylizer.Net, quick: precision.Quick, whole: Tensor) -> Call:
    """The net with the look of a whole picture told, which is taken in single precision."""
    look = lending.computed(net, net.look, glimpse(whole))
    return lambda x: quick(x, look)


def _tried(net: stylizer.Net) -> tuple[Tensor, stylizer.Look]:
    """What a net is tried with in bfloat16."""
    x = precision.picture(TRIED) * 2 - 1
    return stylizer.noised(x, net.config.noise, seed=0), lending.computed(net, net.look, x)


def of_folder(loaded: Loaded) -> Painter:
    """The promise of a model folder."""
    values, part = loaded.description.values, loaded.description.parts["model"]
    if part.family == CONDITIONAL:
        from ganapp.models import code_painter

        return code_painter.of_folder(loaded)
    net, side = loaded.built(stylizer.Net, UserError("stylize_promise", model=loaded.id)), side_of(values.get("side"))
    facts = about.of_folder(loaded)
    if not values.get("any"):
        rim = values.get("rim")
        painter = around(loaded.id, part.sha256, side, str(values.get("body") or ""), net)
        return replace(painter, rim=rim if isinstance(rim, int) and 0 <= rim <= MOST_RIM else RIM, about=facts)

    def after(blob: bytes) -> Painter:
        if not blob:
            raise UserError("stylize_painting")
        key = f"{part.sha256}:{hashlib.sha256(blob).hexdigest()}"
        return replace(around(loaded.id, key, side, part.sha256, _derived(key, lambda: _tuned(loaded, net, blob))), about=facts)

    return Painter(loaded.id, part.sha256, side, net.receptive, lambda whole: after(b"").begun(whole), after=after, about=facts)


def side_of(value: object) -> float:
    """Short side of the pictures that a net learned from, as its folder says; the usual one where that is no number."""
    return float(value) if isinstance(value, int | float) and value > 0 else SIDE


def _tuned(loaded: Loaded, net: stylizer.Net, blob: bytes) -> stylizer.Net:
    """The plain net in the style of the painting in a file."""
    encoder = loaded.net("encoder")
    x = images.to_tensor(painting(blob)) * 2 - 1
    with torch.inference_mode(False), torch.no_grad():
        return stylizer.tuned(net, stylizer.style(encoder(x), x))


def painting(blob: bytes) -> Array:
    """The painting in a file, (h, w, 3) in [0, 1], small, on white where it is transparent. UserError as `images.read`."""
    picture = images.read(blob)
    colours = picture.colours
    if picture.alpha is not None:
        share = picture.alpha[..., None]
        colours = colours * share + (1 - share)
    h, w = colours.shape[:2]
    high, wide = min(h, w * LONG), min(w, h * LONG)
    top, left = (h - high) // 2, (w - wide) // 2
    scale = PAINTING / min(high, wide)
    image = images.to_image(np.asarray(colours[top : top + high, left : left + wide], np.float32))
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    made: Array = np.asarray(image.resize(size, Image.Resampling.BICUBIC), np.float32) / np.float32(255)
    return made


def _derived(key: str, make: Callable[[], stylizer.Net]) -> stylizer.Net:
    return cast(stylizer.Net, catalog.derived(key, make))
