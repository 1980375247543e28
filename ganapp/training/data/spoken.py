"""Recordings of spoken words as recipes learn from them: log-mel pictures with the word and the voice of each, in one file.

The file is made by scripts/spoken_pack.py and is never a part of the project: its English recordings are share-alike.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.sounds import mel
from ganapp.training.run.place import here

SPLITS = ("train", "test")
KEYS = ("pictures", "words", "voices", "split")


@dataclass(frozen=True)
class Spoken:
    """pictures (n, 64, 64), log-mel; words, voices (n,) int64; split (n,): 0 for training, 1 held out; names of words and voices, and where
    the recordings come from."""

    pictures: Tensor
    words: Tensor
    voices: Tensor
    split: Tensor
    word_names: tuple[str, ...]
    voice_names: tuple[str, ...]
    source: str = ""

    def __len__(self) -> int:
        return len(self.pictures)

    def only(self, split: str) -> Spoken:
        """The recordings of one split."""
        kept = self.split == SPLITS.index(split)
        pictures, words, voices, splits = (each[kept] for each in (self.pictures, self.words, self.voices, self.split))
        return replace(self, pictures=pictures, words=words, voices=voices, split=splits)

    def at(self, index: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures (b, 64, 64), words (b, words) and voices (b, voices), both one-hot."""
        words = functional.one_hot(self.words[index], len(self.word_names)).float()
        return self.pictures[index], words, functional.one_hot(self.voices[index], len(self.voice_names)).float()

    def moments(self) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation of each band, (64,)."""
        return self.pictures.mean((0, 2)), self.pictures.std((0, 2)).clamp(min=1e-2)


def load(source: str) -> Spoken:
    """The recordings in a file. UserError for one that is missing or is of another kind."""
    path = Path(source)
    try:
        with safe_open(path, "pt") as handle:
            about = json.loads((handle.metadata() or {})["spoken"])
            pictures, words, voices, split = (handle.get_tensor(key) for key in KEYS)
        return Spoken(pictures.float(), words, voices, split, tuple(about["words"]), tuple(about["voices"]), str(about["source"]))
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as problem:
        raise UserError("spoken_unreadable", name=path.name) from problem


def save(path: Path, spoken: Spoken) -> None:
    """Write recordings to a file that `load` reads."""
    tensors = {"pictures": spoken.pictures.half(), "words": spoken.words, "voices": spoken.voices, "split": spoken.split}
    about = {"words": spoken.word_names, "voices": spoken.voice_names, "source": spoken.source}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={"spoken": json.dumps(about, ensure_ascii=False)})


def moved(pictures: Tensor, low: Tensor, most: int, sets: int = 1) -> Tensor:
    """Pictures (sets * b, bands, frames), each up to `most` frames earlier or later; what comes in is silence, low (bands,).

    Differentiable, and drawn by torch's random state, so that a discriminator may see both sides so (Zhao et al. 2020, "Differentiable
    Augmentation for Data-Efficient GAN Training").
    """
    if not most:
        return pictures
    place = here()
    n, bands, frames = pictures.shape
    by = (place.rand(n // sets * place.world, 1, sets=1).repeat(sets, 1) * (2 * most + 1)).floor().long()  # (n, 1)
    padded = torch.cat([low[None, :, None].expand(n, bands, most), pictures, low[None, :, None].expand(n, bands, most)], dim=2)
    at = by + torch.arange(frames, device=pictures.device)  # (n, frames)
    return padded.gather(2, at[:, None].expand(n, bands, frames))


def floor() -> float:
    """What silence is in a log-mel picture."""
    return float(torch.tensor(mel.FLOOR).log())


def tilted(pictures: Tensor, most: float = 0.6) -> Tensor:
    """Pictures (b, bands, frames), each duller or brighter, louder or quieter by up to `most`; silence stays as it is."""
    by, tilt = ((here().rand(len(pictures) * here().world, 1, 1) * 2 - 1) * most for _ in range(2))
    slope = torch.linspace(-1, 1, pictures.shape[1], device=pictures.device)[None, :, None]
    return torch.where(pictures > floor() + 0.1, pictures + by + tilt * slope, pictures).clamp(min=floor())


def covered(pictures: Tensor, most: int) -> Tensor:
    """Pictures (b, bands, frames) with up to `most` bands, and as many frames, put at each picture's own mean."""
    b, mean = len(pictures), pictures.mean((1, 2), keepdim=True)
    for dim in (1, 2):
        size = pictures.shape[dim]
        begin, length = (here().rand(b * here().world, 1) for _ in range(2))
        at = torch.arange(size, device=pictures.device)
        first = (begin * size).floor()
        hidden = (at >= first) & (at < first + (length * (most + 1)).floor())  # (b, size)
        pictures = torch.where(hidden[:, :, None] if dim == 1 else hidden[:, None], mean, pictures)
    return pictures
