"""Remove something from a photo. Agents know where it is by its box more often than by a mask."""

import io
import re
from typing import Any

from mcp.types import ContentBlock
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.pictures import images, photo
from ganapp.ui.agents import sources
from ganapp.ui.agents.caller import Caller
from ganapp.ui.agents.tool import PICTURE, OfTask, Tool
from ganapp.ui.server import turns

TASK = OfTask(
    "repair", ("picture", "mask", "fill", "grow", "seed", "form"), facts=("size", "changed", "outside_changed", "seconds"), file="repaired"
)
BOXES = re.compile(r"\s*\d+\s*,\s*\d+\s*,\s*\d+\s*,\s*\d+\s*(;\s*\d+\s*,\s*\d+\s*,\s*\d+\s*,\s*\d+\s*)*")
MOST = 100


async def call(given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
    """Repair by the mask, or by the mask that the boxes make."""
    values = dict(given)
    boxes = values.pop("boxes", "")
    if bool(boxes) == bool(values.get("mask")):
        raise UserError("agent_marks")
    values["picture"] = await sources.data_uri(str(values["picture"]), caller)
    if boxes:
        values["mask"] = await turns.work(lambda: mask(values["picture"], boxes))
    return await TASK.call(values, caller)


def mask(picture: str, boxes: str) -> str:
    """A data URI of a mask of the picture's shape, white in the boxes."""
    if not BOXES.fullmatch(boxes) or boxes.count(";") >= MOST:
        raise UserError("agent_boxes")
    shot = photo.read(images.from_data_uri(picture))
    marks = Image.new("L", (shot.width, shot.height))
    for box in boxes.split(";"):
        left, top, width, height = (int(number) for number in box.split(","))
        marks.paste(255, (left, top, min(left + width, shot.width), min(top + height, shot.height)))
    out = io.BytesIO()
    marks.save(out, "PNG")
    return images.data_uri(out.getvalue())


TOOL = Tool(
    "repair_photo",
    "Remove something from a photo: what is marked is filled from its surroundings, and not one pixel elsewhere changes. Mark it with a "
    "mask or with boxes, one of the two.",
    {
        **TASK.arguments(),
        "mask": {"type": "string", "description": f"a picture of the photo's shape, light where to fill: {PICTURE}"},
        "boxes": {
            "type": "string",
            "description": "where to fill, in pixels: left,top,width,height; several with ; between",
        },
    },
    call,
    required=("picture",),
    outside=True,
)
