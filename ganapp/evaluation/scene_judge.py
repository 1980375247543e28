"""How often the judge of scenes is right about drawn scenes of digits that it never saw."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import torch

from ganapp.evaluation import _scenes
from ganapp.evaluation.report import Report
from ganapp.evaluation.subject import Options
from ganapp.models import classifier, folder
from ganapp.models.catalog import Loaded
from ganapp.writing import reading, scene

SAMPLES, QUICK = 4000, 400


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a classifier of places."""
    return _scenes.of_scenes(description)


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> Report:
    """Measure the judge on `asked.samples` scenes."""
    started = time.monotonic()
    judge = classifier.of_folder(subject)
    batches = _scenes.blocks(asked.samples or (QUICK if asked.quick else SAMPLES), _scenes.SEED)
    verdicts = [
        scene.right(seen, real) for batch in batches for seen, real in zip(reading.scenes(judge(batch.pictures)), batch.scenes, strict=True)
    ]
    return Report(
        subject.id,
        tuple(_scenes.rows(verdicts)),
        seeds={"scenes": _scenes.SEED},
        samples={"scenes": len(verdicts)},
        judge_sha256=subject.description.parts["model"].sha256,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
    )
