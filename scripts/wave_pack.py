"""Make what `vocoder` learns from: `python scripts/wave_pack.py OUT.safetensors --english FOLDER --mandarin FOLDER`.

The same recordings as scripts/spoken_pack.py, which says where they come from, as samples: all of the Free Spoken Digit Dataset, numbers
0 to 4 of each voice and digit held out, and every syllable 5.ogg of gcin-voice, every twentieth held out. Held-out words are heard in
strings: zero to nine as a voice said them the same time, and ten syllables one after the other. What `--rounds` of Griffin and Lim's
search give of each recording's log-mel picture is found here once; a vocoder begins from it. Keep the file out of the project.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ganapp.base.errors import UserError  # noqa: E402
from ganapp.sounds import files, mel  # noqa: E402
from ganapp.sounds.sound import Sound, levelled, resampled, trimmed  # noqa: E402
from ganapp.training.data import waves  # noqa: E402
from scripts.spoken_pack import BEFORE, HELD_OUT, NAME, SOURCE  # noqa: E402

EVERY, TEN, AFTER = 20, 10, 400  # a syllable in so many is held out; words of a string; samples that are heard after a word
MANDARIN = "chu-lo"  # the one voice
Clip = tuple[Tensor, int, str, int]  # samples, how many until the silence, voice, string


def clip(sound: Sound, voice: str, string: int) -> Clip:
    """A recording at 8,000 samples a second, without the quiet around it, all equally loud."""
    word = levelled(trimmed(resampled(sound, mel.RATE), 40.0))
    samples = functional.pad(torch.from_numpy(word.samples), (BEFORE, 0))
    return mel.framed(samples)[0], min(samples.shape[1] + AFTER, mel.SAMPLES), voice, string


def english(folder: Path) -> Iterator[Clip]:
    """Every recording of the English digits; those held out, string by string."""
    named = [(path, match) for path in folder.rglob("*.wav") if (match := NAME.fullmatch(path.name))]
    voices = sorted({match[2] for _, match in named})
    for path, match in sorted(named, key=lambda each: (each[1][2], int(each[1][3]), int(each[1][1]))):
        voice, number = match[2], int(match[3])
        string = voices.index(voice) * HELD_OUT + number if number < HELD_OUT else waves.LEARNED
        yield clip(files.read(path.read_bytes()), voice, string)


def mandarin(folder: Path, first: int) -> Iterator[Clip]:
    """Every Mandarin syllable; strings are counted from `first`."""
    held = 0
    for i, path in enumerate(sorted(folder.glob("*/5.ogg"))):
        try:
            sound = files.read(path.read_bytes())
        except UserError:
            continue
        string = waves.LEARNED
        if i % EVERY == EVERY - 1:
            string, held = first + held // TEN, held + 1
        yield clip(sound, MANDARIN, string)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--english", type=Path, required=True)
    arguments.add_argument("--mandarin", type=Path, required=True)
    arguments.add_argument("--rounds", type=int, default=32)
    told = arguments.parse_args()
    clips = [*english(told.english)]
    clips += mandarin(told.mandarin, 1 + max(string for *_, string in clips))
    samples, lengths, voices, strings = zip(*clips)
    names = tuple(dict.fromkeys(voices))
    numbers = (torch.tensor(each) for each in ([names.index(voice) for voice in voices], lengths, strings))
    languages = tuple("zh" if name == MANDARIN else "en" for name in names)
    rows = torch.stack(samples)
    waves.save(told.out, waves.Waves(rows, waves.guessed(rows, told.rounds), *numbers, names, languages, told.rounds, SOURCE))
    print(f"{len(clips)} recordings, {sum(string != waves.LEARNED for string in strings)} held out, voices {', '.join(names)}")


if __name__ == "__main__":
    main()
