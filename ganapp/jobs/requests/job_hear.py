"""Hear one of the samples of a run that learns sounds: a picture of a sample sheet, as the sound that it stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Whole
from ganapp.base.validation import about, request_class
from ganapp.jobs import actions, reports
from ganapp.jobs.requests import _class_names, _fields, _schema
from ganapp.pictures.provenance.making import Making
from ganapp.sounds import files, measures, mel, pictured, shaping
from ganapp.tasks import _origin, speak

RECIPE, COLUMNS, JUDGE = "sounds", 10, "speech-judge"


@request_class
class Request:
    """Which sample of which job."""

    key: _fields.Line = about(_fields.KEY)
    id: _fields.Line = about(_fields.ID)
    step: Annotated[int, Whole(1, 10**9)] = about("the step of its sheet, one of `samples` of job_show")
    number: Annotated[int, Whole(1, 1000)] = about("which of the sheet's pictures, column by column from the top, from 1", default=1)
    sheet: Annotated[str, Choice(("", "raw"))] = about('which sheet: "" of the average, "raw" of the generator as it was', default="")
    password: _fields.Line = about(_fields.PASSWORD, default="")


@dataclass(frozen=True)
class Result(speak.Sounding):
    """sound: a WAV file, 8,000 samples a second; length (seconds), pitch (Hz, 0 where none is heard), loudness (decibels below full scale),
    brightness (Hz, centre of the spectrum): as measured; heard: the word that the judge of spoken words hears, "" where it does not know
    the run's classes; sure: how sure it is, 0 to 1; provenance: see sample."""

    sound: bytes
    length: float
    pitch: float
    loudness: float
    brightness: float
    heard: str = ""
    sure: float = 0.0
    provenance: dict[str, Any] = field(default_factory=dict)


def run(request: Request) -> Result:
    """Make the sound of one sample of a run of the recipe `sounds`, at any step that has a sheet.

    The sheet holds the log-mel picture in 256 levels, a quarter of a decibel each; its phase is found by Griffin and Lim's search.
    """
    visitor = _fields.who(request)
    job = actions.watch(visitor, request.id)
    if job.recipe != RECIPE:
        raise UserError("job_no_sounds", name=job.name)
    name = f"samples/{request.sheet + '/' if request.sheet else ''}{request.step:07d}.png"
    picture = _picture(actions.file(visitor, request.id, name), request.number)
    sound = shaping.shaped(picture, shaping.Shape())
    told = {"recipe": RECIPE, "step": request.step, "number": request.number, "sheet": request.sheet}
    blob, note = _origin.sound(files.wav(sound), Making("created", "train", told))
    heard, sure = _judged(picture, _class_names.classes(_schema.filled(reports.order(job.folder))))
    return Result(blob, **measures.measured(sound).rounded(), heard=heard, sure=sure, provenance=note)


def _picture(path: Path, number: int) -> Tensor:
    """The log-mel picture (1, 64, 64) of a sheet's picture. UserError for one that the sheet does not have."""
    with Image.open(path) as sheet:
        levels = np.asarray(sheet.convert("L"), np.float32)
    side = mel.FRAMES + 1
    rows = (levels.shape[0] - 1) // side
    column, row = divmod(number - 1, max(1, rows))
    if levels.shape[1] != COLUMNS * side + 1 or column >= COLUMNS:
        raise UserError("job_no_sample", number=number)
    tile = levels[row * side + 1 : (row + 1) * side, column * side + 1 : (column + 1) * side]
    return pictured.from_shown(torch.from_numpy(1 - tile / 255)[None, None])


def _judged(picture: Tensor, classes: list[str]) -> tuple[str, float]:
    """The word that the judge hears and how sure it is; ("", 0) where it does not know the classes, or is not here."""
    try:
        judge = models.load(JUDGE, "classify")
    except UserError:
        return "", 0.0
    if not classes or not set(classes) <= set(judge.names):
        return "", 0.0
    odds = judge(pictured.of_logmel(picture)).softmax(1)[0]
    return judge.names[int(odds.argmax())], round(float(odds.max()), 4)
