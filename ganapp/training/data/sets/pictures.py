"""A folder or a zip file of pictures. Folders in it are classes."""

from __future__ import annotations

from pathlib import Path

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import archives
from ganapp.training.data.sets import Pictures, Selection
from ganapp.training.data.sets.collection import collect


def load(wanted: Selection) -> Pictures:
    """The good pictures in `wanted.source`, a folder or a zip file. UserError when it is neither, or too few are good."""
    source = paths.pictures(wanted.source)
    if not wanted.source or not source.exists():
        raise UserError("data_source_missing", name=source.name or "-")
    if source.is_dir():
        return collect(archives.in_folder(source), wanted, title(source) if wanted.source.startswith(paths.UPLOAD) else source.name)
    with archives.Zip(source) as archive:
        return collect(archive.entries(), wanted, source.stem)


def title(sent: Path, otherwise: str = "Pictures") -> str:
    """What files that were sent are called: as the one folder they came in."""
    held = list(sent.iterdir())
    return held[0].name if len(held) == 1 and held[0].is_dir() else otherwise
