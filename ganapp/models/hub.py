"""The Hub: fetch a repository that is a model folder, publish a model folder as a repository, pin what was published.

Whose token is used, and in which cache fetched files lie, is decided in hub_access.py. config.json is put there last, so a snapshot that
has one is whole, whatever ended the download.
"""

from __future__ import annotations

import errno
import json
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict
from weakref import WeakValueDictionary

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.base.validation import read, settings_class
from ganapp.models import folder, hub_access, limits

if TYPE_CHECKING:
    from huggingface_hub import ModelInfo
    from huggingface_hub.errors import HfHubHTTPError

NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
COMMIT = re.compile(r"[0-9a-f]{40}")
SECONDS = 10  # how long the first answer may take
_locks: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()
_locking = threading.Lock()


def one_at_a_time(name: str) -> threading.Lock:
    """The lock of that name, forgotten when nobody holds it any more: names come from strangers and are without end."""
    with _locking:
        lock = _locks.get(name)
        if lock is None:
            lock = _locks[name] = threading.Lock()
        return lock


class Place(TypedDict):
    """Arguments of a download that hub_access decides."""

    cache_dir: Path
    token: str | Literal[False]


@settings_class
class Pin:
    """repository: owner/name; revision: the commit, 40 hexadecimal digits; config: SHA-256 of its config.json, which in turn
    names those of the weights."""

    repository: str
    revision: str
    config: str


def split(model_id: str) -> tuple[str, str]:
    """("owner/name", revision) of "owner/name[@revision]"; the revision is "main" when none is named. UserError for any other form."""
    repository, at, revision = model_id.partition("@")
    if not NAME.fullmatch(repository) or ".." in model_id or "--" in model_id or (at and not revision.strip()):
        raise UserError("bad_repository", repository=model_id)
    return repository, revision or "main"


def pins() -> dict[str, Pin]:
    """What models/hub.json pins, by model id; empty when there is no such file."""
    path = paths.shipped_models() / "hub.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {model: read(Pin, entry, f"hub.json, {model}") for model, entry in entries.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as problem:
        raise UserError("hub_json_unreadable") from problem


def cached(repository: str, revision: str) -> Path | None:
    """Folder of a whole snapshot in the cache of who asks, None when there is none. No request is made."""
    found = cached_file(repository, folder.CONFIG, revision)
    return found.parent if found else None


def cached_file(repository: str, file: str, revision: str) -> Path | None:
    """A file in the cache of who asks, None when there is none or the name is none. No request is made."""
    from huggingface_hub import try_to_load_from_cache

    if not NAME.fullmatch(repository):
        return None
    found = try_to_load_from_cache(repository, file, cache_dir=hub_access.present(repository).cache(), revision=revision)
    return Path(found) if isinstance(found, str) else None


def fetch(repository: str, revision: str = "main", config: str = "") -> Path:
    """Folder of the repository's files at `revision`, downloaded where the cache lacks them, checked as `folder.check` does.

    A commit that is in the cache is taken from there without a request; a branch or tag is looked up, and taken from the
    cache when the Hub cannot be reached. `config` is the SHA-256 that config.json must have. UserError says what is wrong
    with the name, the connection, the disk or the files; what was downloaded of a model that fails is removed again.
    """
    if not NAME.fullmatch(repository):
        raise UserError("bad_repository", repository=repository)
    with one_at_a_time(repository):
        found = cached(repository, revision) if COMMIT.fullmatch(revision) else None
        if found is None:
            with explained(repository, revision):
                found = _download(repository, revision)
        try:
            folder.check(found, repository)
            if config and folder.digest(found / folder.CONFIG) != config:
                raise UserError("hub_not_pinned", repository=repository)
        except UserError:
            _forget(repository, found.name)
            raise
        return found


