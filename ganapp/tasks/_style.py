"""What the tasks that repaint a picture share: which style, how strong, in which colours, where."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Annotated

import numpy as np

from ganapp.base.kinds import Choice, Number, Share
from ganapp.base.validation import about, request_class
from ganapp.pictures import images
from ganapp.pictures.photo import Marks, Photo
from ganapp.stylizing import compose, mixture, region, room, stroke_size
from ganapp.stylizing.compose import Manner
from ganapp.stylizing.mixture import Style
from ganapp.stylizing.restyle import Order
from ganapp.tasks._fields import OptionalName, OptionalPicture, Picture, Seed

MOST_STRENGTH = 1.5
PAINTINGS = ("painting", "second_painting")


@request_class
class Wish:
    """A picture and the style that it is to be repainted in."""

    picture: Picture = about("the photo: PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC or AVIF", kind="picture")
    style: OptionalName = about("a style's name or a model's, own for that of the painting sent; empty for the first listed", default="")
    painting: OptionalPicture = about("a picture to take the style from, for the style own", default="", kind="picture")
    second: OptionalName = about("a second style to mix with, as style; empty for none", default="")
    second_painting: OptionalPicture = about("a picture to take the second style from", default="", kind="picture")
    blend: Share = about("share of the second style, 0 to 1", default=0.5)
    strength: Annotated[float, Number(0, MOST_STRENGTH)] = about("0 = the photo, 1 = as painted, up to 1.5", default=1.0)
    strokes: Annotated[float, Number(stroke_size.LEAST, stroke_size.MOST)] = about(
        "how wide the strokes are, 0.25 to 4, 1 = as in the painting", default=1.0
    )
    detail: Share = about("how much of the photo's finest detail is kept, 0 to 1", default=0.5)
    colours: Annotated[str, Choice(compose.COLOURS)] = about(
        "style: the painting's; luminance: the photo's; matched: the result's, moved to the photo's", default="style"
    )
    mask: OptionalPicture = about("a picture of the photo's shape, light or not transparent where marked", default="", kind="picture")
    seed: Seed = about("which of many ways the strokes are laid: any whole number from 0 to 4294967295", default=0)
    where: Annotated[str, Choice(region.PLACES)] = about("inside or outside of what the mask marks, or everywhere", default="inside")

    def styles(self) -> tuple[Style, Style | None]:
        """The style, and the second one where there is one. A second painting alone stands for a second style of its own."""
        second = self.second or (mixture.OWN if self.second_painting else "")
        return _style(self.style or mixture.first(), self.painting), _style(second, self.second_painting) if second else None


def _style(name: str, painting: str) -> Style:
    return Style(name, images.from_data_uri(painting) if painting else b"")


def order(wish: Wish, shot: Photo, blob: bytes, tile: int = 0) -> Order:
    """What is wanted of a photo, whose file is `blob`; its nets are loaded. UserError for a style that is not there, a mask of another
    shape, and a photo too large for the memory."""
    marked = images.from_data_uri(wish.mask) if wish.mask else b""
    manner = Manner(wish.strength, wish.detail, wish.colours, region.weights(marked, wish.where, shot.width, shot.height))
    painters = mixture.mixed(*wish.styles(), wish.blend)
    wanted = Order(painters, wish.strokes, manner, 0, hashlib.sha256(blob).hexdigest(), wish.seed)
    return replace(wanted, tile=room.tile(tile, wanted.size(shot), shot, wanted.look))


def painted(order: Order, shot: Photo) -> Marks | None:
    """Where a photo (h, w) is repainted at all; None for everywhere."""
    if order.manner.strength == 0:
        return np.zeros((shot.height, shot.width), np.bool_)
    weights = order.manner.weights
    return None if weights is None else np.asarray(weights > 0)
