"""Which models there are."""

from typing import Any

from mcp.types import ContentBlock

from ganapp.models import catalog
from ganapp.ui import binding
from ganapp.ui.agents import blocks
from ganapp.ui.agents.caller import Caller
from ganapp.ui.agents.tool import Tool
from ganapp.ui.server import rates, turns


async def call(given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
    """A line for each model."""
    rates.count(heavy=False)
    async with binding.PLACES["light"].turn():
        entries = await turns.work(lambda: catalog.listing(caller.language))
    chosen = [entry for entry in entries if entry.ready and given.get("task") in (None, "", entry.task)]
    return blocks.text("\n".join(f"{entry.id} ({entry.task}): {entry.title}, licence {entry.licence}" for entry in chosen) or "none")


TOOL = Tool(
    "list_models",
    "List the models that are here, one a line: id, task, title, licence. An id is what the argument model of other tools takes.",
    {"task": {"type": "string", "description": "only models for this task: sample, repair, upscale, stylize, write"}},
    call,
)