def fetch_file(repository: str, file: str, revision: str = "main") -> Path:
    """One file of a repository that is no model folder, from the cache or downloaded, within the memory budget. UserError as `fetch`."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    if not NAME.fullmatch(repository):
        raise UserError("bad_repository", repository=repository)
    who = hub_access.present(repository)
    place: Place = {"cache_dir": who.cache(), "token": who.hub_token()}
    with one_at_a_time(f"{repository}/{file}"), explained(repository, revision):
        if (held := cached_file(repository, file, revision)) is not None:
            return held
        address = hf_hub_url(repository, file, revision=revision)
        size = limits.fetched(repository, [get_hf_file_metadata(address, token=who.hub_token(), timeout=SECONDS).size])
        with hub_access.downloading(who, size):
            return Path(hf_hub_download(repository, file, revision=revision, **place))


def licence(repository: str, revision: str = "main") -> str:
    """The licence that a repository's card names, "" where it names none or the Hub cannot be asked."""
    from huggingface_hub import HfApi

    try:
        with explained(repository, revision):
            token = hub_access.present(repository).hub_token()
            card = HfApi(token=token).model_info(repository, revision=revision, timeout=SECONDS).card_data
    except UserError:
        return ""
    named = getattr(card, "license", None)
    return named if isinstance(named, str) else ""


def _download(repository: str, revision: str) -> Path:
    """Fetch all the format names, config.json last. Errors are the Hub client's own, but for an unreachable Hub with a cached snapshot."""
    from huggingface_hub import hf_hub_download

    info = _look_up(repository, revision)
    if isinstance(info, Path):
        return info
    commit, who = str(info.sha), hub_access.present(repository)
    place: Place = {"cache_dir": who.cache(), "token": who.hub_token()}
    held = cached(repository, commit)
    known = held is not None
    try:
        if held is None:
            wanted, size = _wanted(repository, info, who)
            with hub_access.downloading(who, size):
                for file in wanted:
                    hf_hub_download(repository, file, revision=commit, **place)
        # By the name it was asked for, so that the cache remembers where a branch stood.
        config = Path(hf_hub_download(repository, folder.CONFIG, revision=revision, **place))
        if config.parent.name != commit:
            _forget(repository, config.parent.name)
            raise UserError("hub_changed", repository=repository)
    except BaseException:
        if not known:
            _forget(repository, commit)
        raise
    return config.parent


def _look_up(repository: str, revision: str) -> ModelInfo | Path:
    """What the repository holds at `revision`, in one request without retries; the cached snapshot when there is no connection."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HTTPError, OfflineModeIsEnabled  # type: ignore[attr-defined]

    api = HfApi(token=hub_access.present(repository).hub_token())
    try:
        return api.model_info(repository, revision=revision, files_metadata=True, timeout=SECONDS)
    except (HTTPError, OfflineModeIsEnabled) as problem:
        if isinstance(problem, HfHubHTTPError) and problem.response.status_code < 500:
            raise
        found = cached(repository, revision)
        if found is None:
            raise
        return found


def _wanted(repository: str, info: ModelInfo, who: hub_access.Who) -> tuple[list[str], int]:
    """Names of the weights and companions to fetch, and their bytes. UserError without config.json, for a pickle, or for more than the
    memory budget."""
    from huggingface_hub import hf_hub_download

    sizes = {file.rfilename: file.size for file in info.siblings or []}
    if folder.CONFIG not in sizes:
        raise UserError("not_a_model_folder", folder=repository)
    with tempfile.TemporaryDirectory() as temporary:
        if limits.fetched(repository, [sizes[folder.CONFIG]]) > folder.LARGEST_JSON:
            raise UserError("config_unreadable", where=f"{repository}/{folder.CONFIG}")
        hf_hub_download(repository, folder.CONFIG, revision=info.sha, local_dir=temporary, token=who.hub_token())
        description = folder.describe(Path(temporary), repository)
    for file in description.files():
        if file not in sizes:
            raise UserError("weights_missing", where=f"{repository}/{file}")
    wanted = [file for file in (*description.files(), *folder.COMPANIONS) if file in sizes]
    return wanted, limits.fetched(repository, [sizes[file] for file in wanted])


def _forget(repository: str, commit: str) -> None:
    """Take a snapshot, and the files that no other snapshot uses, out of the cache."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        scan_cache_dir(hub_access.present(repository).cache()).delete_revisions(commit).execute()
    except CacheNotFound:
        return


