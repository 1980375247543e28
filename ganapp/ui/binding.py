"""Tasks as endpoints and as the page's remote procedures: the Request's fields are the arguments, tied by name and never by place.

One task module (frozen Request, run, frozen Result with report()) of ganapp/tasks or ganapp/jobs/requests becomes one function with named,
typed arguments and a docstring. Gradio publishes it at /gradio_api/call/<task>; a page
calls the same thing as server.<task>({...}). Both go through `answer`.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache, partial
from types import ModuleType
from typing import Any

import gradio as gr
from gradio.events import api

from ganapp import tasks
from ganapp.base import locales, progress
from ganapp.base.errors import UserError
from ganapp.jobs import accounts, requests, visitor
from ganapp.machine import lending, memory
from ganapp.models import catalog
from ganapp.ui.server import observing, rates, sent, tickets, turns
from ganapp.ui.server.routes import sentences
from ganapp.ui.server.turns import Left, Turns

PACKAGES = (tasks, requests)


@dataclass(frozen=True)
class Lane:
    """places: requests that are met at once; patience: seconds that another one waits for a place; of_visitor, of_address: requests of a
    page's visitor and of an address that may wait or be met at once, see turns.Turns."""

    places: int
    patience: float
    of_visitor: int
    of_address: int


# A task that keeps the machine busy for seconds says HEAVY = True in its module; those take turns, the others run two at a time.
# Those that write or read words (WORDS = True) take a third of a second of their own, so that no digit waits behind them.
# Requests about jobs have lanes of their own, so that looking at a job and drawing a digit never wait for each other: those that say
# HEAVY measure in a process of its own, those that say FAR wait for the Hub or a borrowed card, the others only read and write rows.
# Whatever a request names on the Hub is fetched in a lane of its own first, so that nobody's digits wait for it.
# A class of pupils behind one address fits into a lane; one visitor's hundred pictures wait in the page or the shell, not here.
LANES = {
    "light": Lane(2, 15.0, 16, 64),
    "words": Lane(1, 60.0, 8, 32),
    "heavy": Lane(1, 120.0, 4, 24),
    "jobs": Lane(8, 15.0, 16, 64),
    "measures": Lane(1, 240.0, 4, 8),
    "far": Lane(8, 15.0, 4, 16),
    "fetch": Lane(4, 60.0, 4, 16),
}
KEEP_BUSY = ("heavy", "measures", "far")
MODELS = ("model", "style", "second")  # fields that name a model
PLACES = {name: Turns(lane.places, lane.patience, lane.of_visitor, lane.of_address) for name, lane in LANES.items()}
AT_ONCE = 512  # calls of the interface that wait or are met; Gradio's own queue only hands them on

Answer = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """A task module, checked. fields: the Request's, in order; types: their annotations; lane: of LANES; behind: whether models are fetched
    behind its answer, or not at all."""

    name: str
    request: type[Any]
    run: Callable[[Any], Any]
    fields: tuple[dataclasses.Field[Any], ...]
    types: dict[str, Any]
    lane: str
    behind: bool = False

    @property
    def pictures(self) -> tuple[str, ...]:
        """Names of the fields that hold a picture."""
        return tuple(entry.name for entry in self.fields if entry.metadata.get("kind") == "picture")

    def away(self, request: Any) -> tuple[str, ...]:
        """Names of models that a request needs and that must be fetched from the Hub."""
        named = [getattr(request, entry.name) for entry in self.fields if entry.name in MODELS and not self.behind]
        return tuple(name for name in named if isinstance(name, str) and catalog.away(name))

    async def answer(self, values: Answer, left: Left | None = None) -> Answer:
        """The report on a request of these fields. UserError when it cannot be met; progress.Cancelled when it was taken back, or when
        `left` says that nobody waits for it."""
        rates.count(self.lane in KEEP_BUSY)
        known = [entry.name for entry in self.fields]
        for name in values:
            if name not in known:
                raise UserError("field_unknown", name=str(name)[:80], known=", ".join(known))
        for entry in self.fields:
            if required(entry) and entry.name not in values:
                raise UserError("field_missing", name=entry.name)
        # Not in the event loop: a request checks its fields, which may be megabytes.
        request, away, size = await turns.check(lambda: self._checked(values))
        if away:
            async with PLACES["fetch"].turn(left, size):
                for name in away:
                    await turns.work(partial(catalog.bring, name))
        async with PLACES[self.lane].turn(left, size):
            return await turns.work(lambda: self._report(request), left if self.lane == "heavy" else None)

    def _checked(self, values: Answer) -> tuple[Any, tuple[str, ...], int]:
        """The request, the models that it needs from the Hub, and how many characters it holds."""
        request = self.request(**values)
        return request, self.away(request), sent.characters(values)

    def _report(self, request: Any) -> Answer:
        """UserError for what could not be met, for want of memory too: the server lives on, and the next request may be smaller."""
        try:
            report: Answer = self.run(request).report()
        except (MemoryError, RuntimeError, OSError) as problem:
            if not memory.ran_out(problem):
                raise
            raise UserError("memory_short") from problem
        return report


