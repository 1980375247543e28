"""Train a GAN."""

from typing import Any

from mcp.types import ContentBlock

from ganapp.base import members
from ganapp.ui import binding
from ganapp.ui.agents import blocks, trainings
from ganapp.ui.agents.caller import Caller
from ganapp.ui.agents.tool import Tool

SETTINGS = ("data", "source", "loss", "size", "batch", "width")
SHEETS = 10  # sample sheets of a run, about


async def call(given: dict[str, Any], caller: Caller) -> list[ContentBlock]:
    """Order the training, and tell how it is named."""
    key, steps = trainings.new_key(), int(given.get("steps", 400))
    settings = {name: given[name] for name in SETTINGS if given.get(name) not in (None, "")}
    order = {"recipe": "gan", "steps": steps, "every": max(1, steps // SHEETS), "seed": int(given.get("seed", 1)), "settings": settings}
    report = await binding.task("train_start").answer({"key": key, "order": order, "name": given.get("name", "")})
    job = report["job"]
    told = {"training": trainings.handle(key, job["id"]), "state": job["state"], "name": job["name"], "steps": steps}
    return blocks.facts({**told, "next": "call training_status with this training; keep it to yourself, it opens the job"})


TOOL = Tool(
    "start_training",
    "Start the training of a small GAN on this server. It goes on by itself; ask training_status for its progress and training_result for "
    "the trained model. 400 steps on mnist take about a minute on two idle cores.",
    {
        "data": {"type": "string", "enum": list(members.names("data")), "default": "mnist", "description": "what it learns from"},
        "source": {"type": "string", "description": "for data hub: the data set's owner/name on the Hugging Face Hub"},
        "steps": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 400, "description": "how many steps it trains"},
        "loss": {"type": "string", "enum": list(members.names("losses")), "description": "the loss; the settled best one without it"},
        "size": {"type": "integer", "minimum": 16, "maximum": 128, "description": "side of the pictures in pixels"},
        "batch": {"type": "integer", "minimum": 2, "maximum": 256, "description": "pictures a step"},
        "width": {"type": "integer", "minimum": 4, "maximum": 256, "description": "width of the generator: larger is better and slower"},
        "seed": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1, "default": 1, "description": "the same seed trains the same net"},
        "name": {"type": "string", "maxLength": 80, "description": "what it is called"},
    },
    call,
    changes=True,
)
