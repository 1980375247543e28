"""The weights of VGG16, through which some recipes learn: whether they are on this machine, and how to get them. Nothing is loaded here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from ganapp.base import locales, paths
from ganapp.base.errors import UserError

FILE, FILE_MB = "vgg16_lpips.safetensors", 29
PACKAGES = ("torchvision", "lpips")
FETCHED, FETCHED_MB = "vgg16-397923af.pth", 528  # torchvision's file of the weights, which it fetches from download.pytorch.org


def state() -> str:
    """ "ready"; "fetched": the packages are here and will fetch the weights at the first run; "missing"."""
    if (paths.features() / FILE).is_file():
        return "ready"
    if any(find_spec(name) is None for name in PACKAGES):
        return "missing"
    return "ready" if (paths.torch_weights() / FETCHED).is_file() else "fetched"


def needed(recipe: str, settings: Mapping[str, Any]) -> bool:
    """Whether a run of a recipe learns by them."""
    if recipe == "upscale":
        return settings.get("kind") == "photo" and settings.get("windows", 1) != 0
    return recipe == "stylize" or (recipe == "repair" and settings.get("windows", 1) != 0)


def check(recipe: str, settings: Mapping[str, Any]) -> None:
    """UserError, which says what to do, when a run needs them and they are not here."""
    if needed(recipe, settings) and state() == "missing":
        raise missing()


def missing() -> UserError:
    """The error that says they are not here, and what to do."""
    return UserError("features_missing", **_facts())


def sentence(language: str) -> str:
    """What a person should know before a training that uses them: what is missing, or what will be fetched; "" when all is here."""
    found = state()
    return "" if found == "ready" else locales.text(f"errors.features_{found}", language, **_facts())


def _facts() -> dict[str, object]:
    return {"file": FILE, "file_mb": FILE_MB, "fetched_mb": FETCHED_MB, "packages": " ".join(PACKAGES)}
