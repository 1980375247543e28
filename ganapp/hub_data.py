"""Data sets of the Hub: which files of a repository are pictures, or zip files of them, and where they lie once fetched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ganapp import hub
from ganapp.errors import UserError

if TYPE_CHECKING:
    from huggingface_hub import DatasetInfo

FILES = 20_000  # loose files that are fetched from one repository: each is a request
MEGABYTES = 2_000  # of all files of one repository
HELD_OUT = ("test", "val", "valid", "validation", "dev")  # folders that a data set keeps for measuring


def fetch(data_id: str, suffixes: tuple[str, ...]) -> dict[str, Path]:
    """Path in the Hub's cache by name in the repository, for all zip files and all files that end in one of `suffixes`.

    `data_id` is "owner/name" or "owner/name@revision". Folders called test or validation are left alone when there is a folder
    called train. UserError for a bad id, whatever keeps the Hub from answering, a repository of tables (Parquet, Arrow, CSV) or
    without pictures, and one with more files or megabytes than the limits.
    """
    from huggingface_hub import HfApi, hf_hub_download

    repository, revision = hub.split(data_id)
    with hub._locks[f"datasets/{repository}"], hub.explained(repository, revision):
        info = HfApi().dataset_info(repository, revision=revision, files_metadata=True, timeout=hub.SECONDS)
        names = _chosen(repository, info, suffixes)
        commit = str(info.sha)
        return {name: Path(hf_hub_download(repository, name, repo_type="dataset", revision=commit)) for name in names}


def _chosen(repository: str, info: DatasetInfo, suffixes: tuple[str, ...]) -> list[str]:
    """Names of the files to fetch."""
    sizes = {entry.rfilename: entry.size or 0 for entry in info.siblings or []}
    named = [name for name in sizes if name.lower().endswith((*suffixes, ".zip"))]
    if any("train" in _folders(name) for name in named):
        named = [name for name in named if not set(HELD_OUT) & set(_folders(name))]
    if not named:
        tables = any(name.endswith((".parquet", ".arrow", ".csv", ".tar", ".json", ".jsonl")) for name in sizes)
        raise UserError("hub_data_tables" if tables else "hub_data_none", repository=repository)
    megabytes = sum(sizes[name] for name in named) // 1_000_000
    if len(named) > FILES or megabytes > MEGABYTES:
        raise UserError("hub_data_large", repository=repository, files=len(named), megabytes=megabytes, most_files=FILES, most=MEGABYTES)
    return sorted(named)


def _folders(name: str) -> list[str]:
    """The folders a file lies in, and its own name without suffix, all in lower case."""
    return name.lower().rsplit(".", 1)[0].split("/")
