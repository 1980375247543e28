"""Upscale: a picture made two to eight times as large; what it takes is shown beforehand, and both are compared afterwards."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ganapp.base.errors import UserError
from ganapp.models import catalog, packs
from ganapp.ui.page import Page
from ganapp.upscaling import choice


def listed() -> list[dict[str, Any]]:
    """The models that enlarge and are here: what each does to a picture, and which of the page's sliders it knows; those that stand for no
    kind and come with the app or a pack with their titles, by which the page shows them."""
    found = []
    for entry in catalog.listing():
        if entry.ready and entry.task == "upscale":
            with suppress(UserError):
                facts = _of_pack(entry.id) if entry.source == "pack" else _of_folder(entry.id)
                found.append({"id": entry.id, "source": entry.source, "licence": entry.licence, **facts})
    return sorted(found, key=lambda each: each["source"] != "shipped")


def _of_folder(model: str) -> dict[str, Any]:
    loaded = catalog.load(model, "upscale")
    described = loaded.description
    named = loaded.source == "shipped" and not choice.SHIPPED.fullmatch(model)
    return ({"title": dict(described.title)} if named else {}) | {
        "scale": described.promises.get("scale"),
        "channels": described.promises.get("channels"),
        "strength": "sibling" in described.values,
        "denoise": bool(described.parts["model"].net.get("denoise")),
    }


def _of_pack(model: str) -> dict[str, Any]:
    pack = packs.of_model(model)
    held = pack.models[model] if pack else None
    return {"title": dict(held.title), "strength": False, "denoise": False, **held.values} if held else {}


PAGE = Page(
    slug="upscale",
    order=3,
    group="photos",
    tasks=("upscale", "upscale_plan", "upscale_model", "show"),
    icon='<path d="M13.5 10.5 20 4M20 9V4h-5M10.5 13.5 4 20M4 15v5h5" />',
    sections=("compare", "batch", "onward"),
    sheets=("css/compare.css", "css/batch.css", "css/onward.css"),
    data=listed,
)
