"""Tables of a trade: what is kept is whole, stands in docs as it was measured, and has words in both languages."""

from __future__ import annotations

import importlib
import json
import math
from typing import Any

import pytest

from ganapp.base import locales, paths
from ganapp.evaluation import bench_trade, trades
from ganapp.models import catalog
from ganapp.ui.pages import models as models_page

KEPT = sorted((paths.assets() / "trades").glob("*.json"))
DOCS = {"upscale": "upscale.md", "repair": "repair.md", "stylize": "stylize.md"}


@pytest.fixture(params=KEPT, ids=lambda path: path.stem)
def table(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.param.read_text("utf-8"))
    return found


def test_what_is_kept_has_its_module_and_the_page_shows_it() -> None:
    assert {path.stem for path in KEPT} <= set(trades.TRADES) == set(models_page.TRADES)
    assert [table["trade"] for table in models_page.trades()] == [trade for trade in trades.TRADES if trade in {path.stem for path in KEPT}]
    for trade in trades.TRADES:
        module = importlib.import_module(f"ganapp.evaluation.trades.{trade}")
        assert callable(module.rows)


def test_rows_are_whole(table: dict[str, Any]) -> None:
    module = importlib.import_module(f"ganapp.evaluation.trades.{table['trade']}")
    assert table["measures"] == list(module.MEASURES)
    for row in table["rows"]:
        assert row["pictures"] == table["samples"]
        assert all(math.isfinite(row[name]) for name in table["measures"] if row.get(name) is not None)
        assert row["seconds"] >= 0
    methods = [row["method"] for row in table["rows"]]
    assert len(methods) == len(set(methods))
    assert {row["source"] for row in table["rows"]} >= {"shipped", "classical"}


def test_models_of_the_table_are_there(table: dict[str, Any]) -> None:
    known = {entry.id for entry in catalog.listing()}
    for row in table["rows"]:
        if row["source"] != "classical":
            assert row["method"].split(": ")[0].split(" (")[0] in known


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_words(table: dict[str, Any], language: str) -> None:
    for name in table["measures"]:
        assert locales.text(f"models.trades.measures.{name}", language)
    for row in table["rows"]:
        if row["source"] == "classical":
            assert locales.text(f"models.trades.ways.{row['method'].split(': ')[0]}", language)


def test_docs_hold_the_table_as_it_was_measured(table: dict[str, Any]) -> None:
    page = (paths.ROOT / "docs" / DOCS[table["trade"]]).read_text("utf-8")
    for line in bench_trade.markdown(table).splitlines()[2:]:
        assert line in page


def test_time_is_the_processors_and_means_are_of_all_pictures() -> None:
    made, took = trades.timed(sum, [1, 2])
    assert made == 3
    assert 0 <= took < 1
    way = trades.Way("x", "pack", 1.5, sum)
    assert trades.row(way, [{"psnr": 1.0}, {"psnr": 3.0}]) == {
        "method": "x",
        "source": "pack",
        "megabytes": 1.5,
        "pictures": 2,
        "psnr": 2.0,
    }
