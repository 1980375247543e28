"""`python -m ganapp bench trade NAME --data DIR`: one trade's table, see ganapp/evaluation/trades."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.evaluation.trades import TRADES

PICTURES = 12
DIGITS = {"psnr_clean": 2, "seconds": 2, "megabytes": 1}


def main(arguments: list[str]) -> int:
    """Returns 0 when measured, 2 where something is missing."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    parser = argparse.ArgumentParser("python -m ganapp bench trade", description=__doc__)
    parser.add_argument("trade", choices=TRADES)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="photographs to measure with")
    parser.add_argument("--painting", type=Path, metavar="DIR", help="the paintings, for styles")
    parser.add_argument("--samples", type=int, default=PICTURES, metavar="N", help="of the photographs, spread over the folder")
    parser.add_argument("--quick", action="store_true", help="only ways that can be compared in every measure")
    parser.add_argument("--keep", action="store_true", help="put the table where the page Models finds it")
    options = parser.parse_args(arguments)
    from ganapp.evaluation.report import machine
    from ganapp.evaluation.subject import Options

    module = importlib.import_module(f"ganapp.evaluation.trades.{options.trade}")
    try:
        rows = module.rows(Options(options.samples, options.quick, options.data, painting=options.painting))
    except UserError as problem:
        print(problem, file=sys.stderr)
        return 2
    table = {
        "trade": options.trade,
        "measures": list(module.MEASURES),
        "data": options.data.name,
        "samples": options.samples,
        "quick": options.quick,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "rows": [{key: _rounded(key, value) for key, value in row.items()} for row in rows],
    }
    if options.keep:
        writing.write(paths.assets() / "trades" / f"{options.trade}.json", json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    print(markdown(table))
    return 0


def _rounded(key: str, value: Any) -> Any:
    return round(value, DIGITS.get(key, 3)) if isinstance(value, float) else value


def markdown(table: dict[str, Any]) -> str:
    """The table as docs hold it."""
    lines = [["way", *table["measures"]], ["---"] * (len(table["measures"]) + 1)]
    for row in table["rows"]:
        lines.append(
            [f"`{row['method']}`", *("" if row.get(name) is None else f"{row[name]:.{DIGITS.get(name, 3)}f}" for name in table["measures"])]
        )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
