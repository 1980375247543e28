"""Data sets of the Hub as inputs of commands: `hf://datasets/owner/name[@revision][/folder]`.

A branch is looked up once and all is read at that commit. Picture files are streamed one at a time and leave nothing on the disk; zip files
and Parquet tables are fetched into the Hub client's cache. What a file holds is known by the Hub's own digest, so a run that goes on
fetches nothing that was done before.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ganapp.base import filenames
from ganapp.base.errors import UserError
from ganapp.models import hub, hub_access, hub_data
from ganapp.pictures import archives, images, parquet
from ganapp.pictures.archives import Entry, Refusal
from ganapp.shell.words import say

if TYPE_CHECKING:
    from ganapp.models.hub_data import Listed

SCHEME = "hf:"  # what a Path makes of hf://


@dataclass(frozen=True)
class Place:
    """What an address names. folder: inside of the data set, "" for all of it."""

    repository: str
    revision: str
    folder: str


def named(path: Path) -> bool:
    """Whether a path is an address of the Hub."""
    return path.parts[:1] == (SCHEME,)


def place(path: Path) -> Place:
    """The parts of an address. UserError for one that names no data set."""
    _, kind, *rest = [*path.parts, ""]
    if kind != "datasets" or len(rest) < 3:
        raise UserError("shell_hub_address", address="/".join(path.parts).replace(SCHEME, f"{SCHEME}/", 1))
    owner, name, *inner = rest[:-1]
    if name.endswith("@refs") and len(inner) >= 2:  # a revision that has slashes of its own: refs/convert/parquet, refs/pr/1
        name, inner = f"{name}/{inner[0]}/{inner[1]}", inner[2:]
    repository, revision = hub.split(f"{owner}/{unquote(name)}")
    return Place(repository, revision, "/".join(inner))


def entries(path: Path) -> Iterator[tuple[Entry, str] | Refusal]:
    """The pictures of a data set in the order of their names, each with what its content is called ("" where only reading says), and what
    else lies there. UserError for whatever keeps the Hub from answering."""
    wanted = place(path)
    found = hub_data.listed(wanted.repository, wanted.revision)
    print(say("hub_commit", repository=wanted.repository, commit=found.commit), file=sys.stderr)
    token = hub_access.present(wanted.repository).token
    inside = f"{wanted.folder}/" if wanted.folder else ""
    tables = [name for name in found.sizes if name.startswith(inside) and filenames.ending(name) == ".parquet"]
    for name in sorted(name for name in found.sizes if name.startswith(inside)):
        if filenames.litter(name):
            continue
        if filenames.ending(name) in (".zip", ".parquet"):
            yield from _packed(found, name, len(tables) > 1)
            continue
        read = partial(_read, found.repository, found.commit, name, token)
        entry = archives.accepted(Entry(name.removeprefix(inside), read), found.sizes[name])
        yield entry if isinstance(entry, Refusal) else (entry, found.contents[name])


def _read(repository: str, commit: str, name: str, token: str) -> bytes:
    """A picture's file, for the owner of this machine or of `token`, in whatever process this is."""
    with hub_access.acting(hub_access.Who(token=token, deployer=True)):
        blob = hub_data.streamed(repository, commit, name, images.MAX_BYTES)
    if len(blob) > images.MAX_BYTES:
        raise UserError("picture_bytes", megabytes=images.MAX_BYTES // 2**20)
    return blob


def _packed(found: Listed, name: str, several: bool) -> Iterator[tuple[Entry, str] | Refusal]:
    """The pictures of a zip file or table of the data set. several: whether tables are told apart by their folders."""
    try:
        if filenames.ending(name) == ".parquet" and importlib.util.find_spec("pyarrow") is None:
            raise UserError("hub_data_pyarrow", repository=found.repository)
        path = hub_data.kept(found.repository, found.commit, name)
        if filenames.ending(name) == ".zip":
            inner = archives.Zip(path).entries()
        else:
            inner = parquet.entries(path, name, lazily=True)
        folder = PurePosixPath(name).parent if several or filenames.ending(name) == ".zip" else PurePosixPath()
        for entry in inner:
            yield entry if isinstance(entry, Refusal) else (Entry(str(folder / entry.name), entry.read), "")
    except UserError as problem:
        yield Refusal(name, problem.key, tuple(problem.values.items()))
