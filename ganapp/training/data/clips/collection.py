"""Sounds made into a set: every file is checked by itself, the good ones are used, the others listed.

Classes are folders, as of pictures; where there are none, what the names begin with: kick-01.wav and kick-02.wav are of one kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
import torch
from torch import Tensor

from ganapp.base import filenames
from ganapp.base.errors import UserError
from ganapp.pictures.archives import Entry, Refusal, Wanted
from ganapp.sounds import files, mel
from ganapp.sounds.sound import Sound, resampled, trimmed
from ganapp.training.data import hearing
from ganapp.training.data.clips.heard import ENOUGH, VOICE, Clips, judged
from ganapp.training.data.sets.collection import Collected, classes_of

# Silence shrinks as far as anything in a zip file does.
WANTED = Wanted(filenames.SOUNDS, files.MOST_BYTES, "not_a_sound", "sound_bytes", "sound_unreadable", ratio=1100)
FEWEST, MOST, MOST_CLASSES = 10, 20_000, 200  # sounds in a set, and kinds of them
SHORTEST, LONGEST = 0.03, 10.0  # seconds of a sound
SILENT = 1e-3  # a peak below which nothing is heard
LONGEST_NAME = 40  # of a class, as the task `speak` takes it
PREFIX = re.compile(r"([^\s_.()-]*?[^\W\d_]|\d+)(?:[\s_.()-]+\S.*|[\s_.()-]*\d+[\s)]*)")


@dataclass
class _Found(Collected):
    """What is collected so far; sounds: of 8,000 samples a second and trimmed, () once there are so many that none is told twice."""

    pictures: list[Tensor] = field(default_factory=list)
    sounds: list[Sound] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    cut: int = 0

    def take(self, name: str, sound: Sound) -> None:
        """Add a good sound. UserError for one that is too long, silent or too short."""
        if sound.seconds > LONGEST:
            raise UserError("clip_long", most=f"{LONGEST:.0f}")
        if np.abs(sound.samples).max(initial=0.0) < SILENT:
            raise UserError("clip_silent")
        word = trimmed(resampled(sound, mel.RATE), hearing.QUIET)
        if word.seconds < SHORTEST:
            raise UserError("clip_short", least=f"{SHORTEST:g}")
        self.pictures.append(hearing.framed(word).half())
        self.names.append(PurePosixPath(name))
        self.seconds.append(word.seconds)
        self.cut += word.samples.shape[1] > mel.SAMPLES - hearing.BEFORE
        if len(self.names) <= ENOUGH // 2:
            self.sounds.append(word)


def collect(entries: Iterable[Entry | Refusal], title: dict[str, str], voice: str = VOICE) -> Clips:
    """The set of all good sounds among `entries`, in their order. UserError when fewer than 10 are left."""
    found = _Found()
    found.gather(entries, MOST, lambda entry: found.take(entry.name, files.read(entry.read())))
    if len(found.names) < FEWEST:
        raise found.too_few("clips_too_few", FEWEST)
    labels, classes = kinds(found.names)
    few = tuple(found.sounds) if len(found.names) <= ENOUGH // 2 else ()
    pictures = torch.stack(found.pictures).float()
    clips = Clips(pictures, labels, classes, title, voice, few, tuple(found.refused), tuple(found.seconds), found.cut)
    known = judged()
    return clips.ordered(sorted(classes, key=known.index)) if set(classes) <= set(known) else clips  # zero to nine, 零 to 九


def kinds(names: Sequence[PurePosixPath]) -> tuple[Tensor | None, tuple[str, ...]]:
    """Labels and names of the classes: folders, as of pictures; without them what the names of at least two files each begin with; at most
    200, else (None, ())."""
    labels, classes = classes_of(names)
    if labels is None:
        begun = [PREFIX.fullmatch(name.stem) for name in names]
        own = [each[1] for each in begun if each]
        counts = Counter(own)
        if len(own) < len(names) or len(counts) < 2 or min(counts.values()) < 2:
            return None, ()
        classes = tuple(sorted(counts))
        labels = torch.tensor([classes.index(name) for name in own])
    short = tuple(filenames.composed(name)[:LONGEST_NAME].strip() for name in classes)
    if len(classes) > MOST_CLASSES or len(set(short)) < len(classes) or not all(name and name.isprintable() for name in short):
        return None, ()
    return labels, short
