"""`python -m ganapp.finishing.adopt RESULT MODEL`: make a job's result a model that the digits page can use.

RESULT is the model folder that a run wrote, MODEL the folder to make, below `runs/models`; one that is there is replaced at once,
when everything is ready. Besides the nets it holds directions.json, web.onnx where the packages that export it are installed,
and a card. Prints what was found, as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from ganapp.base import paths
from ganapp.base.errors import UserError


def main(arguments: list[str]) -> int:
    """Returns 0 when the model is there, 2 for a result that cannot be used."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
    parser = argparse.ArgumentParser("python -m ganapp.finishing.adopt", description=__doc__)
    parser.add_argument("result", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--title", default="", help="what the model is called; as the run called it unless given")
    parser.add_argument("--origin", default="", help="noted in the model: where the result comes from")
    told = parser.parse_args(arguments)
    try:
        from ganapp.finishing.adopt.work import adopt

        print(json.dumps(adopt(told.result, told.model, told.title, told.origin), ensure_ascii=False))
    except UserError as problem:
        values = {name: str(value) for name, value in problem.values.items()}
        print(json.dumps({"key": problem.key, "values": values}, ensure_ascii=False))
        print(problem.sentence(paths.language()), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
