"""How good a speaker of syllables is: whether initial, final and tone are heard, in syllables that it learned and in those it never met.

The judge met none of the syllables that were held out, nor did the speaker or its discriminator. What is known of each of them is known
from their parts in other syllables.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

import torch
from torch import Tensor

from ganapp.evaluation import _spoken, _syllables
from ganapp.evaluation.report import Report, Row
from ganapp.evaluation.subject import Options
from ganapp.models import folder, speaker
from ganapp.models.catalog import Loaded
from ganapp.models.speaker import Speaker
from ganapp.training.data.spoken import Spoken

SEED, QUICK, TIMES, REBUILT = 1, 40, 3, 200  # latents; syllables; sounds of each that was held out; sounds that are made and heard again


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a speaker of syllables."""
    return description.task == "speak" and "recorded" in description.values


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> Report:
    """Measure the speaker on every syllable that was recorded."""
    started = time.monotonic()
    recordings, voice, judge = _spoken.recordings(asked), speaker.of_folder(subject), _syllables.judge()
    train, test = recordings.only("train"), recordings.only("test")
    times, count = (1, QUICK) if asked.quick else (TIMES, len(train))
    known, new = _names(train)[:count], _names(test) * times
    made, other = _drawn(voice, known), _drawn(voice, new)
    rows = [
        *_syllables.rows("syllable", judge.right(made, known), judge.right(train.pictures[:count], known)),
        *_syllables.rows("new_syllable", judge.right(other, new), judge.right(test.pictures, _names(test))),
        *_spoken.played("syllable_{way}", other[:REBUILT], lambda heard: float(judge.right(heard, new[:REBUILT]).all(1).float().mean())),
        _distance(voice, train),
    ]
    return Report(
        subject.id,
        tuple(rows),
        seeds={"latents": SEED},
        samples={"syllables": len(known), "held_out": len(test), "times": times},
        judge_sha256=judge.loaded.description.parts["model"].sha256,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
    )


def _names(recordings: Spoken) -> list[str]:
    return [recordings.word_names[word] for word in recordings.words.tolist()]


def _drawn(voice: Speaker, words: list[str]) -> Tensor:
    """A log-mel picture of each of the words."""
    random = torch.Generator().manual_seed(SEED)
    ones = torch.eye(len(voice.words))[[voice.words.index(word) for word in words]]
    z = torch.randn(len(words), voice.latent, generator=random)
    by = torch.ones(len(words), len(voice.voices)) / len(voice.voices)
    parts = zip(*(torch.split(each, _syllables.BLOCK) for each in (z, ones, by)), strict=True)
    return torch.cat([voice.draw(*part) for part in parts])


def _distance(voice: Speaker, train: Spoken) -> Row:
    """Mean distance of generated pictures from the recordings of the same syllables; real: of recordings of other syllables."""
    made = _drawn(voice, _names(train)[:REBUILT])
    real = train.pictures[:REBUILT]
    apart = float((made - real).abs().mean())
    return Row("syllable_apart", apart, len(made), "lower", real=float((real.roll(1, 0) - real).abs().mean()))
