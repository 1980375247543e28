"""Every model there is: shipped folders, folders that training wrote, repositories of the Hub. Finding, loading, keeping in memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar, cast

from torch import nn

from ganapp.base import exchange, paths
from ganapp.base.errors import UserError
from ganapp.base.locales import text
from ganapp.models import folder, hub, hub_access
from ganapp.models.folder import Description
from ganapp.models.shelf import Key
from ganapp.models.shelf import Shelf as Shelf
from ganapp.models.shelf import shelf as shelf
from ganapp.models.shelf import stamp as stamp

FOLDER_NAME = re.compile(r"[\w][\w.-]*")
SECONDS_A_BRANCH_HOLDS = 600.0  # before the Hub is asked again where a branch stands
FACT_BYTES = 20_000  # what a description takes, about
Net = TypeVar("Net", bound=nn.Module)


def derived(key: str, make: Callable[[], nn.Module]) -> nn.Module:
    """The net that `make` makes of others, whose digests and the way from them are in its key; kept with all others."""
    return shelf.net((key, "derived"), (), make)


@dataclass(frozen=True)
class Loaded:
    """A model that was found. source: "shipped", "trained" or "hub"; revision: the commit of one from the Hub, else empty."""

    id: str
    source: str
    folder: Path
    description: Description
    revision: str = ""

    def net(self, part: str = "model") -> nn.Module:
        """The net of a part, with its weights, in evaluation mode; loaded at the first call and shared by all callers, so never to be
        trained. UserError for a part that the model lacks and for everything that `folder.weigh` refuses."""
        return exchange.read(self.folder, lambda: self._net(part), (UserError, FileNotFoundError))

    def built(self, kind: type[Net], otherwise: UserError, part: str = "model") -> Net:
        """As `net`, for trainings and measurements of one family of nets, whose class is `kind`; raises `otherwise` for another family."""
        entry = self.description.parts.get(part)
        if entry is None or f"ganapp.nets.{entry.family}" != kind.__module__:
            raise otherwise
        return cast(Net, self.net(part))

    def _net(self, part: str) -> nn.Module:
        """The net as the folder has it now: another one may have been put in its place since the description was read."""
        entry = _description(self.folder, self.id).parts.get(part)
        if entry is None:
            raise UserError("no_such_part", model=self.id, part=part)
        at = stamp(self.folder / folder.CONFIG, self.folder / entry.file)
        return shelf.net((self.folder, part), at, lambda: folder.weigh(self.folder, entry, self.id))

    def table(self, file: str) -> dict[str, Any] | None:
        """What the folder's directions.json or evaluation.json holds, None without one."""
        return folder.table(self.folder, file, self.id)

    def browser_digest(self) -> str:
        """SHA-256 of what a browser runs, "" for a folder without it."""
        file = self.folder / folder.BROWSER
        return shelf.kept((file, "digest"), stamp(file), lambda: folder.digest(file), _facts) if file.is_file() else ""


@dataclass(frozen=True)
class Entry:
    """A line of the list of models. title and state in the reader's language; bytes: of all its files; ready: whether it can be
    loaded; state: "ready", or the sentence that says why not."""

    id: str
    title: str
    task: str
    bytes: int
    source: str
    licence: str
    ready: bool
    state: str


def _facts(_: object) -> int:
    return FACT_BYTES


def _folders() -> dict[str, tuple[str, Path]]:
    """Source and folder of every local model by its id; a shipped model hides a trained one of the same name."""
    found: dict[str, tuple[str, Path]] = {}
    for source, root in (("shipped", paths.shipped_models()), ("trained", paths.trained_models())):
        if root.is_dir():
            for path in sorted(exchange.folders(root)):
                if FOLDER_NAME.fullmatch(path.name):
                    found.setdefault(path.name, (source, path))
    return found


def local(model_id: str) -> bool:
    """Whether there is a folder of that name here."""
    return model_id in _folders()


def _locate(model_id: str) -> tuple[str, Path]:
    """Source and folder of a model, fetched from the Hub if need be."""
    if "/" in model_id or "@" in model_id:
        return "hub", _fetched(model_id)
    if paths.models_from_hub() and (pin := hub.pins().get(model_id)):
        with hub_access.acting(hub_access.DEPLOYER):  # who pins it lets everybody use it
            return "hub", hub.fetch(pin.repository, pin.revision, pin.config)
    if not FOLDER_NAME.fullmatch(model_id):
        return _local(model_id)
    return exchange.read(paths.trained_models() / model_id, lambda: _local(model_id), UserError)


def _local(model_id: str) -> tuple[str, Path]:
    """Source and folder of a local model. UserError when there is none of that name."""
    folders = _folders()
    if model_id not in folders:
        raise UserError("unknown_model", model=model_id, known=", ".join(folders) or "-")
    return folders[model_id]


def _fetched(model_id: str) -> Path:
    """Folder of a repository; where a branch stands is asked again after ten minutes, a commit never changes."""
    place = _fresh(model_id)
    if place is None:
        place = hub.fetch(*hub.split(model_id))
        shelf.put(_branch(model_id), (), (monotonic(), place), FACT_BYTES)
    return place


def _branch(model_id: str) -> Key:
    """The key under which stands when, for whom and where to a repository was fetched."""
    return hub_access.present(model_id.partition("@")[0]).cache(), f"branch {model_id}"


