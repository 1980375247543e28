"""From a drawing of a digit and a voice to a log-mel picture: which of a reader's voices it is, and the latent of a seed."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.digits import latent
from ganapp.models.reader import Reader

FIRST = {"en": 0, "zh": 1}  # the language's ten words


def voice_of(reader: Reader, voice: str, language: str) -> int:
    """The number of a voice; "" is the first that speaks the language ("en" or "zh"; the first of all where none does). UserError for a
    name that it does not know."""
    if voice:
        if voice not in reader.voices:
            raise UserError("speak_voice", voice=voice, known=", ".join(reader.voices))
        return reader.voices.index(voice)
    return next((i for i, spoken in enumerate(reader.languages) if spoken == FIRST[language]), 0)


def parts(reader: Reader, ink: Tensor, voice: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Latents (b, latent), all of the one seed, drawings (b, 1, side, side) of ink in [0, 1], and weights of the voice (b, voices)."""
    z = torch.from_numpy(np.asarray(latent.from_seed(seed, reader.latent)))
    by = torch.zeros(len(ink), len(reader.voices))
    by[:, voice] = 1.0
    return z.expand(len(ink), -1), ink * 2 - 1, by
