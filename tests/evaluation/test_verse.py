"""The evaluation of a writer of verse, quickly, of one that nobody trained."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from ganapp.evaluation import verse
from ganapp.evaluation.subject import Options, find
from tests.support import tinyverse


def test_a_writer_that_nobody_trained_is_told_from_poets(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    tinyverse.pen(tmp_path / "pen")
    tinyverse.pen(tmp_path / "other")
    report = verse.evaluate(find(str(tmp_path / "pen")), Options(samples=32, quick=True, beside=(tmp_path / "other",)))
    rows = {row.name: row for row in report.rows}
    assert rows["perplexity"].value > 1000
    assert rows["verse_alternate"].value < 0.2 < 0.6 < (rows["verse_alternate"].real or 0)
    assert rows["verse_copies"].value == 0
    sweep = report.details["methods"]
    assert [line["method"] for line in sweep] == ["real", *["pen"] * 6, *["other"] * 6, "best_of_16", "upper_half"]
    assert json.loads(report.as_json())["details"]["perplexities"].keys() == {"pen", "other"}
    assert "Perplexity" in report.table() or "perplexity" in report.table()
    assert all(row.bar is None for row in report.rows)
