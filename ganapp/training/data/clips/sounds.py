"""A folder or a zip file of sounds. Folders in it are classes, or what the files' names begin with."""

from __future__ import annotations

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures import archives
from ganapp.training.data.clips.collection import WANTED, collect
from ganapp.training.data.clips.heard import Clips
from ganapp.training.data.sets.pictures import title


def load(source: str) -> Clips:
    """The good sounds in `source`, a folder or a zip file. UserError when it is neither, or too few are good."""
    place = paths.pictures(source)
    if not source or not place.exists():
        raise UserError("data_source_missing", name=place.name or "-")
    if place.is_dir():
        name = title(place, "Sounds") if source.startswith(paths.UPLOAD) else place.name
        return collect(archives.in_folder(place, wanted=WANTED), {"en": name, "zh": name})
    with archives.Zip(place) as archive:
        return collect(archive.entries(WANTED), {"en": place.stem, "zh": place.stem})
