"""How often a writer of captions says what is there, by attribute: every sentence is parsed, and held beside the scene that was drawn."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import torch

from ganapp.evaluation import _scenes
from ganapp.evaluation.report import MethodsReport
from ganapp.evaluation.subject import Options
from ganapp.models import captioner, folder
from ganapp.models.captioner import Captioner
from ganapp.models.catalog import Loaded
from ganapp.writing import captions, grammar, scene
from ganapp.writing.scene import Scene

SAMPLES, QUICK = 1000, 100
CANDIDATES = 8
RANKED = 4  # of so many scenes one is written about several times over
TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4)  # of the sweep
SWEPT, HALF = 10, CANDIDATES // 2  # of so many scenes one is in the sweep; sentences of a scene that count


class CaptionsReport(MethodsReport):
    """The report with a table of the ways to choose a sentence."""

    section = "captions"
    heads = ("method", "samples", *_scenes.NAMES)


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a writer of captions."""
    return description.task == "caption"


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> CaptionsReport:
    """Measure the writer on `asked.samples` scenes, in both languages; a part of them with several sentences to choose from."""
    started = time.monotonic()
    writer = captioner.of_folder(subject)
    batches = _scenes.blocks(asked.samples or (QUICK if asked.quick else SAMPLES), _scenes.SEED)
    likeliest = {language: _likeliest(writer, batches, language) for language in grammar.LANGUAGES}
    table = [_line(f"likeliest_{language}", verdicts) for language, verdicts in likeliest.items()]
    table += _chosen(writer, batches[: max(1, len(batches) // RANKED)])
    every = [verdict for verdicts in likeliest.values() for verdict in verdicts]
    return CaptionsReport(
        subject.id,
        tuple(_scenes.rows(every)),
        seeds={"scenes": _scenes.SEED},
        samples={"scenes": len(likeliest["en"])},
        judge_sha256="",
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={
            "section": "captions",
            "methods": table,
            "candidates": CANDIDATES,
            "sweep": sweep(subject.id, writer, batches[: max(1, len(batches) // SWEPT)]),
        },
    )


def said(told: Scene, real: Scene) -> dict[str, bool]:
    """Whether each attribute is said, and rightly, of every thing; a sentence outside the grammar says nothing."""
    verdict = scene.right(told, real)
    complete = {name: bool(told) and all(thing.attribute(name) for thing in told) for name in scene.ATTRIBUTES}
    kept = {name: verdict[name] and complete[name] for name in scene.ATTRIBUTES} | {"count": verdict["count"]}
    return {**kept, "all": all(kept.values())}


def _likeliest(writer: Captioner, batches: list[Any], language: str) -> list[dict[str, bool]]:
    written = [captions.written(writer, (batch.pictures + 1) / 2, language) for batch in batches]
    return [said(each.scene, real) for found, batch in zip(written, batches) for each, real in zip(found, batch.scenes, strict=True)]


def _chosen(writer: Captioner, batches: list[Any]) -> list[dict[str, Any]]:
    """Lines of the table for sentences that are chosen of several: by chance, by likelihood, by the discriminator, and by who knows."""
    ways: dict[str, list[dict[str, bool]]] = {name: [] for name in ("drawn", "likelihood", "discriminator", "oracle")}
    for k, batch in enumerate(batches):
        for language in grammar.LANGUAGES:
            pictures = (batch.pictures + 1) / 2
            sets = [captions.written(writer, pictures, language)]
            sets += [captions.written(writer, pictures, language, captions.TEMPERATURE, 100 * k + i) for i in range(CANDIDATES - 1)]
            for found, real in zip(zip(*sets), batch.scenes, strict=True):
                ways["drawn"].append(said(found[1].scene, real))
                ways["likelihood"].append(said(max(found, key=lambda caption: caption.certainty).scene, real))
                ways["discriminator"].append(said(max(found, key=lambda caption: (caption.scene != (), caption.score)).scene, real))
                verdicts = [said(caption.scene, real) for caption in found]
                ways["oracle"].append(max(verdicts, key=lambda verdict: (verdict["all"], sum(verdict.values()))))
    return [_line(name, verdicts) for name, verdicts in ways.items()]


def sweep(model: str, writer: Captioner, batches: list[Any]) -> list[dict[str, Any]]:
    """Rightness against repetition over temperatures, English: HALF drawn sentences a scene, and the HALF that the discriminator likes best
    of CANDIDATES. self_bleu: of the sentences of a scene the share that repeat another."""
    lines = []
    for temperature in TEMPERATURES:
        ways: dict[str, list[tuple[list[dict[str, bool]], float]]] = {model: [], "discriminator": []}
        for k, batch in enumerate(batches):
            pictures = (batch.pictures + 1) / 2
            sets = [captions.written(writer, pictures, "en", temperature, 100 * k + i) for i in range(CANDIDATES)]
            for found, real in zip(zip(*sets), batch.scenes, strict=True):
                liked = sorted(found, key=lambda caption: (caption.scene == (), -caption.score))
                for name, few in ((model, found[:HALF]), ("discriminator", liked[:HALF])):
                    repeated = 1 - len({caption.text for caption in few}) / len(few)
                    ways[name].append(([said(caption.scene, real) for caption in few], repeated))
        for name, rows in ways.items():
            line = _line(name, [verdict for verdicts, _ in rows for verdict in verdicts])
            lines.append({**line, "temperature": temperature, "self_bleu": sum(repeated for _, repeated in rows) / len(rows)})
    return sorted(lines, key=lambda line: line["method"] != model)


def _line(method: str, verdicts: list[dict[str, bool]]) -> dict[str, Any]:
    return {"method": method, "samples": len(verdicts), **{name: _scenes.share(verdicts, name) for name in _scenes.NAMES}}
