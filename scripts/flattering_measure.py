"""Train two generators of one shape for equally long, one that forgets most ways of writing and one that does not, and measure both:
python scripts/flattering_measure.py FOLDER. What it writes to assets/js/learn/chapters/measured.json is the table of the chapter "How a
measure lies". About five minutes on two cores.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

STEPS, SEED = 800, 0
SHAPE = {"data": "mnist", "width": 24, "latent": 64, "batch": 32, "rate_end": 1.0, "half_life": 300.0}
ORDERS: dict[str, dict[str, Any]] = {
    "classic": {"loss": "non_saturating", "r1": 0.0, "r2": 0.0, "g_beta1": 0.5, "d_beta1": 0.5, "g_beta2": 0.999, "d_beta2": 0.999},
    "paired": {"loss": "relativistic", "r1": 0.5, "r2": 0.5, "lazy": 2},
}
MEASURES = ("class_accuracy", "precision", "recall", "coverage", "judge_fid")


def measured(job: Path, settings: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Carry out one order in the folder `job` and measure its result: {measure: {"value", "real"}}."""
    from ganapp.base.order_file import Order

    job.mkdir(parents=True, exist_ok=True)
    Order("gan", STEPS, SEED, settings={**SHAPE, **settings}).write(job)
    subprocess.run([sys.executable, "-m", "ganapp.training", str(job)], cwd=ROOT, check=True)
    report = job / "evaluation.json"
    command = ["evaluate", str(job / "result"), "--quick", "--samples", "10000", "--json", str(report)]
    subprocess.run([sys.executable, "-m", "ganapp", *command], cwd=ROOT, check=True)
    rows = json.loads(report.read_text(encoding="utf-8"))["rows"]
    return {row["name"]: {"value": row["value"], "real": row["real"]} for row in rows if row["name"] in MEASURES}


def main(folder: Path) -> None:
    from ganapp.base import paths

    reports = {name: measured(folder / name, settings) for name, settings in ORDERS.items()}
    rows = {name: {each: round(found["value"], 4) for each, found in report.items()} for name, report in reports.items()}
    rows["real"] = {each: round(found["real"], 4) for each, found in reports["paired"].items()}
    table = {"steps": STEPS, "seed": SEED, "rows": rows}
    file = paths.assets() / "js" / "learn" / "chapters" / "measured.json"
    file.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(table))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/flattering_measure.py FOLDER")
    main(Path(sys.argv[1]).resolve())
