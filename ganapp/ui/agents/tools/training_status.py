"""How a training stands."""

from typing import Any

from mcp.types import ContentBlock

from ganapp.jobs import actions, visitor
from ganapp.ui import binding
from ganapp.ui.agents import blocks, trainings
from ganapp.ui.agents.blocks import File
from ganapp.ui.agents.caller import Caller
from ganapp.ui.agents.tool import Tool
from ganapp.ui.server import turns

FACTS = ("state", "place", "step", "steps", "seconds", "eta", "starting", "result", "latest")


async def call(given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
    """The newest sheet of samples, and the facts."""
    key, job = trainings.opened(given)
    report = await binding.task("job_show").answer({"key": key, "id": job})
    sheets = report["samples"].get("", ())
    found: list[ContentBlock] = []
    if sheets:
        sheet = await turns.work(lambda: actions.file(visitor.of(key), job, f"samples/{sheets[-1]:07d}.png").read_bytes())
        found = File(f"samples-{sheets[-1]}.png", "image/png", sheet).blocks(caller)
    told = {name: report[name] for name in FACTS if report[name] not in (None, {})}
    why = {"why": report["why"][caller.language]} if report["why"] else {}
    return [*found, *blocks.facts({**told, **why, "advice": [each["key"] for each in report["advice"]]})]


TOOL = Tool(
    "training_status",
    "Tell how a training stands: state (waiting, running, done, stopped, paused, failed), step, seconds left, and the newest sheet of "
    "samples as a picture.",
    trainings.ARGUMENT,
    call,
    required=("training",),
)
