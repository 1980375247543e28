"""The model to be measured, named by its id or by a folder, and the options of the measurement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.models import catalog, folder, packs
from ganapp.models.catalog import Loaded
from ganapp.models.folder import Description


@dataclass(frozen=True)
class Options:
    """samples: generated pictures, None for the evaluation's own number; quick: a rough look within a minute, without bars;
    data: a folder of pictures, for an evaluation that needs one; beside: files of other models to measure in the same run; resume: a file
    that keeps what was measured, to go on from; painting: a file or a folder of paintings to compare with; side: of the pictures, in
    pixels, 0 for the evaluation's own; peers: how many of the pictures are also given to methods that take minutes, None for all;
    only: the part to measure anew while the rest of the model's own report stays, for an evaluation that has such parts."""

    samples: int | None = None
    quick: bool = False
    data: Path | None = None
    beside: tuple[Path, ...] = ()
    resume: Path | None = None
    painting: Path | None = None
    side: int = 0
    peers: int | None = None
    only: str = ""


def find(name: str) -> Loaded:
    """The model called `name`: a model folder, the folder of a finished training job, or any id that the catalogue knows.

    A bare word is an id; a folder of that name in the working directory is written "./name".
    """
    if Path(name).name != name or name in (".", ".."):
        for place in (Path(name), Path(name) / "result"):
            if (place / folder.CONFIG).is_file():
                path = place.resolve()
                return Loaded(path.parent.name if path.name == "result" else path.name, "trained", path, folder.describe(path))
        if Path(name).is_dir():
            raise UserError("not_a_model_folder", folder=name)
    return _by_id(name)


def _by_id(name: str) -> Loaded:
    """The catalogue's model or a pack's, whatever its task is."""
    if pack := packs.of_model(name):
        model = pack.models[name]
        description = Description(folder.FORMAT, model.task, dict(model.title), pack.licence, {}, values=dict(model.values))
        return Loaded(name, "pack", paths.runs() / "packs", description)
    try:
        return catalog.load(name, "sample")
    except UserError as problem:
        if problem.key != "wrong_task":
            raise
        return catalog.load(name, str(problem.values["task"]))
