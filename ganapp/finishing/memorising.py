"""`python -m ganapp.finishing.memorising RESULT`: whether a generator that learnt from somebody's own pictures or sounds repeats them.

500 generated pictures are as near to their nearest training pictures as real ones that the others do not hold, or nearer: then it copies
(metrics/memorisation.py). Prints what was found as JSON: {"samples", "training", "ratio", "nearer", "passes"}, or null where the model is
no generator of own pictures or sounds, or these are gone. `ratio`: median distance against that of real pictures; `nearer`: the share of
generated pictures that lie nearer than all but 5 % of the real ones do, 0.05 by chance. Sounds are compared as log-mel pictures, with the
recordings as they came.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

SAMPLES = 500
MOST = 6000  # training pictures that are looked through
SIDE = 32  # pixels at which they are compared
LEAST = 40  # pictures below which nothing can be said
NEARER, RATIO = 0.3, 0.6  # a share above or a ratio below: it copies


def judged(generated: Any, real: Any) -> dict[str, Any]:
    """The verdict on generated (n, h, w) and real (m, h, w) pictures, uint8. A real picture is compared with all real ones but itself and
    those that stand for new ones beside it."""
    import numpy as np

    from ganapp.metrics.memorisation import compare, nearest_pixels

    kept = min(SAMPLES, len(real) // 4)
    new = nearest_pixels(real[:kept], real[kept:])
    made = nearest_pixels(generated, real)
    found = compare(made, new)
    nearer = float((made.distance < np.quantile(new.distance, 0.05)).mean())
    ratio = round(found.ratio, 3) if found.ratio is not None else 1.0
    passes = nearer <= NEARER and ratio >= RATIO
    return {"samples": len(generated), "training": len(real), "ratio": ratio, "nearer": round(nearer, 3), "passes": passes}


def measured(result: Path) -> dict[str, Any] | None:
    """See above."""
    import torch

    from ganapp.finishing.adopt import real
    from ganapp.finishing.adopt.work import ordered
    from ganapp.models import folder

    description = folder.check(result)
    settings = ordered(result, description.training.get("settings"))
    promises = description.promises
    if (description.task, settings.get("data")) == ("speak", "sounds"):
        return _spoken(result, settings)
    if description.task != "sample" or settings.get("data") != "pictures" or int(promises.get("size", 0)) < 8:
        return None
    classes = int(promises["classes"])
    noted = description.training.get("classes")
    names = tuple(map(str, noted)) if isinstance(noted, list) and len(noted) == classes else tuple(map(str, range(classes)))
    seen = real.load(settings, promises, names, MOST)
    if seen is None or len(seen.x) < LEAST:
        return None
    net = folder.weigh(result, description.parts["model"])
    chance = torch.Generator().manual_seed(0)
    z = torch.randn(SAMPLES, int(promises["latent"]), generator=chance)
    y = real.one_hot(torch.randint(max(1, classes), (SAMPLES,), generator=chance), classes)
    with torch.inference_mode():
        made = torch.cat([net(z[i : i + 50], y[i : i + 50]) for i in range(0, SAMPLES, 50)])
    return judged(_small(made), _small(seen.x))


def _spoken(result: Path, settings: dict[str, Any]) -> dict[str, Any] | None:
    """The verdict on a speaker, None where its recordings are gone or too few."""
    import torch

    from ganapp.base.errors import UserError
    from ganapp.models import folder
    from ganapp.sounds import pictured
    from ganapp.training.data import clips

    try:
        recorded = clips.load(str(settings["data"]), str(settings.get("source", "")))
    except UserError:
        return None
    if len(recorded) < LEAST:
        return None
    description = folder.describe(result)
    net = folder.weigh(result, description.parts["model"])
    chance = torch.Generator().manual_seed(0)
    z = torch.randn(SAMPLES, int(description.promises["latent"]), generator=chance)
    kinds, voice = len(description.values["words"]), torch.eye(len(description.values["voices"]))[:1].expand(50, -1)
    labels = torch.zeros(len(recorded), dtype=torch.long) if recorded.labels is None else recorded.labels
    words = torch.eye(kinds)[labels[torch.randint(len(recorded), (SAMPLES,), generator=chance)]]
    with torch.inference_mode():
        made = torch.cat([net(z[i : i + 50], words[i : i + 50], voice) for i in range(0, SAMPLES, 50)])
    order = torch.randperm(len(recorded), generator=chance)[:MOST]
    return judged(_small(pictured.of_logmel(made)), _small(pictured.of_logmel(recorded.pictures[order])))


def _small(x: Any) -> Any:
    """Pictures (n, c, h, w) in [-1, 1] as (n, h, w) uint8 in grey, SIDE pixels at most."""
    from torch.nn import functional

    grey = x.float().mean(1, keepdim=True)
    if grey.shape[-1] > SIDE:
        grey = functional.interpolate(grey, (SIDE, SIDE), mode="area")
    return ((grey[:, 0].clamp(-1, 1) + 1) * 127.5).round().byte().numpy()


def main(arguments: list[str]) -> int:
    """Returns 0 when it was measured, or nothing is to be measured; 2 for a folder that is no model."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
    from ganapp.base.errors import UserError

    try:
        print(json.dumps(measured(Path(arguments[0]))))
    except UserError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
