"""Play a picture as it is: its columns are moments, its rows are pitches, its ink is loudness.

No net has a part in it, and what is heard is no speech: the picture is taken for a spectrogram, and a sound is found that has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
import torch
from PIL import Image

from ganapp.base.kinds import Number
from ganapp.base.validation import about, request_class
from ganapp.pictures import images
from ganapp.pictures.provenance.making import Making, settings
from ganapp.sounds import files, shaping, sonification
from ganapp.tasks import _origin, speak
from ganapp.tasks._fields import Picture

NAME = "sonify"


@request_class
class Request:
    """A picture, and how long its sound is."""

    picture: Picture = about("any picture: what is dark is loud", kind="picture")
    length: Annotated[float, Number(*shaping.LENGTHS)] = about("times 0.8 seconds, 0.5 to 2", default=1.0)


@dataclass(frozen=True)
class Result(speak.Sounding):
    """sound: a WAV file; length: seconds; provenance: see sample."""

    sound: bytes
    length: float
    provenance: dict[str, Any] = field(default_factory=dict)


def run(request: Request) -> Result:
    """Turn a picture into the sound whose spectrogram it is, and return a WAV file (8,000 samples a second)."""
    shown = images.read(images.from_data_uri(request.picture))
    grey = shown.colours @ np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
    if shown.alpha is not None:
        grey = grey * shown.alpha + (1 - shown.alpha)
    side, way = sonification.SIDE, Image.Resampling.BOX if min(grey.shape) >= sonification.SIDE else Image.Resampling.BILINEAR
    small = Image.fromarray(np.asarray(1 - grey, np.float32)).resize((side, side), way)
    ink = torch.from_numpy(np.array(small, np.float32))[None, None]
    sound = shaping.shaped(sonification.sonified(ink), shaping.Shape(length=request.length))
    blob, note = _origin.sound(files.wav(sound), Making("created", NAME, settings(request)))
    return Result(blob, round(sound.seconds, 4), note)
