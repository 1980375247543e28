"""How good a speaker is: whether the words asked for are heard, before and after samples were found, and how like recordings they are.

The judge met neither the speaker nor its discriminator, and the recordings that are compared with were held out from both. They are
English; of Mandarin nothing could be held out, so that only its accuracy is told.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

import torch
from torch import Tensor

from ganapp.evaluation import _shaped, _spoken
from ganapp.evaluation.report import Report, Row
from ganapp.evaluation.subject import Options
from ganapp.metrics.class_accuracy import by_class, class_accuracy, wilson
from ganapp.metrics.frechet import frechet
from ganapp.metrics.inception_score import inception_score
from ganapp.metrics.manifold import manifold
from ganapp.models import catalog, classifier, folder, speaker
from ganapp.models.catalog import Loaded
from ganapp.models.classifier import Classifier
from ganapp.models.speaker import Speaker
from ganapp.training.data.spoken import Spoken

TIMES, QUICK = 4, 1  # sounds for each recording that was held out
SHAPED, QUICKLY_SHAPED = 40, 2  # sounds whose sliders are moved
REBUILT, SEED, NEIGHBOURS = 300, 1, 5
BARS = {
    "speech_accuracy": 0.97,
    "speech_recall": 0.6,
    "speech_coverage": 0.6,
    "speech_phase_accuracy": 0.96,
    "speech_vocoder_accuracy": 0.96,
}
SCORE_SHARE = 6.3 / 7.07  # of the recordings' inception score


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a speaker of words."""
    return description.task == "speak" and "recorded" not in description.values


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> Report:
    """Measure the speaker with words and voices in the shares in which they were held out."""
    started = time.monotonic()
    recordings, voice = _spoken.recordings(asked), speaker.of_folder(subject)
    loaded = catalog.load(_spoken.JUDGE, "classify")
    judge, test, train = classifier.of_folder(loaded), recordings.only("test"), recordings.only("train")
    times = QUICK if asked.quick else TIMES
    rows, details = _english(voice, judge, (test, train), times)
    rows += [_mandarin(voice, judge, train)]
    count = QUICKLY_SHAPED if asked.quick else SHAPED
    details["sliders"] = _shaped.sliders(drawn(voice, test, torch.linspace(0, len(test) - 1, count).long()))
    return Report(
        subject.id,
        tuple(row if asked.quick else _with_bar(row) for row in rows),
        seeds={"latents": SEED},
        samples={"sounds": times * len(test), "recordings": len(test)},
        judge_sha256=loaded.description.parts["model"].sha256,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details=details,
    )


def _with_bar(row: Row) -> Row:
    bar = BARS.get(row.name)
    if row.name == "speech_score" and row.real is not None:
        bar = SCORE_SHARE * row.real
    return Row(**{**asdict(row), "bar": bar})


def _english(voice: Speaker, judge: Classifier, recorded: tuple[Spoken, Spoken], times: int) -> tuple[list[Row], dict[str, object]]:
    """All rows about words of which recordings were held out."""
    test, train = recorded
    index = torch.arange(len(test)).repeat(times)
    made, labels = drawn(voice, test, index), test.words[index].numpy()
    mine, real = _spoken.heard(judge, made), _spoken.heard(judge, test.pictures)
    beside = _alike(train, test)
    other = _spoken.heard(judge, train.pictures[beside])
    share, n = class_accuracy(mine.logits, labels), len(made)
    rows = [
        Row("speech_accuracy", share, n, real=class_accuracy(real.logits, test.words.numpy()), interval=wilson(share, n)),
        *_spoken.played(
            "speech_{way}_accuracy", made[:REBUILT], lambda heard: class_accuracy(_spoken.heard(judge, heard).logits, labels[:REBUILT])
        ),
        Row("speech_score", inception_score(mine.logits), n, real=inception_score(real.logits)),
        Row("speech_distance", frechet(mine.features, real.features), n, "lower", frechet(other.features, real.features)),
    ]
    return rows + list(_places((real.features, mine.features, other.features))), {"accuracy_by_word": by_class(mine.logits, labels)}


def _places(features: tuple[object, ...]) -> Iterator[Row]:
    """Precision, recall, density and coverage among the recordings; features: of the recordings held out, of sounds, of others."""
    real, mine, other = (each for each in features)
    found, compared = (asdict(manifold(real, each[: len(real)], NEIGHBOURS)) for each in (mine, other))  # type: ignore[arg-type, index]
    for name, value in found.items():
        yield Row(f"speech_{name}", value, len(real), real=compared[name])  # type: ignore[arg-type]


def drawn(voice: Speaker, like: Spoken, index: Tensor) -> Tensor:
    """Log-mel pictures of the words and voices of the recordings of `index`."""
    random = torch.Generator().manual_seed(SEED)
    _, words, voices = like.at(index)
    z = torch.randn(len(index), voice.latent, generator=random)
    parts = zip(*(torch.split(each, _spoken.BLOCK) for each in (z, words, voices)), strict=True)
    return torch.cat([voice.draw(*part) for part in parts])


def _alike(train: Spoken, test: Spoken) -> Tensor:
    """As many recordings for training as were held out, of the same words and voices."""
    random = torch.Generator().manual_seed(SEED + 1)
    order = torch.randperm(len(train), generator=random)
    free: dict[tuple[int, int], list[int]] = {}
    for i in order.tolist():
        free.setdefault((int(train.words[i]), int(train.voices[i])), []).append(i)
    return torch.tensor([free[(int(word), int(by))].pop() for word, by in zip(test.words, test.voices)])


def _mandarin(voice: Speaker, judge: Classifier, train: Spoken) -> Row:
    """How often the words of which nothing was held out are heard."""
    late = (train.words >= len(train.word_names) // 2).nonzero()[:, 0]
    made = drawn(voice, train, late)
    share = class_accuracy(_spoken.heard(judge, made).logits, train.words[late].numpy())
    return Row("speech_mandarin", share, len(late), interval=wilson(share, len(late)))
