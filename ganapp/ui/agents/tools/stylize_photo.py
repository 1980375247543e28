"""Repaint a photo."""

from ganapp.ui.agents.tool import OfTask

TOOL = OfTask(
    "stylize",
    ("picture", "style", "painting", "strength", "strokes", "detail", "colours", "seed", "form"),
    facts=("size", "style", "seconds"),
    file="painted",
    words={"style": "a style's name as list_styles gives it, or own to take the style from the picture in painting"},
).tool("stylize_photo", "Repaint a photo in the manner of a painting, or of any picture given as painting, at the photo's own size.")
