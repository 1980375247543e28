"""The model that a training has made."""

from typing import Any

from mcp.types import ContentBlock

from ganapp.base.errors import UserError
from ganapp.jobs import visitor
from ganapp.ui import binding
from ganapp.ui.agents import blocks, trainings
from ganapp.ui.agents.blocks import File
from ganapp.ui.agents.caller import Caller
from ganapp.ui.agents.tool import Tool
from ganapp.ui.server import jobfiles, rates, turns


async def call(given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
    """The address of the model folder as a zip file."""
    key, job = trainings.opened(given)
    rates.count(heavy=False)
    async with binding.PLACES["jobs"].turn():
        file = await turns.work(lambda: packed(key, job))
    return [*file.blocks(caller), *blocks.facts({"holds": "a model folder: config.json, model.safetensors, README.md"})]


def packed(key: str, job: str) -> File:
    """The zip file. UserError while there is no result."""
    try:
        path, name = jobfiles.packed(visitor.of(key), job)
    except UserError as refusal:
        raise UserError("agent_no_result") if refusal.key == "no_such_file" else refusal from None
    try:
        return File(f"{name}.zip", "application/zip", path.read_bytes())
    finally:
        path.unlink(missing_ok=True)


TOOL = Tool(
    "training_result",
    "Return the address of the trained model: a zip of a folder laid out as a Hugging Face model repository. A running training has one "
    "from its first checkpoint on; wait for the state done for the final one.",
    trainings.ARGUMENT,
    call,
    required=("training",),
)
