"""How well a writer of quatrains writes, and how varied: held-out perplexity, prosody, copies, repetition, over a sweep of temperatures."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import torch

from ganapp.base.errors import UserError
from ganapp.evaluation import _writing
from ganapp.evaluation._writing import DRAFTS, QUICK, SAMPLES, SEED, TEMPERATURES, USUAL, at_usual, best_of, chosen_of, seconds_of, share
from ganapp.evaluation.report import MethodsReport, Row
from ganapp.evaluation.subject import Options
from ganapp.metrics.reverse_perplexity import reverse_perplexity
from ganapp.metrics.self_bleu import self_bleu
from ganapp.models import catalog, folder, writer
from ganapp.models.catalog import Loaded
from ganapp.models.writer import Writer
from ganapp.nets import causal_transformer
from ganapp.training.data.verse import Poems
from ganapp.training.recipes._verse_likelihood import surprises
from ganapp.writing import compose, corpus, prosody
from ganapp.writing.compose import Draft, Wish

BLOCK = 128  # drafts at a time
RULES = ("rhyme", "level", "adhesion", "alternate")
BARS = {"rhyme": 0.70, "adhesion": 0.75}
NEAR = 0.05  # how near to real poems the best of 16 must come


class VerseReport(MethodsReport):
    """The report with a table of the sweep."""

    section = "verse"
    heads = ("method", "temperature", "samples", *RULES, "copies", "distinct", "self_bleu", "reverse_perplexity")


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a writer of verse."""
    return description.task == "write"


@dataclass(frozen=True)
class _Ground:
    """What all is measured against: held-out poems, and the lines that training saw."""

    real: tuple[tuple[int, ...], ...]
    learned: frozenset[tuple[int, ...]]
    n: int


def evaluate(subject: Loaded, asked: Options) -> VerseReport:
    """Measure the writer, and other writers' folders beside it (`--beside`)."""
    started = time.monotonic()
    pen = writer.of_folder(subject)
    n = asked.samples or (QUICK if asked.quick else SAMPLES)
    real = corpus.poems("test")
    learned = frozenset(tuple(line) for poem in corpus.poems("train") for line in prosody.lines(poem))
    ground = _Ground(real[: 2 * QUICK] if asked.quick else real, learned, n)
    table, perplexities = [_line("real", 0.0, real[:n], ground, pen)], {}
    others = [catalog.opened(str(path), "write") for path in asked.beside]
    for loaded in [subject, *others]:
        table += _sweep(loaded, ground)
        perplexities[loaded.id] = perplexity(loaded, ground.real)
    chosen: dict[str, list[Draft]] = chosen_of(_ranked(pen), n) if pen.critical else {"best": [], "half": []}
    best, half = ([draft.poem for draft in chosen[kind]] for kind in ("best", "half"))
    table += [_line(f"best_of_{DRAFTS}", USUAL, best, ground, pen), _line("upper_half", USUAL, half, ground, pen)]
    rows = _rows(subject.id, table, perplexities[subject.id], ground, asked.quick)
    return VerseReport(
        subject.id,
        tuple(rows),
        seeds={"poems": SEED},
        samples={"poems": n, "held_out": len(ground.real)},
        judge_sha256="",
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"methods": table, "perplexities": perplexities, "poem_seconds": seconds_of(_ranked(pen))},
    )


@torch.no_grad()
def perplexity(loaded: Loaded, poems: Sequence[Sequence[int]]) -> float:
    """By character of held-out poems; the choice of form and rhyme is counted in, nothing is asked for."""
    net = loaded.built(causal_transformer.Net, UserError("evaluation_none", task=loaded.description.task))
    held_out = Poems(poems, writer.of_folder(loaded).alphabet)
    parts = torch.split(torch.arange(len(held_out)), 256)
    return math.exp(sum(surprises(net, *held_out.at(part, given=0.0)).sum().item() for part in parts) / (len(held_out) * prosody.LENGTH))


def written(pen: Writer, n: int, temperature: float, seed: int = SEED) -> list[Draft]:
    """n poems, nothing asked for, no critic, no rule by force."""
    return _writing.written(lambda **asked: compose.drafts(pen, Wish(**asked)), n, temperature, BLOCK, seed)


def _ranked(pen: Writer) -> _writing.Write[Draft]:
    return lambda **asked: compose.ranked(pen, compose.drafts(pen, Wish(**asked)))


def _sweep(loaded: Loaded, ground: _Ground) -> list[dict[str, Any]]:
    pen = writer.of_folder(loaded)
    return [_line(loaded.id, each, [draft.poem for draft in written(pen, ground.n, each)], ground, pen) for each in TEMPERATURES]


def _line(method: str, temperature: float, poems: Sequence[tuple[int, ...]], ground: _Ground, pen: Writer) -> dict[str, Any]:
    """A line of the table; real poems are read by counts of training poems, for their reverse perplexity."""
    line: dict[str, Any] = {"method": method, "temperature": temperature, "samples": len(poems)}
    if not poems:
        return line
    lines = [tuple(each) for poem in poems for each in prosody.lines(poem)]
    compared = len(poems) == ground.n  # the last two grow with the number of poems
    reader = corpus.poems("train")[: ground.n] if method == "real" else poems
    return {
        **line,
        **prosody.shares(poems, pen.alphabet),
        "copies": sum(each in ground.learned for each in lines) / len(lines),
        "distinct": len(set(lines)) / len(lines),
        **({"self_bleu": self_bleu(poems)} if compared else {}),
        **({"reverse_perplexity": reverse_perplexity(reader, ground.real, len(pen.alphabet))} if compared else {}),
    }


def _rows(model: str, table: list[dict[str, Any]], held_out: float, ground: _Ground, quick: bool) -> list[Row]:
    """The rows of the report: at the usual temperature by the net alone, and the best of DRAFTS."""
    real = table[0]
    alone = at_usual(table, model)
    rows = [Row("perplexity", held_out, len(ground.real), "lower", bar=110.0)]
    rows += [share(f"verse_{rule}", alone[rule], alone["samples"], real[rule], BARS.get(rule)) for rule in RULES]
    rows.append(replace(share("verse_copies", alone["copies"], 4 * alone["samples"], real["copies"], 0.01), better="lower"))
    rows.append(share("verse_distinct", alone["distinct"], 4 * alone["samples"], real["distinct"]))
    for name in ("self_bleu", "reverse_perplexity"):
        rows.append(Row(name, alone[name], alone["samples"], "lower", real=real[name]))
    best = best_of(table)
    if best["samples"]:
        bars = {rule: real[rule] - NEAR for rule in BARS}
        rows += [share(f"verse_best_{rule}", best[rule], best["samples"], real[rule], bars.get(rule)) for rule in RULES]
    return [replace(row, bar=None) for row in rows] if quick else rows
