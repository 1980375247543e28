"""How often pictures of sentences show what was asked for, as an independent judge sees it, how like real scenes they are, and how varied.

The judge is a net of its own that met neither the painter nor its discriminator; beside every share stands its share on real pictures.
Half of the sentences leave something open, and the painter is told a whole one in their place, as by the task.
"""

from __future__ import annotations

import dataclasses
import time
from datetime import UTC, datetime
from random import Random
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganapp.evaluation import _scenes
from ganapp.evaluation.report import MethodsReport, Row
from ganapp.evaluation.subject import Options
from ganapp.metrics.frechet import frechet
from ganapp.models import folder, illustrator
from ganapp.models.catalog import Loaded
from ganapp.models.classifier import Classifier
from ganapp.models.illustrator import Illustrator
from ganapp.training.data.scenes import Batch, trimmed
from ganapp.writing import drawing, grammar, reading, scene

SAMPLES, QUICK = 2000, 200
CANDIDATES = 4


class IllustrationsReport(MethodsReport):
    """The report with a table of the ways to choose a picture."""

    section = "illustrations"
    heads = ("method", "samples", *_scenes.NAMES)


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a painter of sentences."""
    return description.task == "illustrate"


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> IllustrationsReport:
    """Measure the painter on `asked.samples` sentences, half of which leave something open."""
    started = time.monotonic()
    painter, (judge, digest) = illustrator.of_folder(subject), _scenes.judge()
    batches = [_whole(each) for each in _scenes.blocks(asked.samples or (QUICK if asked.quick else SAMPLES), _scenes.SEED, loose=True)]
    random = torch.Generator().manual_seed(_scenes.SEED)
    drawn = [_drawn(painter, batch, random) for batch in batches]
    first = _verdicts(judge, batches, [sets[0] for sets in drawn])
    best = _verdicts(judge, batches, [_best(painter, batch, sets) for batch, sets in zip(batches, drawn)])
    real = _verdicts(judge, batches, [(batch.pictures + 1) / 2 for batch in batches])
    others = _scenes.blocks(len(first), _scenes.SEED + 1)
    of_real, of_others = (_features(judge, [(batch.pictures + 1) / 2 for batch in each]) for each in (batches, others))
    distance = frechet(_features(judge, [sets[0] for sets in drawn]), of_others)
    spread = Row("scene_spread", _spread(drawn), len(first) * CANDIDATES, "higher", _spread([_redrawn(batch) for batch in batches]))
    rows = [*_scenes.rows(first, real), Row("scene_distance", distance, len(first), "lower", frechet(of_real, of_others)), spread]
    languages = [language for batch in batches for language in batch.languages]
    lines = [(f"first_{each}", [v for v, language in zip(first, languages) if language == each]) for each in grammar.LANGUAGES]
    lines += [(f"real_{each}", [v for v, language in zip(real, languages) if language == each]) for each in grammar.LANGUAGES]
    lines += [("first", first), ("best", best), ("real", real)]
    return IllustrationsReport(
        subject.id,
        tuple(rows),
        seeds={"scenes": _scenes.SEED, "latents": _scenes.SEED},
        samples={"sentences": len(first)},
        judge_sha256=digest,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"section": "illustrations", "methods": [_line(*each) for each in lines], "candidates": CANDIDATES},
    )


def _whole(batch: Batch) -> Batch:
    """The batch with whole sentences and scenes in place of those that leave something open; `told` stays what was asked for."""
    scenes, rows = [], []
    for i, (asked, shown, language) in enumerate(zip(batch.told, batch.scenes, batch.languages)):
        if scene.whole(asked):
            scenes.append(shown)
            rows.append(batch.words[i].tolist())
            continue
        chance = Random(i)
        scenes.append(scene.completed(asked, chance))
        rows.append(grammar.encoded(grammar.phrased(scenes[-1], language, chance), language))
    words = trimmed(torch.tensor([row + [0] * (grammar.LENGTH - len(row)) for row in rows]))
    random = torch.Generator().manual_seed(_scenes.SEED)
    pictures = drawing.draw(scenes, drawing.glyphs("test"), random) * 2 - 1
    return dataclasses.replace(batch, pictures=pictures, words=words, scenes=tuple(scenes))


def _redrawn(batch: Batch) -> list[Tensor]:
    """The scenes of a batch, drawn CANDIDATES times by code."""
    glyphs = drawing.glyphs("test")
    return [drawing.draw(batch.scenes, glyphs, torch.Generator().manual_seed(_scenes.SEED + n)) for n in range(CANDIDATES)]


def _spread(drawn: list[list[Tensor]]) -> float:
    """Standard deviation of a pixel over the pictures of one sentence, its mean over pixels and sentences."""
    return float(np.mean([torch.stack(sets).std(0).mean().item() for sets in drawn]))


def _drawn(painter: Illustrator, batch: Batch, random: torch.Generator) -> list[Tensor]:
    """CANDIDATES pictures (b, 3, h, w) of each sentence."""
    latents = torch.randn(CANDIDATES, len(batch.words), painter.latent, generator=random)
    return [painter.draw(z, batch.words) for z in latents]


def _best(painter: Illustrator, batch: Batch, sets: list[Tensor]) -> Tensor:
    """Of the pictures drawn of each sentence the one that the discriminator likes best, (b, 3, h, w)."""
    scores = torch.stack([painter.score(pictures, batch.words) for pictures in sets])  # (candidates, b)
    return torch.stack(sets)[scores.argmax(0), torch.arange(len(batch.words))]


def _verdicts(judge: Classifier, batches: list[Batch], pictures: list[Tensor]) -> list[dict[str, bool]]:
    """Whether what the judge sees in the pictures is what the sentences say."""
    seen = [reading.scenes(judge(each * 2 - 1)) for each in pictures]
    return [scene.right(told, found) for batch, scenes in zip(batches, seen) for told, found in zip(batch.told, scenes, strict=True)]


def _features(judge: Classifier, pictures: list[Tensor]) -> Any:
    """What the judge sees, the mean over the places: (n, features)."""
    return np.concatenate([judge.features(each * 2 - 1).mean(1).numpy() for each in pictures])


def _line(method: str, verdicts: list[dict[str, bool]]) -> dict[str, Any]:
    return {"method": method, "samples": len(verdicts), **{name: _scenes.share(verdicts, name) for name in _scenes.NAMES}}