def required(entry: dataclasses.Field[Any]) -> bool:
    """Whether a field has no default."""
    return entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING


def _default(entry: dataclasses.Field[Any]) -> Any:
    if entry.default_factory is not dataclasses.MISSING:
        return entry.default_factory()
    return inspect.Parameter.empty if entry.default is dataclasses.MISSING else entry.default


@cache
def _packages() -> dict[str, ModuleType]:
    """The package of each task by the task's name."""
    return {
        entry.name: package for package in PACKAGES for entry in pkgutil.iter_modules(package.__path__) if not entry.name.startswith("_")
    }


def names() -> tuple[str, ...]:
    """Names of all task modules."""
    return tuple(sorted(_packages()))


@cache
def task(name: str) -> Task:
    """The task of that name, and every word it may answer with: a server whose memory is taken can't read the sentence that says so.
    TypeError when its module does not keep the contract, ValueError when there is none."""
    for language in locales.LANGUAGES:
        locales.words(language)
    if name not in names():
        raise ValueError(f"there is no task {name!r}; there are {', '.join(names())}")
    return checked(name, importlib.import_module(f"{_packages()[name].__name__}.{name}"))


def checked(name: str, module: ModuleType) -> Task:
    """`module` as a Task. TypeError names what is missing."""
    for part in ("Request", "Result", "run"):
        if not hasattr(module, part):
            raise TypeError(f"the task {name} has no {part}")
    request: type[Any] = module.Request
    result: type[Any] = module.Result
    if not (dataclasses.is_dataclass(request) and getattr(request, "__dataclass_params__").frozen):  # noqa: B009
        raise TypeError(f"{name}.Request is not a frozen dataclass")
    if not callable(getattr(result, "report", None)):
        raise TypeError(f"{name}.Result has no report()")
    if not (module.run.__doc__ or "").strip():
        raise TypeError(f"{name}.run has no docstring; it is what the interface's documentation shows")
    types = typing.get_type_hints(request)
    fields = tuple(dataclasses.fields(request))
    for entry in fields:
        if "help" not in entry.metadata:
            raise TypeError(f"{name}.Request.{entry.name} has no help")
    run = lending.lent(module.run, module.card) if hasattr(module, "card") else module.run
    behind = module.__name__.startswith(requests.__name__) or getattr(module, "FETCHES_BEHIND", False)
    return Task(name, request, run, fields, types, _lane(module), behind)


def _lane(module: ModuleType) -> str:
    heavy, far = getattr(module, "HEAVY", False), getattr(module, "FAR", False)
    if module.__name__.startswith(f"{requests.__name__}."):
        return "measures" if heavy else "far" if far else "jobs"
    return "heavy" if heavy else "words" if getattr(module, "WORDS", False) else "light"


def documentation(bound: Task) -> str:
    """What run's docstring says, and a line for each field."""
    lines = [f"    {entry.name}: {entry.metadata['help']}" for entry in bound.fields]
    return "\n".join([inspect.cleandoc(bound.run.__doc__ or ""), "", "Args:", *lines])


def language(request: gr.Request | None) -> str:
    """ "zh" when the caller prefers Chinese by its Accept-Language header, else "en"."""
    return preferred(request.headers.get("accept-language", "") if request is not None else "")


def preferred(header: str) -> str:
    """The language of ours that an Accept-Language header puts first, "en" where it names none."""
    ranked: list[tuple[float, str]] = []
    for entry in header.lower().split(","):
        tag, _, weight = entry.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), tag.strip()))
        except ValueError:
            continue
    known = [tag[:2] for _, tag in sorted(ranked, key=lambda pair: pair[0]) if tag[:2] in locales.LANGUAGES]
    return known[0] if known else "en"


