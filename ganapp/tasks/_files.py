"""What tasks that make a new file of a photo share: its form, its name, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from ganapp.base import filenames, results
from ganapp.base.kinds import Choice, Text
from ganapp.pictures import photo_file
from ganapp.tasks._fields import within

FORMS = ("png", "jpeg", "webp")
ANSWER_BYTES = 24 * 2**20  # of a result that comes in the answer itself; a larger one is fetched
LONGEST_NAME = 1000  # characters that are read; what is written is as short as disks want it
Form = Annotated[str, Choice(FORMS)]
Quality = Annotated[int, within(1, 100)]
Name = Annotated[str, Text(LONGEST_NAME, least=0)]


def stem(name: str) -> str:
    """A photo's name without folders, ending, and what a file's name may not hold, in 200 bytes at most."""
    return filenames.safe(PurePosixPath(name.replace("\\", "/")).stem)


@dataclass(frozen=True)
class NewFile:
    """A result that is a new file of a photo, its field `file`, called `name`, and facts."""

    file: photo_file.File
    name: str

    def save(self, path: Path) -> None:
        """Write the photo."""
        path.write_bytes(self.file.blob)

    def facts(self) -> dict[str, Any]:
        """All but the picture."""
        shown = {key: value for key, value in vars(self).items() if key != "file"}
        return {**shown, "ending": self.file.ending, "bytes": len(self.file.blob)}

    def report(self) -> dict[str, Any]:
        """All of it: the picture as a data URI, or, where it is large, the address it can be fetched from within an hour."""
        return {**answered(self.file, self.name), **self.facts()}


def answered(file: photo_file.File, name: str) -> dict[str, Any]:
    """The picture as a data URI, or, where it is large, the address it can be fetched from within an hour."""
    if len(file.blob) <= ANSWER_BYTES:
        return {"picture": file.uri, "address": None}
    token = results.keep(file.blob, name, photo_file.MIMES[file.ending])
    return {"picture": None, "address": f"{results.ADDRESS}{token}"}
