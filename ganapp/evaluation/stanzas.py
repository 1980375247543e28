"""How well a writer of English stanzas writes, and how varied: held-out perplexity, metre, rhyme, copies, repetition, over temperatures."""

from __future__ import annotations

import math
import random
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
from ganapp.models import catalog, folder, versifier
from ganapp.models.catalog import Loaded
from ganapp.models.lexicon import Lexicon
from ganapp.models.versifier import Versifier
from ganapp.nets import stanza_writer
from ganapp.training.data.stanzas import Stanzas
from ganapp.training.recipes._stanzas_likelihood import surprises
from ganapp.writing import metre, versify
from ganapp.writing import stanzas as corpus
from ganapp.writing.metre import LINES
from ganapp.writing.stanzas import Stanza
from ganapp.writing.versify import Draft, Wish

BLOCK = 64  # drafts at a time
RULES = ("metre", "line_metre", "rhyme", "tied")


class StanzasReport(MethodsReport):
    """The report with a table of the sweep."""

    section = "stanzas"
    heads = ("method", "temperature", "samples", *RULES, "copies", "distinct", "self_bleu", "reverse_perplexity")


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a writer of English stanzas."""
    return description.task == "stanza"


@dataclass(frozen=True)
class _Ground:
    """What all is measured against: held-out stanzas with a scheme, and the lines that training saw, without marks."""

    real: tuple[Stanza, ...]
    learned: frozenset[tuple[int, ...]]
    n: int
    known: Lexicon


def evaluate(subject: Loaded, asked: Options) -> StanzasReport:
    """Measure the writer, and other writers' folders beside it (`--beside`)."""
    started = time.monotonic()
    pen = versifier.of_folder(subject)
    n = asked.samples or (QUICK if asked.quick else SAMPLES)
    known, real = pen.lexicon, corpus.rhymed("test")
    learned = frozenset(_words(line, known) for stanza in corpus.poems("train") for line in stanza.lines)
    ground = _Ground(real[: 2 * QUICK] if asked.quick else real, learned, min(n, len(real)), known)
    drafts = [Draft(stanza.lines, stanza.metre, stanza.scheme) for stanza in ground.real[: ground.n]]
    table = [_line("real", 0.0, drafts, ground), _line("shuffled", 0.0, shuffled(drafts), ground)]
    perplexities = {}
    for loaded in [subject, *(catalog.opened(str(path), "stanza") for path in asked.beside)]:
        table += _sweep(loaded, ground)
        perplexities[loaded.id] = perplexity(loaded, ground.real)
    chosen: dict[str, list[Draft]] = chosen_of(_ranked(pen), ground.n) if pen.critical else {"best": [], "half": []}
    table += [_line(f"best_of_{DRAFTS}", USUAL, chosen["best"], ground), _line("upper_half", USUAL, chosen["half"], ground)]
    return StanzasReport(
        subject.id,
        tuple(_rows(subject.id, table, perplexities[subject.id], ground)),
        seeds={"poems": SEED},
        samples={"poems": ground.n, "held_out": len(ground.real)},
        judge_sha256="",
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"methods": table, "perplexities": perplexities, "poem_seconds": seconds_of(_ranked(pen))},
    )


@torch.no_grad()
def perplexity(loaded: Loaded, stanzas: Sequence[Stanza]) -> float:
    """By word of held-out stanzas; metre, scheme, marks and ends of lines are counted in, nothing is asked for."""
    net = loaded.built(stanza_writer.Net, UserError("evaluation_none", task=loaded.description.task))
    held_out = Stanzas(stanzas, versifier.of_folder(loaded).lexicon)
    parts = torch.split(torch.arange(len(held_out)), 128)
    return math.exp(sum(surprises(net, *held_out.at(part, given=0.0)).sum().item() for part in parts) / int(held_out.words.sum()))


def shuffled(drafts: Sequence[Draft]) -> list[Draft]:
    """Stanzas whose lines are drawn from all of one length, and their words shuffled: what chance keeps."""
    draw = random.Random(SEED)
    lines = [list(line) for draft in drafts for line in draft.lines]
    draw.shuffle(lines)
    for line in lines:
        draw.shuffle(line)
    return [replace(draft, lines=tuple(tuple(line) for line in lines[4 * k : 4 * k + 4])) for k, draft in enumerate(drafts)]


