"""Publish what a job has learned on the Hugging Face Hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ganapp.base.errors import UserError
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, copying, outcome
from ganapp.jobs.requests import _fields
from ganapp.models import card, hub, hub_access
from ganapp.tasks import _result

FAR = True


@request_class
class Request:
    """Which job, and where to."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    repository: _fields.Line = about("the repository on the Hub, owner/name; it is made if it does not exist")
    private: bool = about("whether only you may see a repository that is made", default=True)
    token: _fields.Line = about(_fields.TOKEN, default="")
    password: _fields.Line = about(_fields.PASSWORD, default="")
    anyway: bool = about("publish a model, too, that repeats the pictures it learnt from", default=False)


@dataclass(frozen=True)
class Result(_result.Facts):
    """url: of the repository; revision: the commit; memorising: what the test for copies found (see finishing/memorising.py), None for a
    model that learnt from no pictures of one's own, or whose pictures are gone."""

    url: str
    revision: str
    memorising: dict[str, Any] | None


def run(request: Request) -> Result:
    """Publish a job's result: weights, configuration, and a card that tells how it was trained, in one commit.

    The machine's own token is used for an administrator alone. A generator of your own pictures is first tested for copies of them; one
    that fails is published only with `anyway`.
    """
    visitor = _fields.who(request)
    visitor.must_train()
    job = actions.own(visitor, request.id)
    if not (job.folder / "result" / "config.json").is_file():
        raise UserError("no_result", name=job.name)
    if not request.token and not visitor.everything:
        raise UserError("hub_token", repository=request.repository)
    with outcome.held(job) as result:
        found = copying.check(result, request.anyway)
        card.write(result, request.repository)
        with hub_access.acting(hub_access.Who(request.token, deployer=visitor.everything and not request.token)):
            pin = hub.publish(result, request.repository, request.private)
    return Result(hub.address(pin.repository), pin.revision, found)
