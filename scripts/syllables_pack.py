"""Make what `syllables` and `syllable_judge` learn from: `python scripts/syllables_pack.py OUT.safetensors FOLDER`.

FOLDER holds the Mandarin syllables of Debian's package gcin-voice, of which only the files 5.ogg are used (ChionMeilin, voice Chu Lo; CC BY
3.0):

    apt-get download gcin-voice && dpkg-deb -x gcin-voice_*.deb gcin      (then FOLDER is gcin/usr/share/gcin-voice/ogg)

Each syllable was recorded once. One in twelve is held out, with its tone: the net must say it by what it learned of its initial, its final
and its tone in others, each of which stays in at least three.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from torch.nn import functional

from ganapp.sounds import files, mel
from ganapp.sounds.sound import levelled, resampled, trimmed
from ganapp.speaking import syllables
from ganapp.speaking.syllables import Syllable
from ganapp.training.data import spoken
from ganapp.training.data.syllables import FRAMES

SHARE, LEAST = 12, 3  # one in so many is held out; of what a syllable is composed of so many others have it
BEFORE = 100  # samples of silence before a syllable
NEUTRAL_SIGN = "1"  # how the folders write the neutral tone; the first tone has no sign
SOURCE = "gcin-voice, files 5.ogg (ChionMeilin, voice Chu Lo; CC BY 3.0)"


def recorded(folder: Path) -> dict[Syllable, Path]:
    """Where the recording of each syllable is."""
    found = {}
    for path in sorted(folder.glob("*/5.ogg")):
        name = path.parent.name
        tone = {NEUTRAL_SIGN: "5"}.get(name[-1], name[-1]) if name[-1].isdigit() else "1"
        syllable = syllables.of_bopomofo(name.rstrip("12345") + tone)
        if syllable:
            found[syllable] = path
        else:
            print("no syllable:", name)
    return found


def picture(path: Path) -> torch.Tensor:
    """The log-mel picture (bands, FRAMES) of a recording, without the quiet around it, all equally loud."""
    word = levelled(trimmed(resampled(files.read(path.read_bytes()), mel.RATE), 40.0))
    samples = functional.pad(torch.from_numpy(word.samples), (BEFORE, 0))
    return mel.logmel(mel.framed(samples, (FRAMES - 1) * mel.HOP))[0]


def held_out(every: list[Syllable]) -> set[Syllable]:
    """About one in SHARE of the syllables, the same ones each time."""
    left = Counter(part for each in every for part in parts(each))
    chosen: set[Syllable] = set()
    for i in np.random.default_rng(0).permutation(len(every)):
        each = every[i]
        if len(chosen) < len(every) // SHARE and all(left[part] > LEAST for part in parts(each)):
            chosen.add(each)
            left.subtract(parts(each))
    return chosen


def parts(syllable: Syllable) -> tuple[str, ...]:
    """What a syllable is composed of."""
    return (f"initial {syllable.initial}", f"final {syllable.final}", f"tone {syllable.tone}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("folder", type=Path)
    told = arguments.parse_args()
    found = recorded(told.folder)
    every = list(found)
    without = held_out(every)
    pictures = torch.stack([picture(found[each]) for each in every])
    split = torch.tensor([int(each in without) for each in every])
    numbers = torch.arange(len(every))
    spoken.save(told.out, spoken.Spoken(pictures, numbers, torch.zeros_like(numbers), split, tuple(map(str, every)), ("chu-lo",), SOURCE))
    print(f"{len(every)} syllables, {int(split.sum())} held out")


if __name__ == "__main__":
    main()
