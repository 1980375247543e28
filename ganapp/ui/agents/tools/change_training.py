"""Stop, pause, resume or delete a training."""

from typing import Any

from mcp.types import ContentBlock

from ganapp.ui import binding
from ganapp.ui.agents import blocks, trainings
from ganapp.ui.agents.caller import Caller
from ganapp.ui.agents.tool import Tool

ACTIONS = ("stop", "pause", "resume", "delete")


async def call(given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
    """Do it, and tell the state afterwards."""
    key, job = trainings.opened(given)
    report = await binding.task("job_change").answer({"key": key, "id": job, "action": given["action"]})
    return blocks.facts({"state": report["job"]["state"] if report["job"] else "deleted"})


TOOL = Tool(
    "change_training",
    "Stop a training (it saves first), pause it, resume it, or delete it with all its files.",
    {**trainings.ARGUMENT, "action": {"type": "string", "enum": list(ACTIONS), "description": "what to do with it"}},
    call,
    required=("training", "action"),
    changes=True,
)
