"""What there is to say of any model, whatever it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ganapp.models.catalog import Loaded


@dataclass(frozen=True)
class About:
    """source: "shipped", "trained", "hub", "pack" or "other"; architecture: family of its net; channels: of the pictures it takes; licence:
    as it is told, "" where it is not; megabytes: of its file; parameters: counts them; revision: the commit of one from the Hub, the
    version of a package; digest: SHA-256 of its weights, "" where it was not computed; makers: who made it, where a pack says so."""

    source: str = ""
    architecture: str = ""
    channels: int = 3
    licence: str = ""
    megabytes: float = 0.0
    parameters: Callable[[], int] = lambda: 0
    revision: str = ""
    digest: str = ""
    makers: str = ""


UNKNOWN = About()


def of_folder(loaded: Loaded) -> About:
    """What a model folder says of itself."""
    part, file = loaded.description.parts["model"], loaded.folder / loaded.description.parts["model"].file
    return About(
        loaded.source,
        part.family,
        loaded.description.promises.get("channels", 3),
        loaded.description.licence,
        megabytes=round(file.stat().st_size / 1e6, 1) if file.is_file() else 0.0,
        parameters=lambda: sum(parameter.numel() for parameter in loaded.net().parameters()),
        revision=loaded.revision,
        digest=part.sha256,
    )
