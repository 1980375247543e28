"""Make the recording that the training page shows to newcomers, from a finished run of this machine.

GANAPP_RUNS=... python scripts/record_run.py JOB assets/recordings/digits
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image

from ganapp.jobs import snapshot, store
from ganapp.jobs.requests import job_show
from ganapp.jobs.visitor import Visitor

SHEETS = 15  # closer together at the beginning, where most happens
LEVELS = 8  # of grey
POINTS = 140
SERIES = ("g_loss", "d_loss", "d_right_real", "d_right_fake", "g_grad", "d_grad")
ID = "recorded"
KEPT = ("steps", "step", "seconds", "device", "order", "equilibrium", "classes", "diagnoses", "memory_mb")


def chosen(steps: tuple[int, ...]) -> list[int]:
    """About SHEETS of the steps, the first and the last among them, ever further apart."""
    places = [round((len(steps) - 1) * (i / (SHEETS - 1)) ** 2) for i in range(SHEETS)]
    return sorted({steps[place] for place in places})


def thinned(curves: dict[str, Any]) -> dict[str, Any]:
    """At most POINTS of the means that the page draws."""
    every = -(-len(curves["step"]) // POINTS)

    def some(values: list[Any]) -> list[Any]:
        return [None if value is None else round(value, 4) for value in values[::every]]

    series = {name: {"mean": some(curves["series"][name]["mean"])} for name in SERIES if name in curves["series"]}
    return {"from": 0, "step": curves["step"][::every], "seconds": some(curves["seconds"]), "series": series}


def main(job_id: str, place: Path) -> None:
    job = store.select("id = ?", (job_id,))[0]
    owner = Visitor(job.owner)
    report = job_show.Result(snapshot.read(owner, job_id, -1), job).report()
    steps = chosen(report["samples"][""])
    run = {name: report[name] for name in KEPT}
    run |= {
        "id": ID,
        "name": "",
        "names": None,
        "created": 0,
        "state": "done",
        "yours": False,
        "shared": True,
        "result": False,
        "remote": False,
    }
    run |= {"samples": {"": steps}, "curves": thinned(report["curves"]), "advice": [], "lesson": None, "adoption": None}
    run |= {"usable": None, "remote": False}
    run |= {"why": None, "reason": None, "held": False, "starting": False, "ending": "", "checkpoint": False, "latest": {}, "lamps": {}}
    run["diagnoses"] = [without_advice(each) for each in run["diagnoses"]]
    (place / "samples").mkdir(parents=True, exist_ok=True)
    for step in steps:
        with Image.open(job.folder / "samples" / f"{step:07d}.png") as sheet:
            sheet.convert("L").quantize(LEVELS).save(place / "samples" / f"{step:07d}.png", optimize=True)
    (place / "run.json").write_text(json.dumps(run, separators=(",", ":")) + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    print(f"{len(steps)} sheets, {size / 1000:.0f} kB")


def without_advice(diagnosis: dict[str, Any]) -> dict[str, Any]:
    """A diagnosis that nobody can act upon."""
    return {name: {**value, "advice": []} if isinstance(value, dict) else value for name, value in diagnosis.items()}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
