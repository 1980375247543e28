"""Small models of syllables, untrained, a file of recordings that were never made, and a lexicon of a few words, for tests."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import torch

from ganapp.models import folder
from ganapp.sounds import mel
from ganapp.training.data import spoken
from ganapp.training.data.syllables import FRAMES
from ganapp.training.recipes import syllable_judge, syllables

WORDS = (
    *(
        "ㄨㄛ3",
        "ㄧㄡ3",
        "ㄙㄢ1",
        "ㄓ1",
        "ㄇㄠ1",
        "ㄅㄨ4",
        "ㄧ1",
        "ㄍㄜ4",
        "ㄇㄚ1",
        "ㄇㄚ3",
        "ㄋㄧ3",
        "ㄏㄠ3",
        "ㄕ4",
        "ㄅㄚ1",
        "ㄦ4",
        "ㄌㄧㄥ2",
    ),
    *("ㄗ3", "ㄉㄧㄢ3", "ㄅㄞ3", "ㄕ2"),
)
HELD_OUT = ("ㄇㄚ3", "ㄕ4")
TINY = {"width": 8, "code": 8, "latent": 4, "critic": 4, "features": 8, "batch": 4, "warm": 2}
ALIGNED = {  # a word, its phonemes, and which letters are which of them
    "hello": ("h ə l ˈo ʊ", "h}h e}ə l|l}l o}ˈo|ʊ"),
    "world": ("w ˈɜː l d", "w}w o|r}ˈɜː l}l d}d"),
    "cat": ("k ˈæ t", "c}k a}ˈæ t}t"),
    "bat": ("b ˈæ t", "b}b a}ˈæ t}t"),
    "hat": ("h ˈæ t", "h}h a}ˈæ t}t"),
    "bake": ("b ˈe ɪ k", "b}b a}ˈe|ɪ k}k e}_"),
    "lake": ("l ˈe ɪ k", "l}l a}ˈe|ɪ k}k e}_"),
    "take": ("t ˈe ɪ k", "t}t a}ˈe|ɪ k}k e}_"),
    "two": ("t ˈuː", "t}t w}_ o}ˈuː"),
    "hundred": ("h ˈʌ n d ɹ ɪ d", "h}h u}ˈʌ n}n d}d r}ɹ e}ɪ d}d"),
    "seven": ("s ˈɛ v ə n", "s}s e}ˈɛ v}v e}ə n}n"),
    **{letter: (f"{letter} ˈiː", f"{letter}}}{letter}ˈiː") for letter in "bcdpt"},
}


def recordings(path: Path) -> Path:
    """Tones, one for every syllable, some held out."""
    heights = 150 + 40 * torch.arange(len(WORDS))[:, None]
    t = torch.arange((FRAMES - 1) * mel.HOP) / mel.RATE
    pictures = mel.logmel(0.3 * torch.sin(2 * torch.pi * heights * t) * (t > 0.05) * (t < 0.3))
    split = torch.tensor([int(word in HELD_OUT) for word in WORDS])
    numbers = torch.arange(len(WORDS))
    spoken.save(path, spoken.Spoken(pictures, numbers, torch.zeros_like(numbers), split, WORDS, ("chu",), "tones"))
    return path


def speaker(path: Path, seed: int = 0) -> Path:
    """A speaker of syllables that hums, and its discriminator."""
    source = recordings(path.with_name(f"{path.name}.safetensors"))
    syllables.begin(syllables.Settings(str(source), **TINY), seed).write(path, {"settings": {}})  # type: ignore[arg-type]
    return path


def judge(path: Path, seed: int = 0) -> Path:
    """A judge of syllables that knows nothing."""
    source = recordings(path.with_name(f"{path.name}.safetensors"))
    syllable_judge.begin(syllable_judge.Settings(str(source), width=2, features=4, batch=4), seed).write(path, {"settings": {}})
    assert folder.describe(path).task == "classify"
    return path


def lexicon(path: Path) -> Path:
    """A lexicon of a few words."""
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE word_phonemes (word TEXT, pron_order INTEGER, phonemes TEXT)")
        file.execute("CREATE TABLE g2p_alignments (word TEXT, alignment TEXT)")
        for word, (phonemes, alignment) in ALIGNED.items():
            file.execute("INSERT INTO word_phonemes VALUES (?, 0, ?)", (word, phonemes))
            file.execute("INSERT INTO g2p_alignments VALUES (?, ?)", (word, alignment))
    file.close()
    return path
