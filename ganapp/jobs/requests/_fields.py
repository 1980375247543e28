"""What requests about jobs share: the words for their common fields, and one check of every field by its kind."""

from __future__ import annotations

import typing
from typing import Any

from ganapp.base.errors import UserError
from ganapp.jobs import orders, visitor
from ganapp.jobs.visitor import Visitor

LONGEST = 400  # characters of a text
KEY = {"help": "your private key, 20 characters or more that you made up: whoever has it sees and changes your jobs"}
PASSWORD = {"help": "the administrator's password, to see and change every job"}
ID = {"help": "the job's id"}
TOKEN = {"help": "a token of the Hugging Face Hub that may do this; it is used for this request and not kept"}


def check(request: Any, but: tuple[str, ...] = ()) -> None:
    """Every field but those of `but` is of its kind: texts of at most 400 characters, flags, whole numbers from -1, objects. Else
    UserError. No text holds half a character, which could be stored nowhere and answered to nobody."""
    for name, kind in typing.get_type_hints(type(request)).items():
        if name in but:
            continue
        value = getattr(request, name)
        if kind is str:
            if not isinstance(value, str) or len(value) > LONGEST:
                raise UserError("text_needed", name=name, longest=LONGEST)
            orders.storable(value, name)
        if kind is bool and not isinstance(value, bool):
            raise UserError("true_or_false", name=name)
        if kind is int and (isinstance(value, bool) or not isinstance(value, int) or not -1 <= value < 2**53):
            raise UserError("whole_between", name=name, low=-1, high=2**53 - 1)
        if kind is float and (isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e9):
            raise UserError("number_between", name=name, low=0, high="1e9")
        if typing.get_origin(kind) is dict:
            if not isinstance(value, dict):
                raise UserError("object_needed", name=name)
            orders.storable(value, name)


def who(request: Any) -> Visitor:
    """The visitor who sends a request. UserError for a short key or a wrong password."""
    if not request.key and not request.password:
        raise UserError("visitor_key", shortest=visitor.SHORTEST)
    return visitor.of(request.key, request.password)


def token(request: Any) -> None:
    """UserError for a request without a token: the one that this machine may keep is not for visitors."""
    if not request.token:
        raise UserError("hub_jobs_token")