def written(pen: Versifier, n: int, temperature: float, seed: int = SEED) -> list[Draft]:
    """n stanzas, nothing asked for, no critic, no rule by force."""
    return _writing.written(lambda **asked: versify.drafts(pen, Wish(**asked)), n, temperature, BLOCK, seed)


def _ranked(pen: Versifier) -> _writing.Write[Draft]:
    return lambda **asked: versify.ranked(pen, versify.drafts(pen, Wish(**asked)))


def _words(line: Sequence[int], known: Lexicon) -> tuple[int, ...]:
    return tuple(token for token in line if token < len(known))


def _sweep(loaded: Loaded, ground: _Ground) -> list[dict[str, Any]]:
    pen = versifier.of_folder(loaded)
    return [_line(loaded.id, each, written(pen, ground.n, each), ground) for each in TEMPERATURES]


def shares(drafts: Sequence[Draft], known: Lexicon) -> dict[str, float]:
    """metre: stanzas all in metre; line_metre: lines in metre; rhyme: stanzas whose scheme is kept whole; tied: pairs of lines that do as
    the scheme has it."""
    kept = [metre.measure(draft.lines, draft.metre, draft.scheme, known) for draft in drafts]
    lines = [
        metre.in_metre(line, wanted, known)
        for draft in drafts
        for line, wanted in zip(draft.lines, metre.SYLLABLES[draft.metre], strict=True)
    ]
    ties = [each for draft in drafts for each in metre.ties(draft.lines, draft.scheme, known)]
    return {
        "metre": sum(each.metre for each in kept) / len(kept),
        "line_metre": sum(lines) / len(lines),
        "rhyme": sum(each.rhyme for each in kept) / len(kept),
        "tied": sum(ties) / max(1, len(ties)),
    }


def _line(method: str, temperature: float, drafts: Sequence[Draft], ground: _Ground) -> dict[str, Any]:
    """A line of the table; real stanzas are read by counts of training stanzas, for their reverse perplexity."""
    line: dict[str, Any] = {"method": method, "temperature": temperature, "samples": len(drafts)}
    if not drafts:
        return line
    known = ground.known
    lines = [_words(each, known) for draft in drafts for each in draft.lines]
    line |= shares(drafts, known)
    if method == "shuffled":
        return line
    line |= {"copies": sum(each in ground.learned for each in lines) / len(lines), "distinct": len(set(lines)) / len(lines)}
    if len(drafts) == ground.n:  # what grows with the number of stanzas
        texts = [metre.written(draft.lines, known) for draft in drafts]
        read = [metre.written(stanza.lines, known) for stanza in corpus.rhymed("train")[: ground.n]] if method == "real" else texts
        held_out = [metre.written(stanza.lines, known) for stanza in ground.real]
        line |= {"self_bleu": self_bleu(texts), "reverse_perplexity": reverse_perplexity(read, held_out, known.size)}
    return line


def _rows(model: str, table: list[dict[str, Any]], held_out: float, ground: _Ground) -> list[Row]:
    """The rows of the report: at the usual temperature by the net alone, and the best of DRAFTS."""
    real = table[0]
    alone = at_usual(table, model)
    rows = [Row("stanzas_perplexity", held_out, len(ground.real), "lower")]
    rows += [share(f"stanzas_{rule}", alone[rule], alone["samples"], real[rule]) for rule in RULES]
    rows.append(replace(share("stanzas_copies", alone["copies"], LINES * alone["samples"], real["copies"], 0.01), better="lower"))
    rows.append(share("stanzas_distinct", alone["distinct"], LINES * alone["samples"], real["distinct"]))
    for name in ("self_bleu", "reverse_perplexity"):
        rows.append(Row(f"stanzas_{name}", alone[name], alone["samples"], "lower", real=real[name]))
    best = best_of(table)
    if best["samples"]:
        rows += [share(f"stanzas_best_{rule}", best[rule], best["samples"], real[rule]) for rule in RULES]
    return rows
