"""What the tasks that repaint a picture share: which style, how strong, in which colours, where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

from ganapp.pictures import images
from ganapp.pictures.photo import Photo
from ganapp.stylizing import compose, mixture, region, room, strokes
from ganapp.stylizing.compose import Manner
from ganapp.stylizing.mixture import Style
from ganapp.stylizing.restyle import Order
from ganapp.tasks import _checks

MOST_STRENGTH = 1.5
PAINTINGS = ("painting", "second_painting")


@dataclass(frozen=True)
class Wish:
    """A picture and the style that it is to be repainted in."""

    picture: str = field(metadata={"help": "the photo: PNG, JPEG, WebP or GIF", "kind": "picture"})
    style: str = field(default="great-wave", metadata={"help": "a style's name or a model's, or own for that of the painting sent"})
    painting: str = field(default="", metadata={"help": "a picture to take the style from, for the style own", "kind": "picture"})
    second: str = field(default="", metadata={"help": "a second style to mix with, as style; empty for none"})
    second_painting: str = field(default="", metadata={"help": "a picture to take the second style from", "kind": "picture"})
    blend: float = field(default=0.5, metadata={"help": "share of the second style, 0 to 1"})
    strength: float = field(default=1.0, metadata={"help": "0 = the photo, 1 = as painted, up to 1.5"})
    strokes: float = field(default=1.0, metadata={"help": "how wide the strokes are, 0.25 to 4, 1 = as in the painting"})
    detail: float = field(default=0.5, metadata={"help": "how much of the photo's finest detail is kept, 0 to 1"})
    colours: str = field(
        default="style", metadata={"help": "style: the painting's; luminance: the photo's; matched: the result's, moved to the photo's"}
    )
    mask: str = field(
        default="", metadata={"help": "a picture of the photo's shape, light or not transparent where marked", "kind": "picture"}
    )
    seed: int = field(default=0, metadata={"help": "which of many ways the strokes are laid: any whole number from 0 to 4294967295"})
    where: str = field(default="inside", metadata={"help": "inside or outside of what the mask marks, or everywhere"})

    def __post_init__(self) -> None:
        _checks.picture(self)
        _checks.text(self, "style")
        _checks.optional_text(self, "second")
        for name in (*PAINTINGS, "mask"):
            if getattr(self, name) != "":
                _checks.picture(self, name)
        _checks.number(self, "blend", 0, 1)
        _checks.number(self, "strength", 0, MOST_STRENGTH)
        _checks.number(self, "strokes", strokes.LEAST, strokes.MOST)
        _checks.number(self, "detail", 0, 1)
        _checks.whole(self, "seed", 0, _checks.SEEDS)
        _checks.choice(self, "colours", compose.COLOURS)
        _checks.choice(self, "where", region.PLACES)

    def styles(self) -> tuple[Style, Style | None]:
        """The style, and the second one where there is one. A second painting alone stands for a second style of its own."""
        second = self.second or (mixture.OWN if self.second_painting else "")
        return _style(self.style, self.painting), _style(second, self.second_painting) if second else None


def _style(name: str, painting: str) -> Style:
    return Style(name, images.from_data_uri(painting) if painting else b"")


def order(wish: Wish, shot: Photo, blob: bytes, tile: int = 0) -> Order:
    """What is wanted of a photo, whose file is `blob`; its nets are loaded. UserError for a style that is not there, a mask of another
    shape, and a photo too large for the memory."""
    marked = images.from_data_uri(wish.mask) if wish.mask else b""
    manner = Manner(wish.strength, wish.detail, wish.colours, region.weights(marked, wish.where, shot.width, shot.height))
    painters = mixture.mixed(*wish.styles(), wish.blend)
    wanted = Order(painters, wish.strokes, manner, 0, hashlib.sha256(blob).hexdigest(), wish.seed)
    return replace(wanted, tile=room.tile(tile, wanted.size(shot), shot))
