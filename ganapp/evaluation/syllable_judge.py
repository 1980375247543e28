"""How often the judge of syllables is right about recordings of syllables that it never heard, as they are and after the way to samples."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from ganapp.evaluation import _spoken, _syllables
from ganapp.evaluation.report import Report, Row
from ganapp.evaluation.subject import Options
from ganapp.models import folder
from ganapp.models.catalog import Loaded
from ganapp.sounds import mel, phase


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a classifier of syllables."""
    return _syllables.judges(description)


def evaluate(subject: Loaded, asked: Options) -> Report:
    """Measure the judge on the recordings that were held out."""
    started = time.monotonic()
    judge, test = _syllables.judge(subject), _spoken.recordings(asked).only("test")
    words = [test.word_names[word] for word in test.words.tolist()]
    right = judge.right(test.pictures, words)
    again = judge.right(mel.logmel(phase.griffin_lim(test.pictures)), words)
    rows = [*_syllables.rows("syllable", right), Row("syllable_phase", float(again.all(1).float().mean()), len(again))]
    return Report(
        subject.id,
        tuple(rows),
        seeds={},
        samples={"test": len(test)},
        judge_sha256=subject.description.parts["model"].sha256,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
    )
