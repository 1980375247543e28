"""Make what `spoken` and `speech_judge` learn from: `python scripts/spoken_pack.py OUT.safetensors --english FOLDER --mandarin FOLDER`.

English: the recordings of the Free Spoken Digit Dataset (Jakobovski, CC BY-SA 4.0), wave files called DIGIT_VOICE_NUMBER.wav; numbers 0 to
4 of each voice and digit are held out, as its authors say. Mandarin: the syllables of Debian's package gcin-voice, of which only the files
5.ogg are used (ChionMeilin, voice Chu Lo; CC BY 3.0):

    apt-get download gcin-voice && dpkg-deb -x gcin-voice_*.deb gcin      (then --mandarin gcin/usr/share/gcin-voice/ogg)

Each Mandarin digit was recorded once. It is told over and over, higher and lower, slower and quicker, duller and brighter, so that a net
does not only repeat it; none of it can be held out. The file holds share-alike recordings: keep it out of the project.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from torch import Tensor

from ganapp.sounds import files
from ganapp.training.data import hearing, spoken

ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MANDARIN = ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九")
SYLLABLES = ("ㄌㄧㄥ2", "ㄧ", "ㄦ4", "ㄙㄢ", "ㄙ4", "ㄨ3", "ㄌㄧㄡ4", "ㄑㄧ", "ㄅㄚ", "ㄐㄧㄡ3")
NAME = re.compile(r"(\d)_([a-z]+)_(\d+)\.wav")
HELD_OUT, TIMES = 5, 48  # numbers below are for testing; how often a Mandarin recording is told
SOURCE = "Free Spoken Digit Dataset (CC BY-SA 4.0); gcin-voice, files 5.ogg (ChionMeilin, CC BY 3.0)"
Clip = tuple[Tensor, int, str, int]  # picture, word, voice, split


def english(folder: Path) -> Iterator[Clip]:
    """Every recording of the English digits."""
    for path in sorted(folder.rglob("*.wav")):
        if named := NAME.fullmatch(path.name):
            digit, voice, number = int(named[1]), named[2], int(named[3])
            yield hearing.picture(files.read(path.read_bytes())), digit, voice, int(number < HELD_OUT)


def mandarin(folder: Path) -> Iterator[Clip]:
    """The ten Mandarin digits, each told TIMES times, no two alike."""
    random = np.random.default_rng(0)
    for digit, syllable in enumerate(SYLLABLES):
        sound = files.read((folder / syllable / "5.ogg").read_bytes())
        for time in range(TIMES):
            yield hearing.picture(sound) if time == 0 else hearing.anew(sound, random), 10 + digit, "chu-lo", 0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--english", type=Path, required=True)
    arguments.add_argument("--mandarin", type=Path, required=True)
    told = arguments.parse_args()
    clips = [*english(told.english), *mandarin(told.mandarin)]
    voices = tuple(sorted({voice for _, word, voice, _ in clips if word < 10})) + ("chu-lo",)
    words, spoken_by, split = (torch.tensor(each) for each in zip(*((word, voices.index(voice), held) for _, word, voice, held in clips)))
    pictures = torch.stack([clip[0] for clip in clips])
    spoken.save(told.out, spoken.Spoken(pictures, words, spoken_by, split, ENGLISH + MANDARIN, voices, SOURCE))
    print(f"{len(clips)} recordings, {int(split.sum())} held out, voices {', '.join(voices)}")


if __name__ == "__main__":
    main()
