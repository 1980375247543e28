"""Train shipped models again, from the very orders that their config.json records: python scripts/rebuild.py NAME ...

The result lies in runs/rebuild-NAME/result, ready to be measured against the shipped one. Interrupted, it goes on when called again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def rebuild(name: str) -> Path:
    """Carry out the order behind models/`name`; returns the new model folder."""
    from ganapp.base import paths
    from ganapp.base.order_file import Order
    from ganapp.models import folder

    description = folder.describe(paths.shipped_models() / name)
    made = description.training
    stages = [made]
    while made["recipe"] in ("verse", "stanzas") and stages[0].get("before"):  # a stage begins from what another wrote
        stages.insert(0, stages[0]["before"])
    result = ""
    for number, stage in enumerate(stages, 1):
        job = paths.runs() / f"rebuild-{name}{'' if stage is made else f'-{number}'}"
        job.mkdir(parents=True, exist_ok=True)
        settings = {**stage["settings"], **({"model": result} if result else {})}
        Order(stage["recipe"], stage["steps"], stage["seed"], settings=settings).write(job)
        subprocess.run([sys.executable, "-m", "ganapp.training", str(job)], cwd=ROOT, check=True)
        result = str(job / "result")
    if description.task == "sample":
        subprocess.run([sys.executable, "-m", "ganapp.finishing", str(job / "result")], cwd=ROOT, check=True)
    return job / "result"


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("usage: python scripts/rebuild.py NAME ...")
    for wanted in sys.argv[1:]:
        print(rebuild(wanted))
