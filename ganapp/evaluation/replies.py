"""How often a ranker of replies finds the true reply among ten, of pairs that nothing was trained on; beside it BM25, which learns nothing.

Every held-out turn is asked several times, each time among nine other held-out replies drawn anew. A tie counts as the share of its places.
"""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from ganapp.evaluation.report import MethodsReport, Row
from ganapp.evaluation.subject import Options, find
from ganapp.metrics.class_accuracy import wilson
from ganapp.models import folder, replier
from ganapp.models.catalog import Loaded
from ganapp.models.replier import Replier
from ganapp.writing import dialogue

SEED, DRAWS, AMONG = 20_262, 5, 10
TEMPERATURES = (0.25, 0.5, 1.0, 2.0, 4.0)  # of the sweep
SPLIT = 32  # turns that are compared with all replies at once
SHARPNESS, LENGTH = 1.5, 0.75  # BM25's k1 and b
Scores = Callable[[str, Sequence[str], str], list[float]]


class Case(NamedTuple):
    """What was said in a language, and ten replies, the true one first."""

    said: str
    replies: tuple[str, ...]
    language: str


class RepliesReport(MethodsReport):
    """The report with a table of all methods."""

    section = "replies"
    heads = ("method", "samples", "en", "zh")


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a ranker of replies."""
    return description.task == "reply"


def evaluate(subject: Loaded, asked: Options) -> RepliesReport:
    """Measure the ranker and its generator; beside: folders of other rankers, which are named by their folder."""
    started = time.monotonic()
    draws = 1 if asked.quick else DRAWS
    cases = {language: drawn(language, "test", draws) for language in dialogue.LANGUAGES}
    ranker = replier.of_folder(subject)
    methods: dict[str, Scores] = {"bm25_words": _bm25(dialogue.words), "bm25_grams": _bm25(None)}
    beside = {path.resolve().name: replier.of_folder(_other(path)) for path in asked.beside}
    generator = Replier(subject.id, ranker.buckets, subject.net("generator"))
    methods |= {name: _by(other) for name, other in {**beside, "generator": generator, "this": ranker}.items()}
    swept = {
        subject.id: ranker,
        "generator": generator,
        **({"upper_half": next(iter(beside.values()))} if beside else {}),
    }  # as the plot names them
    recalls = {name: _recalls(scores, cases) for name, scores in methods.items()}
    table = [{"method": name, "samples": sum(map(len, cases.values())), **found} for name, found in recalls.items()]
    mine, plain = recalls["this"], recalls["bm25_words"]
    turns = {language: len(found) // draws for language, found in cases.items()}
    rows = [
        Row(f"replies_{name}", mine[name], turns[name], real=plain[name], interval=wilson(mine[name], turns[name]))
        for name in dialogue.LANGUAGES
    ]
    return RepliesReport(
        subject.id,
        tuple(rows),
        seeds={"replies": SEED},
        samples={"turns": sum(turns.values()), "draws": draws},
        judge_sha256="",
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"section": "replies", "methods": table, "sweep": _sweep(swept, cases)},
    )


def _other(path: Path) -> Loaded:
    return find(str(path.resolve()))


def drawn(language: str, split: str, draws: int = DRAWS) -> list[Case]:
    """The cases of a split: its pairs, each with nine replies that answer other turns."""
    chance = random.Random(SEED)
    known = dialogue.pairs(language, split)
    replies = sorted({pair.reply for pair in known})
    true = {(pair.said.lower(), pair.reply) for pair in known}
    cases = []
    for pair in known:
        for _ in range(draws):
            others = [reply for reply in chance.sample(replies, len(replies)) if (pair.said.lower(), reply) not in true]
            cases.append(Case(pair.said, (pair.reply, *others[: AMONG - 1]), language))
    return cases


def recall(scores: Sequence[Sequence[float]]) -> float:
    """Share of the rows whose first number is the highest; a tie counts in part."""
    return sum((row[0] == max(row)) / list(row).count(max(row)) for row in scores) / len(scores)


def _recalls(scores: Scores, cases: dict[str, list[Case]]) -> dict[str, float]:
    return {language: recall([scores(case.said, case.replies, case.language) for case in found]) for language, found in cases.items()}


def _sweep(rankers: dict[str, Replier], cases: dict[str, list[Case]]) -> list[dict[str, Any]]:
    """Rightness against repetition over temperatures, by name of a ranker. right: how often the true reply among ten is drawn by the odds
    of the scores; self_bleu: of replies drawn for every turn from all of a language's cases, the share that repeat another's."""
    chance, lines = random.Random(SEED), []
    for name, ranker in rankers.items():
        rows: list[list[float]] = []
        every: list[tuple[list[str], list[float]]] = []
        for language, found in cases.items():
            said, among = sorted({case.said for case in found}), sorted({reply for case in found for reply in case.replies})
            told, replies = (dialogue.bags(texts, language, ranker.buckets) for texts in (said, among))
            scores = [row for part in told.split(SPLIT) for row in ranker.score(part, replies).tolist()]  # type: ignore[no-untyped-call]
            turn, place = ({text: i for i, text in enumerate(texts)} for texts in (said, among))
            rows += [[scores[turn[case.said]][place[reply]] for reply in case.replies] for case in found]
            every += [(among, row) for row in scores]
        for temperature in TEMPERATURES:
            right = sum(_odds(row, temperature)[0] for row in rows) / len(rows)
            chosen = [chance.choices(among, _odds(row, temperature))[0] for among, row in every]
            line = {"method": name, "temperature": temperature, "samples": len(rows)}
            lines.append({**line, "right": right, "self_bleu": 1 - len(set(chosen)) / len(chosen)})
    return lines


def _odds(scores: Sequence[float], temperature: float) -> list[float]:
    """Shares that add up to 1."""
    weights = [math.exp((score - max(scores)) / temperature) for score in scores]
    return [weight / sum(weights) for weight in weights]


def _by(ranker: Replier) -> Scores:
    """The scores of a ranker."""

    def scores(said: str, replies: Sequence[str], language: str) -> list[float]:
        told, read = (dialogue.bags(texts, language, ranker.buckets) for texts in ([said], replies))
        found: list[float] = ranker.score(told, read)[0].tolist()
        return found

    return scores


def _bm25(split: Callable[[str], list[str]] | None) -> Scores:
    """Okapi BM25 (Robertson & Zaragoza 2009) with the frequencies of the training replies; of words, or of the ranker's n-grams."""
    known = {
        language: [_split(split, pair.reply, language) for pair in dialogue.pairs(language, "train")] for language in dialogue.LANGUAGES
    }
    rare = {language: Counter(word for reply in replies for word in set(reply)) for language, replies in known.items()}
    usual = {language: sum(map(len, replies)) / len(replies) for language, replies in known.items()}

    def score(said: set[str], reply: list[str], language: str) -> float:
        counts, n = Counter(reply), len(known[language])
        norm = SHARPNESS * (1 - LENGTH + LENGTH * len(reply) / usual[language])
        shared = {word: math.log(1 + (n - rare[language][word] + 0.5) / (rare[language][word] + 0.5)) for word in said if word in counts}
        return sum(weight * counts[word] * (SHARPNESS + 1) / (counts[word] + norm) for word, weight in shared.items())

    def scores(said: str, replies: Sequence[str], language: str) -> list[float]:
        told = set(_split(split, said, language))
        return [score(told, _split(split, reply, language), language) for reply in replies]

    return scores


def _split(split: Callable[[str], list[str]] | None, text: str, language: str) -> list[str]:
    return split(text) if split else dialogue.grams(text, language)
