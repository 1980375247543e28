"""The evaluation of a writer of English stanzas, quickly, of one that nobody trained."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ganapp.evaluation import stanzas
from ganapp.evaluation.subject import Options, find
from ganapp.models.lexicon import SCHEMES
from ganapp.writing.versify import Draft
from tests.support import tinystanzas


def test_a_writer_that_nobody_trained_is_told_from_poets(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    tinystanzas.pen(tmp_path / "pen")
    report = stanzas.evaluate(find(str(tmp_path / "pen")), Options(samples=24, quick=True))
    rows = {row.name: row for row in report.rows}
    assert rows["stanzas_perplexity"].value > 1000
    assert rows["stanzas_metre"].value < 0.2 < 0.9 < (rows["stanzas_metre"].real or 0)
    assert rows["stanzas_rhyme"].value < 0.2 < 0.9 < (rows["stanzas_rhyme"].real or 0)
    assert rows["stanzas_copies"].value == 0
    methods = report.details["methods"]
    assert [line["method"] for line in methods] == ["real", "shuffled", *["pen"] * 6, "best_of_16", "upper_half"]
    assert methods[1]["tied"] < 0.2  # lines thrown together rhyme by chance


def test_shares_by_hand() -> None:
    known = tinystanzas.known()
    lines = tuple(tuple(known.tokens(line)) for line in tinystanzas.FIRST.split(" | "))
    told = stanzas.shares([Draft(lines, 0, SCHEMES.index("AABB")), Draft(lines, 0, SCHEMES.index("ABBA"))], known)
    assert told == pytest.approx({"metre": 0.0, "line_metre": 0.75, "rhyme": 0.5, "tied": 0.5})
