"""How near a vocoder's samples come to recordings that were held out, beside Griffin and Lim's search over the same pictures.

Distances are those of single words. Speech quality (PESQ, ITU-T P.862, narrow band) and intelligibility (STOI, Taal et al. 2011) are for
sentences, and measured over strings of ten words; without their packages, `pesq` and `pystoi` (group `measure`), these rows are left out.
Both ways are given sounds of the speaker too, of which there is no recording: a judge says which words it hears.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.evaluation import _spoken
from ganapp.evaluation.report import MethodsReport, Row
from ganapp.evaluation.subject import Options
from ganapp.losses import spectral
from ganapp.metrics.class_accuracy import class_accuracy, wilson
from ganapp.models import catalog, classifier, folder, speaker, vocoder
from ganapp.models.catalog import Loaded
from ganapp.sounds import mel, phase
from ganapp.training.data import waves
from ganapp.training.data.waves import Waves

SPEAKER, SEED = "speak-digits", 1
SPOKEN, QUICK = 600, 60  # words of the speaker; in a rough look, where few strings are heard too
STRINGS = 3  # of a rough look
LANGUAGES = ("en", "zh")
LOWER = ("bands", "spectra")


class VocoderReport(MethodsReport):
    """The report with a table of both ways in both languages."""

    section = "vocoder"
    heads = ("method", "language", "bands", "spectra", "pesq", "stoi")


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a vocoder."""
    return description.task == "vocode"


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> VocoderReport:
    """Measure a vocoder on held-out recordings of the file that --data names; the bars are what the search reaches."""
    if asked.data is None:
        raise UserError("evaluation_waves")
    started, data = time.monotonic(), waves.load(str(asked.data)).held_out()
    strings = list(data.heard())[: STRINGS if asked.quick else None]
    data = data.of(torch.cat([index for _, index in strings]))
    ways: dict[str, _spoken.Way] = {"search": phase.griffin_lim, "this": vocoder.of_folder(subject)}
    made = {name: _spoken.sampled(way, mel.logmel(data.samples)) for name, way in ways.items()}
    table = [
        {"method": name, "language": language, **measured(data.of(kept), samples[kept])}
        for language in LANGUAGES
        if (kept := data.said_in(language)).any()
        for name, samples in made.items()
    ]
    rows = [*_compared(table, int(data.said_in("en").sum())), _heard(ways, QUICK if asked.quick else SPOKEN)]
    return VocoderReport(
        subject.id,
        tuple(rows),
        seeds={"latents": SEED},
        samples={"recordings": len(data), "strings": len(strings)},
        judge_sha256=catalog.load(_spoken.JUDGE, "classify").description.parts["model"].sha256,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"section": "vocoder", "methods": table},
    )


def measured(data: Waves, made: Tensor) -> dict[str, float]:
    """What samples made of the pictures of recordings are like: distances, and speech measures over the strings."""
    found = {
        "bands": float(spectral.bands(made, data.samples)),
        "spectra": float(torch.stack([spectral.distance(a[None], b[None]) for a, b in zip(made, data.samples)]).mean()),
    }
    rows = [(data.joined(data.samples, index).numpy(), data.joined(made, index).numpy()) for _, index in data.heard()]
    return found | _speech(rows)


def _speech(rows: list[tuple[Any, Any]]) -> dict[str, float]:
    """Means of PESQ and STOI over pairs of a recorded and a made string; {} without the packages."""
    try:
        from pesq import pesq
        from pystoi import stoi
    except ImportError:
        return {}
    return {
        "pesq": float(np.mean([pesq(mel.RATE, real, made, "nb") for real, made in rows])),
        "stoi": float(np.mean([stoi(real, made, mel.RATE) for real, made in rows])),
    }


def _compared(table: list[dict[str, Any]], count: int) -> list[Row]:
    """The English rows of this way, with what the search reaches as bars."""
    mine, other = (next(row for row in table if row["method"] == name and row["language"] == "en") for name in ("this", "search"))
    return [
        Row(f"vocoder_{name}", mine[name], count, "lower" if name in LOWER else "higher", bar=other[name])
        for name in VocoderReport.heads
        if isinstance(mine.get(name), float)
    ]


def _heard(ways: dict[str, _spoken.Way], count: int) -> Row:
    """How often the speaker's word is heard in the vocoder's samples of its pictures; the bar is how often in the search's."""
    voice, judge = speaker.of_folder(catalog.load(SPEAKER, "speak")), classifier.of_folder(catalog.load(_spoken.JUDGE, "classify"))
    said = sorted(voice.said)
    index = torch.arange(count) % len(said)
    words, voices = (torch.tensor([pair[i] for pair in said])[index] for i in range(2))
    z = torch.randn(count, voice.latent, generator=torch.Generator().manual_seed(SEED))
    parts = (z, torch.eye(len(voice.words))[words], torch.eye(len(voice.voices))[voices])
    pictures = torch.cat([voice.draw(*part) for part in zip(*(torch.split(each, _spoken.BLOCK) for each in parts), strict=True)])
    share = {
        name: class_accuracy(_spoken.heard(judge, mel.logmel(_spoken.sampled(way, pictures))).logits, words.numpy())
        for name, way in ways.items()
    }
    return Row("vocoder_heard", share["this"], count, interval=wilson(share["this"], count), bar=share["search"])
