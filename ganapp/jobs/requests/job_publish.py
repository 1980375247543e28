"""Publish what a job has learned on the Hugging Face Hub."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp.base.errors import UserError
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, outcome
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


@dataclass(frozen=True)
class Result(_result.Facts):
    """url: of the repository; revision: the commit."""

    url: str
    revision: str


def run(request: Request) -> Result:
    """Publish a job's result: weights, configuration, and a card that tells how it was trained, in one commit.

    The machine's own token is used for an administrator alone.
    """
    visitor = _fields.who(request)
    job = actions.own(visitor, request.id)
    if not (job.folder / "result" / "config.json").is_file():
        raise UserError("no_result", name=job.name)
    if not request.token and not visitor.everything:
        raise UserError("hub_token", repository=request.repository)
    with outcome.held(job) as result:
        card.write(result, request.repository)
        with hub_access.acting(hub_access.Who(request.token, deployer=visitor.everything and not request.token)):
            pin = hub.publish(result, request.repository, request.private)
    return Result(hub.address(pin.repository), pin.revision)
