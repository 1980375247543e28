"""`python -m ganapp.finishing MODEL_FOLDER`: make a trained generator of digits ready for the page.

Trains an encoder (--encoder-steps, 0 to leave the folder's own or none), fits the sliders' directions, the discriminator's
probability, the limits of a search and the usual distance to the training digits, and exports web.onnx. All of it goes into the
folder: encoder.safetensors, directions.json, web.onnx, and `values` in config.json. A second call does it all anew.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganapp.base import paths
from ganapp.base.errors import UserError

STEPS = ("encoder", "directions", "discriminator", "inversion", "nearest", "web")


def main(arguments: list[str]) -> int:
    """Returns 0 when the folder is finished, 2 for one that cannot be."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
    parser = argparse.ArgumentParser(prog="python -m ganapp.finishing", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--encoder-steps", type=int, default=0)
    parser.add_argument("--samples", type=int, default=20000, help="digits drawn to fit the directions on")
    parser.add_argument("--digits", type=int, default=1000, help="test digits that the search is reported on; the fits use a share of it")
    parser.add_argument("--judge", type=Path, default=paths.shipped_models() / "digits-judge")
    parser.add_argument("--only", choices=STEPS, action="append", help="one of the steps, may be repeated; all of them when not given")
    told = parser.parse_args(arguments)
    try:
        for name, work in _works(told).items():
            if name in (told.only or STEPS):
                print(name, json.dumps(work()), flush=True)
    except UserError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _works(told: argparse.Namespace) -> dict[str, Callable[[], Any]]:
    """What each step does; nets are loaded by each, since the encoder's step writes the folder anew."""
    from ganapp.finishing import limits, nearness, realness
    from ganapp.finishing.folders import Folder, encoded, noted
    from ganapp.models import folder as form

    home = Folder(told.folder, told.judge)

    def values(name: str, fitted: dict[str, Any]) -> dict[str, Any]:
        return noted(told.folder, name, fitted)

    def directions() -> dict[str, Any]:
        from ganapp.finishing import directions as fit

        table = fit.fitted(home.net("model"), home.judge(), home.latent, told.samples, max(60, told.samples * 3 // 20))
        home.write(form.DIRECTIONS, json.dumps(table, indent=1) + "\n")
        measures = [{key: value for key, value in entry.items() if key not in ("vector", "vectors")} for entry in table["attributes"]]
        return {"attributes": measures, "left_out": table["left_out"]}

    def web() -> dict[str, Any]:
        from ganapp.finishing.web import export

        path = export(home.net("model"), home.latent, home.classes, told.folder)
        return {"file": path.name, "bytes": path.stat().st_size}

    few = max(20, told.digits * 4 // 10)
    return {
        "encoder": lambda: encoded(home, told.encoder_steps, Path(tempfile.mkdtemp(prefix="encoder-"))),
        "directions": directions,
        "discriminator": lambda: values(
            "discriminator", realness.fitted(home.net("model"), home.net("discriminator"), home.latent, told.digits * 5)
        ),
        "inversion": lambda: values("inversion", limits.fitted(home.tools(), few, told.digits, told.digits)),
        "nearest": lambda: values("nearest", nearness.fitted(told.digits // 2)),
        "web": web,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
