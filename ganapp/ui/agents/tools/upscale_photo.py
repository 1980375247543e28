"""Enlarge a photo."""

from ganapp.ui.agents.tool import OfTask

TOOL = OfTask(
    "upscale",
    ("picture", "factor", "width", "model", "strength", "denoise", "form"),
    facts=("size", "scale", "nets", "seconds"),
    file="enlarged",
).tool(
    "upscale_photo",
    "Enlarge a photo 1.1 to 8 times, or to a width in pixels, and return it. The model photo adds texture that looks like a sharp photo; "
    "fidelity adds nothing; best, where upscale-x4-best is here, is a larger photo model that takes longer. "
    "A photo of one million pixels, enlarged four times, takes about a minute on two cores.",
)
