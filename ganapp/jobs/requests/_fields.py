"""What fields of requests about jobs share: their words, how they are checked, and who sends them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from ganapp.base.errors import UserError
from ganapp.base.kinds import Text, stored
from ganapp.jobs import visitor
from ganapp.jobs.visitor import Visitor

KEY = "your private key, 20 characters or more that you made up: whoever has it sees and changes your jobs"
PASSWORD = "the administrator's password, to see and change every job"
ID = "the job's id"
TOKEN = "a token of the Hugging Face Hub that may do this; it is used for this request and not kept"


def _object(value: Any, info: ValidationInfo) -> dict[str, Any]:
    """An object of named values that can be stored."""
    if not isinstance(value, dict):
        raise UserError("object_needed", name=info.field_name)
    stored(value, str(info.field_name))
    return value


Line = Annotated[str, Text(400, 0, signs="plain")]
Object = Annotated[dict[str, Any], PlainValidator(_object)]


def who(request: Any) -> Visitor:
    """The visitor who sends a request. UserError for a short key or a wrong password."""
    if not request.key and not request.password:
        raise UserError("visitor_key", shortest=visitor.SHORTEST)
    return visitor.of(request.key, request.password)


def administrator(request: Any) -> None:
    """UserError for a request without the administrator's password, or with a wrong one."""
    if not visitor.of("", request.password).everything:
        raise UserError("pack_administrator")


def token(request: Any) -> None:
    """UserError for a request without a token: the one that this machine may keep is not for visitors."""
    if not request.token:
        raise UserError("hub_jobs_token")
