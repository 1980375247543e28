"""From a folder to a promise: the format of model folders, the catalogue, the Hub, files of other makes, cards.

`load` gives what a task needs as one typed promise, whatever the model is made of and wherever it comes from.
"""

from __future__ import annotations

import importlib
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    from ganapp.models.captioner import Captioner
    from ganapp.models.classifier import Classifier
    from ganapp.models.enlarger import Enlarger
    from ganapp.models.filler import Filler
    from ganapp.models.hub_access import Who
    from ganapp.models.illustrator import Illustrator
    from ganapp.models.painter import Painter
    from ganapp.models.pronouncer import Pronouncer
    from ganapp.models.reader import Reader
    from ganapp.models.replier import Replier
    from ganapp.models.sampler import Sampler
    from ganapp.models.speaker import Speaker
    from ganapp.models.versifier import Versifier
    from ganapp.models.vocoder import Vocoder
    from ganapp.models.writer import Writer

PROMISES = {  # by task
    "sample": "sampler",
    "classify": "classifier",
    "repair": "filler",
    "upscale": "enlarger",
    "stylize": "painter",
    "caption": "captioner",
    "illustrate": "illustrator",
    "reply": "replier",
    "listen": "reader",
    "speak": "speaker",
    "pronounce": "pronouncer",
    "stanza": "versifier",
    "vocode": "vocoder",
    "write": "writer",
}
LIGHT = (
    "sample",
    "classify",
    "caption",
    "illustrate",
    "listen",
    "reply",
    "speak",
    "stanza",
    "vocode",
    "write",
)  # tasks of small nets, done on few threads, which no file of another make is for


@overload
def load(model: str, task: Literal["sample"], who: Who | None = None) -> Sampler: ...
@overload
def load(model: str, task: Literal["classify"], who: Who | None = None) -> Classifier: ...
@overload
def load(model: str, task: Literal["repair"], who: Who | None = None) -> Filler: ...
@overload
def load(model: str, task: Literal["upscale"], who: Who | None = None) -> Enlarger: ...
@overload
def load(model: str, task: Literal["stylize"], who: Who | None = None) -> Painter: ...
@overload
def load(model: str, task: Literal["caption"], who: Who | None = None) -> Captioner: ...
@overload
def load(model: str, task: Literal["reply"], who: Who | None = None) -> Replier: ...
@overload
def load(model: str, task: Literal["illustrate"], who: Who | None = None) -> Illustrator: ...
@overload
def load(model: str, task: Literal["listen"], who: Who | None = None) -> Reader: ...
@overload
def load(model: str, task: Literal["speak"], who: Who | None = None) -> Speaker: ...
@overload
def load(model: str, task: Literal["pronounce"], who: Who | None = None) -> Pronouncer: ...
@overload
def load(model: str, task: Literal["stanza"], who: Who | None = None) -> Versifier: ...
@overload
def load(model: str, task: Literal["vocode"], who: Who | None = None) -> Vocoder: ...
@overload
def load(model: str, task: Literal["write"], who: Who | None = None) -> Writer: ...
def load(model: str, task: str, who: Who | None = None) -> Any:
    """The promise that a model makes for a task: a Sampler, Classifier, Filler, Enlarger, Painter, Captioner, Illustrator,
    Reader, Speaker, Pronouncer, Versifier, Vocoder or Writer.

    model: a folder's name, "owner/name[@revision]" on the Hub, a file of another make ("owner/name:file", "file:NAME"), or a pack's model.
    who: who asks, which decides what may be fetched and with whose token; whoever is asking now where it is left out. Weights are read when
    the promise is first kept, and shared. UserError for a model that is not there, may not be had, or is for another task.
    """
    from ganapp.machine import devices
    from ganapp.models import catalog, foreign, hub_access, packs

    with nullcontext() if who is None else hub_access.acting(who):
        if task in LIGHT:
            devices.limit_threads()
        elif foreign.named(model):
            return importlib.import_module(f"{__name__}.foreign_{PROMISES[task]}").load(model)
        elif packs.named(model):
            return packs.promise(model, task)
        return importlib.import_module(f"{__name__}.{PROMISES[task]}").of_folder(catalog.load(model, task))
