"""Write a Chinese quatrain."""

from typing import Any

from mcp.types import ContentBlock

from ganapp.ui.agents import blocks
from ganapp.ui.agents.caller import Caller
from ganapp.ui.agents.tool import OfTask, Tool

TASK = OfTask("write", ("heads", "first", "rhyme", "form", "temperature", "script", "seed"))


async def call(given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
    """The poem, then what is known of it."""
    report = await TASK.report(given, caller)
    lines = [line if isinstance(line, dict) else vars(line) for line in report["lines"]]
    poem = "\n".join(line["text"] + sign for line, sign in zip(lines, "，。，。", strict=True))
    told = {"tones": [line["tones"] for line in lines], "nearest_training_lines": [line["nearest"] for line in lines]}
    return [*blocks.text(poem), *blocks.facts({**{name: report[name] for name in ("form", "rhyme", "kept", "real")}, **told})]


TOOL = Tool(
    "write_poem",
    "Write a Chinese quatrain of seven characters a line with a small network trained on classical poems. Optionally with the first "
    "character of each line (heads), the first line, the rhyme or the tonal form. The training line nearest to each line is told.",
    TASK.arguments(),
    call,
)
