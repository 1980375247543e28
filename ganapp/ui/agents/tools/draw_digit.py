"""Draw a digit that nobody wrote."""

from ganapp.ui.agents.tool import OfTask

TOOL = OfTask(
    "sample",
    (
        *("digit", "seed", "slant", "weight", "width", "height", "roundness", "loop", "balance", "waist", "bend", "corners"),
        *("middle", "crossing", "head", "foot", "flourish", "model", "pixels"),
    ),
    facts=("sliders",),
    file="digit",
    words={"model": "which generator: digits, or another id that list_models gives for the task sample"},
).tool(
    "draw_digit",
    "Draw a handwritten digit with a GAN and return the PNG. The same seed draws the same hand; slant, weight, width and so on are "
    "standard deviations from the average hand, usually -3 to 3.",
)
