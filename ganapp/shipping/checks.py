"""What can be said of the project without starting it. Each check returns its findings; `quick` runs them all."""

from __future__ import annotations

import importlib.metadata
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from packaging.requirements import InvalidRequirement, Requirement

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.models import catalog
from ganapp.shipping import sources
from ganapp.shipping.findings import Finding, error, fine, warning

# https://huggingface.co/docs/hub/spaces-config-reference
KEYS = {
    "title", "emoji", "colorFrom", "colorTo", "sdk", "python_version", "sdk_version", "app_file", "app_port",
    "app_build_command", "base_path", "fullWidth", "header", "short_description", "models", "datasets", "tags", "thumbnail",
    "pinned", "suggested_hardware", "hf_oauth", "hf_oauth_scopes", "hf_oauth_expiration_minutes", "hf_oauth_authorized_org",
    "disable_embedding", "startup_duration_timeout", "custom_headers", "preload_from_hub", "license",
}  # fmt: skip
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
NEEDED = ("title", "sdk", "sdk_version", "app_file", "python_version")
LONGEST = 60  # characters of a short description
FILE_MB, FOLDER_FILES, ALL_FILES = 5_000, 10_000, 100_000  # of a repository on the Hub; more needs splitting
SPACE_MB = 1_000  # a Space is built anew from all of it
FREE_MB = 1_000


def header() -> Iterator[Finding]:
    """README.md's header, key by key."""
    text = (paths.ROOT / "README.md").read_text(encoding="utf-8") if not paths.INSTALLED else ""
    try:
        found = yaml.safe_load(text.split("---\n", 2)[1]) if text.startswith("---\n") else None
    except (IndexError, yaml.YAMLError):
        found = None
    if not isinstance(found, dict):
        yield error("header", "header_none")
        return
    faults = [*_faults(found)]
    yield from faults or [fine("header", "header_fine", count=len(found))]


def _faults(found: dict[str, Any]) -> Iterator[Finding]:
    for key in sorted(found.keys() - KEYS):
        yield error("header", "header_unknown", field=key)
    for key in NEEDED:
        if key not in found:
            yield error("header", "header_missing", field=key)
    for key in ("colorFrom", "colorTo"):
        if found.get(key, "gray") not in COLOURS:
            yield error("header", "header_colour", field=key, known=", ".join(sorted(COLOURS)))
    if len(str(found.get("short_description", ""))) > LONGEST:
        yield error("header", "header_long", most=LONGEST)
    if found.get("app_file") and not (paths.ROOT / str(found["app_file"])).is_file():
        yield error("header", "header_app", file=found["app_file"])
    installed = importlib.metadata.version("gradio")
    if str(found.get("sdk_version", installed)) != installed:
        yield warning("header", "header_gradio", wanted=found["sdk_version"], found=installed)


def requirements() -> Iterator[Finding]:
    """Every requirement can be read and is met here; the ranges were tried together, then."""
    count = 0
    for line in paths.requirements().read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if not line:
            continue
        count += 1
        try:
            wanted = Requirement(line)
            found = importlib.metadata.version(wanted.name)
        except InvalidRequirement:
            yield error("requirements", "requirement_unreadable", line=line)
        except importlib.metadata.PackageNotFoundError:
            yield error("requirements", "requirement_missing", line=line)
        else:
            if not wanted.specifier.contains(found, prereleases=True):
                yield error("requirements", "requirement_other", line=line, found=found)
    yield fine("requirements", "requirements_read", count=count)


def files() -> Iterator[Finding]:
    """Sizes and numbers of files, as the Hub allows them."""
    try:
        sent = sources.files()
    except UserError as refusal:
        yield error("files", "files_none", why=refusal.sentence("en"), why_zh=refusal.sentence("zh"))
        return
    sizes = {name: path.stat().st_size for name, path in sent.items()}
    for name, size in sizes.items():
        if size > FILE_MB * 2**20:
            yield error("files", "file_large", name=name, megabytes=size >> 20, most=FILE_MB)
    folders = Counter(name.rpartition("/")[0] for name in sent)
    for folder, count in folders.items():
        if count > FOLDER_FILES:
            yield error("files", "folder_full", name=folder, count=count, most=FOLDER_FILES)
    total = sum(sizes.values()) >> 20
    if total > SPACE_MB:
        yield warning("files", "files_large", megabytes=total, most=SPACE_MB)
    yield fine("files", "files_counted", count=len(sent), megabytes=total)


def models() -> Iterator[Finding]:
    """Every shipped model loads, and its card names a licence."""
    shipped = [entry for entry in catalog.listing() if entry.source == "shipped"]
    for entry in shipped:
        if not entry.ready:
            yield error("models", "model_broken", name=entry.id, why=entry.state, why_zh=entry.state)
            continue
        try:
            catalog.load(entry.id, entry.task)
        except UserError as refusal:
            yield error("models", "model_broken", name=entry.id, why=refusal.sentence("en"), why_zh=refusal.sentence("zh"))
        if not entry.licence:
            yield error("models", "model_licence", name=entry.id)
    yield fine("models", "models_loaded", count=len(shipped)) if shipped else error("models", "models_none")


def disk() -> Iterator[Finding]:
    """Whether trainings and results can be written."""
    folder = paths.runs()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writing.write(folder / ".doctor", b"")
        (folder / ".doctor").unlink()
    except OSError:
        yield error("disk", "disk_closed", folder=folder)
        return
    free = shutil.disk_usage(folder).free >> 20
    yield (
        warning("disk", "disk_short", folder=folder, megabytes=free, least=FREE_MB)
        if free < FREE_MB
        else fine("disk", "disk_open", folder=folder, megabytes=free)
    )


QUICK: tuple[Callable[[], Iterator[Finding]], ...] = (header, requirements, files, models, disk)


def quick() -> list[Finding]:
    """What all these checks find."""
    return [finding for check in QUICK for finding in check()]
