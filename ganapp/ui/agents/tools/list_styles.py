"""Which styles there are."""

from typing import Any

from mcp.types import ContentBlock

from ganapp.ui import binding
from ganapp.ui.agents import blocks
from ganapp.ui.agents.caller import Caller
from ganapp.ui.agents.tool import Tool


async def call(given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
    """A line for each style."""
    report = await binding.task("styles").answer({})
    return blocks.text("\n".join(_line(style, caller.language) for style in report["styles"]))


def _line(style: dict[str, Any], language: str) -> str:
    words = [style[part].get(language) or style[part].get("en") for part in ("title", "artist")]
    return f"{style['style']}: {', '.join(filter(None, [*words, style['year']]))}"


TOOL = Tool("list_styles", "List the styles that stylize_photo knows: a name, its title, the painter and the year on each line.", {}, call)
