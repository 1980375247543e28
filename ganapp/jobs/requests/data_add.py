"""Look through pictures for a training: those a visitor has sent, or a data set of the Hub; or through sounds that a visitor has sent."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import model_validator

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Whole
from ganapp.base.validation import about, request_class
from ganapp.jobs import uploads
from ganapp.jobs.requests import _class_names, _fields, _orders, _processes
from ganapp.jobs.visitor import Visitor
from ganapp.tasks import _result

FAR = True
SENT = ("pictures", "sounds")
READERS = {"sounds": "ganapp.training.data.clips"}  # modules that read a kind of data; the others are pictures
SECONDS = 1200.0  # that reading may take, a download included
FORGOTTEN = 120.0  # seconds after which nobody is thought to wait for an answer any more
OF_ONE, OF_ADDRESS = 2, 4  # that one visitor, and all at one address, may have read at once
ANSWER = 5.0  # seconds after which a request is answered, whether all has been read or not


@request_class
class Request:
    """Which pictures or sounds, and how they will be used: one of upload and repository."""

    key: _fields.Line = about(_fields.KEY)
    upload: _fields.Line = about("the number under which pictures were sent to /jobs/data/NUMBER/PATH", default="")
    repository: _fields.Line = about("a data set of the Hub, owner/name or owner/name@revision", default="")
    data: Annotated[str, Choice(SENT)] = about("what was sent: pictures or sounds", default=SENT[0])
    size: Annotated[int, Whole(8, 256)] = about("side in pixels at which they will be used", default=32)
    channels: Annotated[int, Choice((1, 3))] = about("1 for grey, 3 for colour", default=3)
    password: _fields.Line = about(_fields.PASSWORD, default="")

    @model_validator(mode="after")
    def _one_source(self) -> Request:
        if bool(self.upload) == bool(self.repository):
            raise UserError("upload_or_repository")
        if self.repository and self.data != SENT[0]:
            raise UserError("sounds_are_sent")
        if self.repository and not _orders.REPOSITORY.fullmatch(self.repository):
            raise UserError("bad_repository", repository=self.repository)
        return self


@dataclass(frozen=True)
class Result(_result.Whole):
    """summary: as `run` says."""

    summary: dict[str, Any]


def run(request: Request) -> Result:
    """Read every picture or sound once, and tell which can be used: {source, data, used, classes, counts, refused: [{file, why}]}, and of
    pictures sides and coloured, of sounds seconds and cut.

    `source` and `data` go into the settings of an order. sides: least, median and greatest shorter side in pixels; coloured: share that is
    not grey; seconds: of the shortest sound, the middle one and the longest; cut: how many last longer than the 0.8 seconds that are
    learnt. A picture that is broken, huge, packed as a bomb, a link or named to leave its folder is refused by itself, and the good
    ones are used. {"pending": true}: not all is read yet, send the same request again;
    `begun` says whether the reading has begun, or still waits for somebody else's pictures.
    """
    visitor = _fields.who(request)
    visitor.must_train()
    data, source = ("hub", request.repository) if request.repository else (request.data, _sent(visitor, request.upload))
    seen = [] if data in READERS else ["--size", str(request.size), "--channels", str(request.channels)]
    facts = _read(visitor, [data, "--source", source, *seen])
    if isinstance(facts, bool):
        return Result({"pending": True, "begun": facts, "source": source, "data": data})
    classes = list(facts["classes"])
    _class_names.keep(data, source, classes)
    refused = [{"file": entry["name"], "why": {key: value for key, value in entry.items() if key != "name"}} for entry in facts["refused"]]
    counted, more = ("sounds", ("seconds", "cut")) if data in READERS else ("pictures", ("sides", "coloured"))
    used = {"used": facts[counted], "classes": classes, "counts": list(facts["classes"].values()), "refused": refused}
    return Result({"source": source, "data": data, **used, **{name: facts[name] for name in more}})


def _sent(visitor: Visitor, number: str) -> str:
    name = uploads.name(visitor, number)
    if not (paths.uploads() / name / "pictures").is_dir():
        raise UserError("upload_missing")
    try:
        uploads.remember(name)
    except OSError as problem:
        raise UserError("disk_full") from problem
    return f"{paths.UPLOAD}{name}"


@dataclass
class _Reading:
    """A look through pictures that goes on between two requests for it. begun: whether it is its turn; answer: what the process printed, or
    why there is nothing; requested: when it was last requested."""

    visitor: Visitor
    over: threading.Event = field(default_factory=threading.Event)
    begun: threading.Event = field(default_factory=threading.Event)
    answer: dict[str, Any] | UserError | None = None
    requested: float = field(default_factory=time.monotonic)

    def needed(self) -> bool:
        """Whether somebody still waits for it."""
        return time.monotonic() - self.requested < FORGOTTEN

    def begin(self, arguments: list[str]) -> None:
        """Start reading in a thread of its own."""

        def work() -> None:
            try:
                self.answer = _processes.run(
                    READERS.get(arguments[0], "ganapp.training.data.sets"), arguments, SECONDS, self.needed, self.begun.set
                )
            except UserError as problem:
                self.answer = problem
            except OSError:
                self.answer = UserError("disk_full")
            self.over.set()

        threading.Thread(target=work, name="pictures", daemon=True).start()


_readings: dict[str, _Reading] = {}
_lock = threading.Lock()


def _make_room(visitor: Visitor) -> None:
    """Forget what nobody has come back for. UserError when a visitor, or all at one address, have enough read at once."""
    for name in [name for name, reading in _readings.items() if reading.over.is_set() and not reading.needed()]:
        del _readings[name]
    going = [reading.visitor for reading in _readings.values() if not reading.over.is_set()]
    here = [other for other in going if visitor.address and other.address == visitor.address]
    if sum(other.owner == visitor.owner for other in going) >= OF_ONE or len(here) >= OF_ADDRESS:
        raise UserError("reading_enough")


def _read(visitor: Visitor, arguments: list[str]) -> dict[str, Any] | bool:
    """The answer of the process that reads; when it is not there in time, whether the reading has begun. UserError when it cannot be
    read."""
    name = hashlib.sha256("\n".join([visitor.owner, *arguments]).encode()).hexdigest()
    with _lock:
        reading = _readings.get(name)
        if reading is None:
            _make_room(visitor)
            reading = _readings[name] = _Reading(visitor)
            reading.begin(arguments)
        reading.requested = time.monotonic()
    over = reading.over.wait(ANSWER)
    reading.requested = time.monotonic()
    if not over:
        return reading.begun.is_set()
    with _lock:
        _readings.pop(name, None)
    if isinstance(reading.answer, UserError):
        raise reading.answer
    return reading.answer or {}
