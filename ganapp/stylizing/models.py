"""What paints: the model folders of styles, any picture as a style through a model that takes one, and the mixture of two.

A net of one style is a plain net. One for any style becomes one: its encoder tells the numbers of a painting, which are put into a copy of
its weights. Between two nets of one body lies the net of their mixture (interpolated weights); other pairs are mixed picture by picture.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.models import catalog, foreign
from ganapp.models.catalog import Loaded
from ganapp.nets import stylizer
from ganapp.pictures import images
from ganapp.pictures.images import Array
from ganapp.stylizing import community

TASK, PREFIX = "stylize", "stylize-"
OWN, ANY = "own", "stylize-any"  # the style that a visitor's own picture gives, and the model that takes it
SIDE = 384.0  # short side of the pictures that a net learned from, where its folder does not say
PAINTING = 256  # pixels of the short side of a painting that a style is taken from
LONG = 4  # times as long as that is the other side at most; the middle of a longer one is taken
STEP = 0.02  # shares of a mixture are rounded to this, so that a slider does not fill the memory
KEPT = 8  # nets made here that are kept
RIM = 16  # pixels by which a picture is mirrored at its borders: half of what a net was made with shows no frame either, and is sooner done
SHRINK = 2.5  # times as high and wide is a picture as the copy that its look is taken from
GLIMPSE = (128 * 128, 512 * 512)  # pixels of a picture whose look is taken as it is; most of the copy of a larger one
_made: OrderedDict[str, stylizer.Net] = OrderedDict()
_lock = threading.Lock()

Call = Callable[[Tensor], Tensor]  # (1, 3 + noise, h, w) in [-1, 1] -> (1, 3, h, w), about [-1, 1]


@dataclass(frozen=True)
class Style:
    """What a person asks for. name: a model's id, its name without "stylize-", "own", or a file of another make; painting: the file of a
    picture to take the style from, for "own" and models of any style."""

    name: str
    painting: bytes = b""


@dataclass(frozen=True)
class Painter:
    """What repaints a picture. id: what it is called; key: painters of one key paint the same; side: short side of the pictures it learned
    from; reach: pixels it looks away, or None for one that must see the whole; begun: what repaints tiles of one picture, given the whole
    of it (1, 3, h, w); multiple: of the sides of what it takes; rim: pixels by which a picture is mirrored at its borders first; noise:
    planes of it that it takes beside the colours, see nets/stylizer.py."""

    id: str
    key: str
    side: float
    reach: int | None
    begun: Callable[[Tensor], Call]
    multiple: int = stylizer.MULTIPLE
    rim: int = 0
    noise: int = 0


@dataclass(frozen=True)
class Ours:
    """A net of the family stylizer in one style. body: nets of one body can be mixed."""

    id: str
    key: str
    side: float
    body: str
    net: stylizer.Net

    def painter(self) -> Painter:
        """The net as a painter."""
        noise = self.net.config.noise
        return Painter(self.id, self.key, self.side, self.net.receptive, lambda whole: _begun(self.net, whole), rim=RIM, noise=noise)


def glimpse(whole: Tensor) -> Tensor:
    """The copy (1, 3, h, w) of a whole picture that its look is taken from: smaller than it, much smaller than a large one, a tiny one as
    it is. On photographs what is painted differs by two to three levels on average, in the strength of the strokes, which nobody sees."""
    h, w = whole.shape[2:]
    if h * w <= GLIMPSE[0]:
        return whole
    shrink = max(SHRINK, math.sqrt(h * w / GLIMPSE[1]))
    size = [max(1, round(side / shrink / stylizer.MULTIPLE)) * stylizer.MULTIPLE for side in (h, w)]
    return functional.interpolate(whole, size, mode="bilinear", antialias=True)


def _begun(net: stylizer.Net, whole: Tensor) -> Call:
    """The net with the look of a whole picture told."""
    look = net.look(glimpse(whole))

    def call(x: Tensor) -> Tensor:
        made: Tensor = net(x, look)
        return made

    return call


def load(style: Style) -> Painter:
    """What paints in that style. UserError for a model that is not there or is for another task, and for a style without its painting."""
    if foreign.named(style.name):
        other = community.load(style.name)
        return Painter(style.name, other.key, other.side, other.reach, lambda _: other.paint, other.multiple)
    return _ours(style).painter()


def mixed(one: Style, other: Style | None, share: float) -> tuple[tuple[Painter, float], ...]:
    """Painters and how much each counts, for `share` of the way from one style to another. UserError as `load`."""
    share = round(round(share / STEP) * STEP, 4)
    if other is None or share <= 0:
        return ((load(one), 1.0),)
    if share >= 1:
        return ((load(other), 1.0),)
    if not foreign.named(one.name) and not foreign.named(other.name):
        a, b = _ours(one), _ours(other)
        if a.body and a.body == b.body and a.net.config == b.net.config:
            return ((_between(a, b, share).painter(), 1.0),)
    return ((load(one), 1 - share), (load(other), share))


def _between(a: Ours, b: Ours, share: float) -> Ours:
    key = f"{a.key}+{b.key}@{share}"
    net = _kept(key, lambda: stylizer.between(a.net, b.net, share))
    return Ours(f"{a.id}+{b.id}", key, (1 - share) * a.side + share * b.side, a.body, net)


def _ours(style: Style) -> Ours:
    """The net of a model folder in that style."""
    loaded = found(style.name)
    net, values, part = loaded.net(), loaded.description.values, loaded.description.parts["model"]
    if not isinstance(net, stylizer.Net):
        raise UserError("stylize_promise", model=loaded.id)
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # what a CPU computes fastest
    side, body = side_of(values.get("side")), str(values.get("body") or "")
    if not values.get("any"):
        return Ours(loaded.id, part.sha256, side, body, net)
    if not style.painting:
        raise UserError("stylize_painting")
    digest = hashlib.sha256(style.painting).hexdigest()
    key = f"{part.sha256}:{digest}"
    return Ours(loaded.id, key, side, part.sha256, _kept(key, lambda: _tuned(loaded, net, style.painting)))


def side_of(value: object) -> float:
    """Short side of the pictures that a net learned from, as its folder says; the usual one where that is no number."""
    return float(value) if isinstance(value, int | float) and value > 0 else SIDE


def found(name: str) -> Loaded:
    """The model folder that a style's name stands for. UserError when there is none."""
    if name == OWN:
        return catalog.load(ANY, TASK)
    try:
        return catalog.load(name, TASK)
    except UserError as problem:
        if problem.key != "unknown_model" or name.startswith(PREFIX) or "/" in name:
            raise
        try:
            return catalog.load(PREFIX + name, TASK)
        except UserError as again:
            raise (problem if again.key == "unknown_model" else again) from None


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


def _kept(key: str, make: Callable[[], stylizer.Net]) -> stylizer.Net:
    """The net of that key, made if need be; the last ones stay in memory."""
    with _lock:
        held = _made.get(key)
        if held is not None:
            _made.move_to_end(key)
            return held
    net = make()
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    with _lock:
        _made[key] = net
        while len(_made) > KEPT:
            _made.popitem(last=False)
    return net
