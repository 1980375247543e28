"""The folder that is being finished: its nets, its judge, and what is noted in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from ganapp.base import writing
from ganapp.base.errors import UserError
from ganapp.models import folder
from ganapp.tasks._inversion import Nets


@dataclass(frozen=True)
class Folder:
    """path: of the generator's folder; examiner: of its judge's."""

    path: Path
    examiner: Path

    @property
    def latent(self) -> int:
        """How many numbers a latent has."""
        return int(folder.describe(self.path).promises["latent"])

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(folder.describe(self.path).promises["classes"])

    def net(self, part: str) -> nn.Module:
        """A net of the folder. UserError when it has none of that name, or is no sampler."""
        description = folder.describe(self.path)
        if description.task != "sample":
            raise UserError("wrong_task", model=self.path.name, task=description.task, wanted="sample")
        if part not in description.parts:
            raise UserError("no_such_part", model=self.path.name, part=part)
        return folder.weigh(self.path, description.parts[part])

    def judge(self) -> Any:
        """The classifier's net."""
        return folder.weigh(self.examiner, folder.describe(self.examiner).parts["model"])

    def tools(self) -> Nets:
        """What a search needs."""
        has = "encoder" in folder.describe(self.path).parts
        return Nets(self.net("model"), self.judge(), self.net("encoder") if has else None, self.latent)

    def write(self, name: str, text: str) -> None:
        """Replace one of the folder's text files at once."""
        writing.write(self.path / name, text)


def noted(path: Path, name: str, fitted: dict[str, Any]) -> dict[str, Any]:
    """Put `fitted` into the folder's values under `name`, and return it."""
    folder.describe(path)
    config = json.loads((path / folder.CONFIG).read_text(encoding="utf-8"))
    config["values"] = {**config.get("values", {}), name: fitted}
    folder.rewrite(path, config)
    return fitted


def encoded(home: Folder, steps: int, work: Path) -> dict[str, Any]:
    """Train an encoder for `steps` in the folder `work`, and add it to the generator's; 0 steps leave everything as it is."""
    if not steps:
        return {"steps": 0}
    from ganapp.base.order_file import Order
    from ganapp.training.run.loop import train

    settings = {"generator": str(home.path.resolve()), "judge": str(home.examiner.resolve())}
    train(Order("encoder", steps, every=max(1, steps // 4), settings=settings), work)
    return added(home, work / "result")


def added(home: Folder, result: Path) -> dict[str, Any]:
    """Take the encoder of another copy of this folder, such as a run of the recipe `encoder` writes, over into this one."""
    theirs = folder.describe(result)
    config = json.loads((home.path / folder.CONFIG).read_text(encoding="utf-8"))
    part = theirs.parts["encoder"]
    folder.verify(result, part)
    writing.write(home.path / part.file, (result / part.file).read_bytes())
    config["parts"]["encoder"] = {"family": part.family, "net": part.net, "file": part.file, "sha256": part.sha256}
    config["values"] = {**config.get("values", {}), "encoder": theirs.values["encoder"]}
    folder.rewrite(home.path, config)
    return dict(theirs.values["encoder"])
