"""Data sets of the Hub: which files of a repository are pictures, zip files or tables of them, and where they lie once fetched."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from ganapp.base.errors import UserError
from ganapp.models import hub, hub_access, limits

if TYPE_CHECKING:
    from huggingface_hub import DatasetInfo

FILES = 20_000  # loose files that are fetched from one repository: each is a request
MEGABYTES = 2_000  # of all files of one repository
HELD_OUT = ("test", "val", "valid", "validation", "dev")  # folders that a data set keeps for measuring


def fetch(data_id: str, suffixes: tuple[str, ...]) -> dict[str, Path]:
    """Path in the Hub's cache by name in the repository, for all zip files and all files that end in one of `suffixes`; where there
    are none, for its Parquet tables: those of the part called train, as many as the limit lets in.

    `data_id` is "owner/name" or "owner/name@revision". Folders called test or validation are left alone when there is a folder
    called train. UserError for a bad id, whatever keeps the Hub from answering, a repository of other tables (Arrow, CSV) or
    without pictures, one with more files or megabytes than the limits, and tables where pyarrow is missing.
    """
    from huggingface_hub import HfApi, hf_hub_download

    repository, revision = hub.split(data_id)
    who = hub_access.present(repository)
    place: hub.Place = {"cache_dir": who.cache(), "token": who.hub_token()}
    with hub.one_at_a_time(f"datasets/{repository}"), hub.explained(repository, revision):
        info = HfApi(token=who.hub_token()).dataset_info(repository, revision=revision, files_metadata=True, timeout=hub.SECONDS)
        names, size = _chosen(repository, info, suffixes)
        commit = str(info.sha)
        with hub_access.downloading(who, size):
            return {name: Path(hf_hub_download(repository, name, repo_type="dataset", revision=commit, **place)) for name in names}


@dataclass(frozen=True)
class Listed:
    """What a data set holds at one commit. sizes: bytes by name; contents: a short name of each file's content, by name, which says without
    a download whether it is the same as before."""

    repository: str
    commit: str
    sizes: dict[str, int]
    contents: dict[str, str]


def listed(repository: str, revision: str) -> Listed:
    """All files of a data set, by one request. UserError for whatever keeps the Hub from answering."""
    from huggingface_hub import HfApi

    with hub.explained(repository, revision):
        token = hub_access.present(repository).hub_token()
        info = HfApi(token=token).dataset_info(repository, revision=revision, files_metadata=True, timeout=hub.SECONDS)
    files = info.siblings or []
    sizes = dict(zip((file.rfilename for file in files), limits.known(repository, (file.size for file in files))))
    return Listed(repository, str(info.sha), sizes, {file.rfilename: file.lfs.sha256 if file.lfs else str(file.blob_id) for file in files})


def streamed(repository: str, commit: str, name: str, most: int) -> bytes:
    """One file of a data set, in memory alone; no more than `most` bytes and one. UserError as `listed`."""
    from huggingface_hub import HfFileSystem

    with hub.explained(repository, commit):
        held = HfFileSystem(token=hub_access.present(repository).hub_token())
        try:
            with held.open(f"datasets/{repository}/{name}", revision=commit, block_size=0) as file:
                return bytes(file.read(most + 1))
        except FileNotFoundError as problem:  # it keeps what the Hub said as the cause
            raise problem.__cause__ or problem from None


def kept(repository: str, commit: str, name: str) -> Path:
    """One file of a data set in the Hub client's cache, where it is fetched to. UserError as `listed`."""
    from huggingface_hub import hf_hub_download

    who = hub_access.present(repository)
    with hub.one_at_a_time(f"datasets/{repository}"), hub.explained(repository, commit):
        return Path(hf_hub_download(repository, name, repo_type="dataset", revision=commit, cache_dir=who.cache(), token=who.hub_token()))


def _chosen(repository: str, info: DatasetInfo, suffixes: tuple[str, ...]) -> tuple[list[str], int]:
    """Names of the files to fetch, and their bytes."""
    entries = info.siblings or []
    sizes = dict(zip((entry.rfilename for entry in entries), limits.known(repository, (entry.size for entry in entries))))
    named = [name for name in sizes if name.lower().endswith((*suffixes, ".zip"))]
    if any("train" in _folders(name) for name in named):
        named = [name for name in named if not set(HELD_OUT) & set(_folders(name))]
    named = named or _tables(repository, sizes)
    if not named:
        tables = any(name.endswith((".arrow", ".csv", ".tar", ".json", ".jsonl")) for name in sizes)
        raise UserError("hub_data_tables" if tables else "hub_data_none", repository=repository)
    size = sum(sizes[name] for name in named)
    megabytes = size // 1_000_000
    if len(named) > FILES or megabytes > MEGABYTES:
        raise UserError("hub_data_large", repository=repository, files=len(named), megabytes=megabytes, most_files=FILES, most=MEGABYTES)
    return sorted(named), size


def _tables(repository: str, sizes: dict[str, int]) -> list[str]:
    """The Parquet tables of one folder, of its part called train where there is one, the first of them up to the limit."""
    named = sorted(name for name in sizes if name.lower().endswith(".parquet"))
    trained = [name for name in named if any(part.startswith("train") for part in _folders(name))]
    folders = sorted({name.rpartition("/")[0] for name in trained or named}, key=lambda folder: (folder not in ("data", "default"), folder))
    named = [name for name in trained or named if name.rpartition("/")[0] == folders[0]]
    if named and importlib.util.find_spec("pyarrow") is None:
        raise UserError("hub_data_pyarrow", repository=repository)
    kept = [name for name, total in zip(named, accumulate(sizes[name] for name in named)) if total <= MEGABYTES * 1_000_000]
    return kept or named[:1]


def _folders(name: str) -> list[str]:
    """The folders a file lies in, and its own name without suffix, all in lower case."""
    return name.lower().rsplit(".", 1)[0].split("/")
