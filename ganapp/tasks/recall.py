"""Read from a saved picture how it was made.

Every PNG and GIF that Likeness saves carries its recipe: the task and the whole request. Given back to that task, it makes
the same picture again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ganapp.base.errors import UserError
from ganapp.base.validation import about, request_class
from ganapp.pictures import images
from ganapp.tasks import _result, sample
from ganapp.tasks._fields import Picture


@request_class
class Request:
    """A picture saved by Likeness."""

    picture: Picture = about("a PNG or GIF saved by Likeness", kind="picture")


@dataclass(frozen=True)
class Result(_result.Table):
    """task: the task that made the picture; request: what it was asked for, by field."""

    task: str
    request: dict[str, Any]


def run(request: Request) -> Result:
    """Return the recipe inside a picture that Likeness saved: the task's name and the request that makes the picture again.

    A picture that was edited, converted or saved elsewhere has usually lost its recipe, and is refused with a sentence.
    """
    recipe = images.recipe_in(images.from_data_uri(request.picture))
    task = recipe.pop("task", None)
    if not isinstance(task, str):
        raise UserError("no_recipe")
    if task == "sample":
        try:
            sample.Request(**recipe)  # a stranger may have written it, and the page takes it at its word
        except (UserError, TypeError) as problem:
            raise UserError("no_recipe") from problem
    return Result(task, recipe)