def _fresh(model_id: str) -> Path | None:
    """Folder of a repository that was fetched; None where the Hub is to be asked, for the first time or again."""
    fetched, place = shelf.peek(_branch(model_id)) or (0.0, None)
    fixed = hub.COMMIT.fullmatch(model_id.partition("@")[2]) is not None
    if place is None or not (place / folder.CONFIG).is_file() or (not fixed and monotonic() - fetched > SECONDS_A_BRANCH_HOLDS):
        return None
    known: Path = place
    return known


def file_of(reference: str) -> Path:
    """A single file on the Hub, "owner/name/path/of/file[@revision]", fetched if need be. UserError as `hub.fetch_file`."""
    name, _, revision = reference.partition("@")
    owner, _, rest = name.partition("/")
    repository, _, file = rest.partition("/")
    if not file or ".." in file.split("/"):
        raise UserError("bad_repository", repository=reference)
    return hub.fetch_file(f"{owner}/{repository}", file, revision or "main")


def away(name: str) -> bool:
    """Whether a model must be asked for on the Hub before it can be loaded. No request is made."""
    if name.startswith("file:") or "/" not in name:
        return False
    reference, revision = name.replace(":", "/", 1).partition("@")[::2]
    owner, repository, *file = reference.split("/", 2)
    if file:
        return hub.cached_file(f"{owner}/{repository}", file[0], revision or "main") is None
    return _fresh(name) is None


def bring(name: str) -> None:
    """Fetch a model that is away. UserError as `load`."""
    if ":" in name or name.partition("@")[0].count("/") > 1:
        file_of(name.replace(":", "/", 1))
    else:
        _fetched(name)


def community() -> Path:
    """Folder of model files of other makes that somebody put here by hand."""
    return paths.runs() / "community"


def _description(path: Path, name: str) -> Description:
    """The folder's description, read again only when config.json changed."""
    at = stamp(path / folder.CONFIG)
    read = shelf.kept((path, "description"), at, lambda: exchange.read(path, lambda: folder.describe(path, name), UserError), _facts)
    if at != stamp(path / folder.CONFIG):  # another folder may have been put there between the two looks
        shelf.drop((path, "description"))
    return read


def load(model_id: str, task: str) -> Loaded:
    """The model `model_id`, which must be one for `task`; no weights are read until its `net` is called.

    An id is a shipped or trained folder's name, or "owner/name[@revision]" on the Hub. UserError for an unknown id, a
    folder that breaks the format, a model for another task, and whatever keeps a repository from being fetched.
    """
    source, path = _locate(model_id)
    return _meant(Loaded(model_id, source, path, _description(path, model_id), path.name if source == "hub" else ""), task)


def opened(name: str, task: str) -> Loaded:
    """The model in the folder `name`, or the one that `load` knows by this id; for `task` either way. UserError as `load`."""
    path = Path(name)
    if not path.is_dir():
        return load(name, task)
    return _meant(Loaded(path.name, "trained", path, folder.describe(path)), task)


def start(name: str, task: str, kind: type[Net]) -> Net:
    """The net that a training goes on from, of the family whose class is `kind`, shared as `Loaded.net`; a name as for `opened`. UserError
    as `opened`, and for a net of another family."""
    return opened(name, task).built(kind, UserError("start_unfit", model=name))


def _meant(loaded: Loaded, task: str) -> Loaded:
    """The model, if it is one for `task`; else UserError."""
    if loaded.description.task != task:
        raise UserError("wrong_task", model=loaded.id, task=loaded.description.task, wanted=task)
    return loaded


def _check(path: Path, name: str) -> Description | UserError:
    """The description of a whole folder, or what is wrong with it; hashes are computed again only when a file changed."""

    def checked() -> Description | UserError:
        try:
            return folder.check(path, name)
        except UserError as problem:
            return problem

    return shelf.kept((path, "check"), stamp(*sorted(path.iterdir())), checked, _facts)


def _entry(model_id: str, source: str, path: Path | None, language: str) -> Entry:
    """The line for one model; `path` is None for a pinned one that was not fetched yet."""
    if path is None:
        return Entry(model_id, model_id, "", 0, source, "", True, text("models.not_fetched", language))
    size = sum(file.stat().st_size for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    found = _check(path, model_id)
    if isinstance(found, UserError):
        return Entry(model_id, model_id, "", size, source, "", False, found.sentence(language))
    title = found.title.get(language, found.title["en"])
    return Entry(model_id, title, found.task, size, source, found.licence, True, text("models.ready", language))


def listing(language: str = "en") -> tuple[Entry, ...]:
    """Every local model, by id, those for the Hub as `GANAPP_MODELS=hub` asks; a broken folder is listed with its error as state.

    A model of a pack that is here hides a folder of the same name. No request is made. `language` is "en" or "zh".
    """
    language = "zh" if language.lower().startswith("zh") else "en"
    found: dict[str, tuple[str, Path | None]] = dict(_folders())
    if paths.models_from_hub():
        with hub_access.acting(hub_access.DEPLOYER):
            found |= {model: ("hub", hub.cached(pin.repository, pin.revision)) for model, pin in hub.pins().items()}
    entries = (_listed(model, source, path, language) for model, (source, path) in sorted(found.items()))
    from ganapp.models import packs

    lines = packs.listing(language)
    hidden = {entry.id for entry in lines if entry.ready}
    folders = {entry.id: entry for entry in entries if entry and entry.id not in hidden}
    return (*folders.values(), *(entry for entry in lines if entry.id not in folders))


def _listed(model_id: str, source: str, path: Path | None, language: str) -> Entry | None:
    """The line for one model; None when its folder has been removed meanwhile."""
    try:
        return exchange.read(path or paths.trained_models(), lambda: _entry(model_id, source, path, language), FileNotFoundError)
    except FileNotFoundError:
        return None
