"""Recordings of spoken words as `vocoder` learns from them: samples, what the search for phases gives of their pictures, the voice of each,
and in what string a held-out one is heard.

The file is made by scripts/wave_pack.py and is never a part of the project: its English recordings are share-alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.sounds import mel, phase

KEYS = ("samples", "guesses", "voices", "lengths", "strings")
LEARNED = -1  # in place of a string: a recording to learn from
BLOCK = 60  # recordings whose guesses are found together
FULL = 32767.0  # of a sample of 16 bits


@dataclass(frozen=True)
class Waves:
    """samples (n, mel.SAMPLES) in [-1, 1] at mel.RATE, silence after the word; guesses (n, mel.SAMPLES): of their log-mel pictures, after
    `rounds` of the search; voices (n,) int64; lengths (n,): samples until the silence; strings (n,): the string of words that a held-out
    recording is heard in, in the order of the file, LEARNED for the others; names of the voices, the language
    of each, "en" or "zh"; where the recordings come from."""

    samples: Tensor
    guesses: Tensor
    voices: Tensor
    lengths: Tensor
    strings: Tensor
    voice_names: tuple[str, ...]
    languages: tuple[str, ...]
    rounds: int = 0
    source: str = ""

    def __len__(self) -> int:
        return len(self.samples)

    def of(self, kept: Tensor) -> Waves:
        """Some of the recordings; kept: indices, or which of them."""
        rows = {key: getattr(self, key)[kept] for key in KEYS}
        return replace(self, **rows)

    def learned(self) -> Waves:
        """The recordings to learn from."""
        return self.of(self.strings == LEARNED)

    def held_out(self) -> Waves:
        """The others."""
        return self.of(self.strings != LEARNED)

    def said_in(self, language: str) -> Tensor:
        """Which recordings (n,) are in a language."""
        return torch.tensor([each == language for each in self.languages])[self.voices]

    def heard(self) -> Iterator[tuple[str, Tensor]]:
        """The strings of held-out recordings, each the name of its voice and the indices of its words."""
        for string in sorted({*self.strings.tolist()} - {LEARNED}):
            index = (self.strings == string).nonzero()[:, 0]
            yield self.voice_names[int(self.voices[index[0]])], index

    def joined(self, samples: Tensor, index: Tensor) -> Tensor:
        """A string (n,) of rows of samples that are as long as the recordings, each up to where its recording's silence begins."""
        return torch.cat([samples[i, : int(self.lengths[i])] for i in index.tolist()])


def guessed(samples: Tensor, rounds: int) -> Tensor:
    """What `rounds` of the search give of the log-mel pictures of samples (n, mel.SAMPLES)."""
    return torch.cat([phase.guess(mel.logmel(block), rounds) for block in torch.split(samples, BLOCK)])


def load(source: str) -> Waves:
    """The recordings in a file. UserError for one that is missing or is of another kind."""
    path = Path(source)
    try:
        with safe_open(path, "pt") as handle:
            about = json.loads((handle.metadata() or {})["waves"])
            rows = {key: handle.get_tensor(key) for key in KEYS}
        rows |= {key: rows[key].float() / FULL for key in ("samples", "guesses")}
        voices, languages = tuple(about["voices"]), tuple(about["languages"])
        found = Waves(**rows, voice_names=voices, languages=languages, rounds=int(about["rounds"]), source=str(about["source"]))
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as problem:
        raise UserError("waves_unreadable", name=path.name) from problem
    if any(each.shape != (len(found.voices), mel.SAMPLES) for each in (found.samples, found.guesses)):
        raise UserError("waves_unreadable", name=path.name)
    return found


def save(path: Path, waves: Waves) -> None:
    """Write recordings to a file that `load` reads."""
    rows = {key: getattr(waves, key).contiguous() for key in KEYS}
    about = {"voices": waves.voice_names, "languages": waves.languages, "rounds": waves.rounds, "source": waves.source}
    path.parent.mkdir(parents=True, exist_ok=True)
    rows |= {key: (rows[key] * FULL).round().clamp(-FULL, FULL).short() for key in ("samples", "guesses")}
    save_file(rows, path, metadata={"waves": json.dumps(about, ensure_ascii=False)})