def endpoint(bound: Task) -> Callable[..., Coroutine[Any, Any, Answer]]:
    """The task as a function of named arguments; a refusal is a gr.Error with the sentence in the caller's language."""

    async def call(request: gr.Request, *values: Any) -> Answer:
        try:
            # the queue's own task knows no sender
            who = accounts.shown(request.headers.get("cookie", ""))
            with visitor.at(request.client.host if request.client else ""), visitor.signed_in(who), observing.task(bound.name):
                return await bound.answer({entry.name: value for entry, value in zip(bound.fields, values, strict=True)})
        except UserError as refusal:
            raise gr.Error(refusal.sentence(language(request)), print_exception=False) from refusal

    place = inspect.Parameter.POSITIONAL_OR_KEYWORD
    first = inspect.Parameter("request", place, annotation=gr.Request)
    named = [inspect.Parameter(entry.name, place, default=_default(entry), annotation=bound.types[entry.name]) for entry in bound.fields]
    named.sort(key=lambda parameter: parameter.default is not inspect.Parameter.empty)
    if [parameter.name for parameter in named] != [entry.name for entry in bound.fields]:
        raise TypeError(f"{bound.name}.Request has a required field after an optional one")
    call.__name__ = call.__qualname__ = bound.name
    call.__doc__ = documentation(bound)
    call.__annotations__ = {"request": gr.Request, **bound.types, "return": dict}
    call.__signature__ = inspect.Signature([first, *named], return_annotation=dict)  # type: ignore[attr-defined]
    return call


def procedure(name: str) -> Callable[..., Coroutine[Any, Any, Answer]]:
    """The task for a page: one object of fields -> the report, or {"error": {"key", "en", "zh"}} for a refusal.

    A field "ticket" beside the task's own lets the page watch and take back the request (see tickets.py): {"cancelled": true} then. A large
    picture needs to be sent only once: the answer's "sent" says what to send instead (see sent.py).
    """
    bound = task(name)

    async def call(values: Any, request: gr.Request | None = None) -> Answer:
        try:
            if not isinstance(values, dict):
                raise UserError("request_not_object")
            given = {key: value for key, value in values.items() if key != "ticket"}
            with observing.task(name), tickets.ticketed(values.get("ticket")):
                fields, held = await turns.check(lambda: sent.with_pictures(given, bound.pictures)) if bound.pictures else (given, {})
                answer = await bound.answer(fields, request.is_disconnected if request else None)
            return {**answer, "sent": held} if held else answer
        except progress.Cancelled:
            return {"cancelled": True}
        except UserError as refusal:
            return sentences(refusal)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = documentation(bound)
    return call


def data_procedure(data: Callable[[], Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """What a page shows beyond its tasks, as a remote procedure called data; its one argument is not used."""

    async def call(_: Any = None) -> Any:
        try:
            with observing.task("data"):
                rates.count(heavy=False)
                async with PLACES["light"].turn():
                    return await turns.work(data)
        except UserError as refusal:
            return sentences(refusal)

    call.__name__ = call.__qualname__ = "data"
    call.__doc__ = data.__doc__
    return call


def _explained(blocks: gr.Blocks, inputs: list[int], bound: Task) -> None:
    """Give each argument its help; Gradio calls them "1st", "2nd" and says no more."""
    for number, entry in zip(inputs, bound.fields, strict=True):
        argument: Any = blocks.blocks[number]
        argument.label = entry.metadata["help"]
        argument._api_info = {**argument._api_info, "description": entry.metadata["help"]}


def ready() -> None:
    """Where a card is lent, read what the tasks that want one need. See machine/lending.py."""
    for name in names() if lending.lends() else ():
        module = importlib.import_module(f"{_packages()[name].__name__}.{name}")
        if hasattr(module, "card"):
            module.ready()


def publish(blocks: gr.Blocks) -> None:
    """Every task as an endpoint of `blocks`, which must be open."""
    for name in names():
        bound = task(name)
        made = api(
            endpoint(bound),
            api_name=name,
            concurrency_id=bound.lane,
            concurrency_limit=None,  # they take their turns here, where pages take theirs
        )
        _explained(blocks, made["inputs"], bound)