@contextmanager
def explained(repository: str, revision: str, unreachable: str = "hub_unreachable") -> Iterator[None]:
    """Turns what the Hub's client, the connection and the disk raise into a UserError; `unreachable` is the one for no connection."""
    from huggingface_hub import errors

    try:
        yield
    except UserError:
        raise
    except errors.HFValidationError as problem:
        raise UserError("bad_repository", repository=repository) from problem
    except errors.GatedRepoError as problem:
        raise UserError("hub_gated", repository=repository) from problem
    except errors.RepositoryNotFoundError as problem:
        raise UserError("hub_no_repository", repository=repository) from problem
    except errors.RevisionNotFoundError as problem:
        raise UserError("hub_no_revision", repository=repository, revision=revision) from problem
    except errors.LocalEntryNotFoundError as problem:
        raise UserError(unreachable, repository=repository) from problem
    except errors.EntryNotFoundError as problem:
        raise UserError("hub_no_file", repository=repository) from problem
    except errors.HfHubHTTPError as problem:
        raise _answered(repository, problem) from problem
    except errors.OfflineModeIsEnabled as problem:
        raise UserError(unreachable, repository=repository) from problem
    except errors.HTTPError as problem:  # type: ignore[attr-defined]
        cut = type(problem).__name__ in ("ReadError", "RemoteProtocolError")  # of the client's HTTP library, whichever it is
        raise UserError("hub_interrupted" if cut else unreachable, repository=repository) from problem
    except OSError as problem:
        raise _stored(repository, problem) from problem


def _answered(repository: str, problem: HfHubHTTPError) -> UserError:
    """The UserError for an HTTP status that names neither a missing nor a gated repository."""
    status = problem.response.status_code
    return UserError("hub_failed" if status >= 500 or status == 429 else "hub_refused", repository=repository, status=status)


def _stored(repository: str, problem: OSError) -> UserError:
    """The UserError for a disk that cannot take the files. The client also reports a file of the wrong length as an OSError."""
    if writing.disk_full(problem):
        return UserError("disk_full")
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return UserError("cache_unwritable", folder=problem.filename or "")
    return UserError("hub_interrupted", repository=repository)


def publish(source: Path, repository: str, private: bool = False, token: str | None = None) -> Pin:
    """Create or update `repository` with the files of the model folder `source` in one commit, and pin it when the folder is shipped.

    Files of the format that the folder no longer has are deleted from the repository. UserError when the folder is not
    whole, the name is none, or the token may not write there.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
    from huggingface_hub.errors import LocalTokenNotFoundError, RepositoryNotFoundError

    if not NAME.fullmatch(repository):
        raise UserError("bad_repository", repository=repository)
    description = folder.check(source)
    sent = token or hub_access.present(repository).hub_token()
    if not sent:
        raise UserError("hub_token", repository=repository)
    local = [file for file in (folder.CONFIG, *description.files(), *folder.COMPANIONS) if (source / file).is_file()]
    api = HfApi(token=sent)
    with explained(repository, "main", "hub_offline"):
        try:
            api.create_repo(repository, private=private or None, exist_ok=True)
            held = {file.rfilename for file in api.model_info(repository).siblings or []}
            stale = {f for f in held - set(local) if f in folder.COMPANIONS or ("/" not in f and f.endswith(".safetensors"))}
            added = [CommitOperationAdd(file, source / file) for file in local]
            deleted = [CommitOperationDelete(file) for file in sorted(stale)]
            commit = api.create_commit(repository, [*added, *deleted], commit_message=f"{description.title['en']}: {description.task}")
        except (LocalTokenNotFoundError, RepositoryNotFoundError) as problem:
            raise UserError("hub_token", repository=repository) from problem
        except (RuntimeError, ValueError) as problem:  # the client's own words for a failed upload of a large file, a card it refuses
            raise UserError("hub_upload", repository=repository, problem=str(problem).splitlines()[0]) from problem
    pin = Pin(repository, commit.oid, folder.digest(source / folder.CONFIG))
    if source.resolve().parent == paths.shipped_models().resolve():
        entries = {**pins(), source.resolve().name: pin}
        text = json.dumps({name: asdict(entry) for name, entry in sorted(entries.items())}, indent=2) + "\n"
        writing.write(paths.shipped_models() / "hub.json", text)
    return pin


def address(repository: str) -> str:
    """Where a repository of models is looked at."""
    from huggingface_hub import constants

    return f"{constants.ENDPOINT}/{repository}"
