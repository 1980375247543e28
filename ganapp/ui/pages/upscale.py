"""Upscale: a picture made two to eight times as large; what it takes is shown beforehand, and both are compared afterwards."""

from __future__ import annotations

from typing import Any

from ganapp.base.errors import UserError
from ganapp.models import catalog
from ganapp.ui.page import Page


def listed() -> list[dict[str, Any]]:
    """The models that enlarge and are here: what each does to a picture, and which of the page's sliders it knows."""
    found = []
    for entry in catalog.listing():
        if not entry.ready or entry.task != "upscale":
            continue
        try:
            described = catalog.load(entry.id, "upscale").description
        except UserError:
            continue
        found.append(
            {
                "id": entry.id,
                "source": entry.source,
                "licence": entry.licence,
                "scale": described.promises.get("scale"),
                "channels": described.promises.get("channels"),
                "strength": "sibling" in described.values,
                "denoise": bool(described.parts["model"].net.get("denoise")),
            }
        )
    return sorted(found, key=lambda each: each["source"] != "shipped")


PAGE = Page(
    slug="upscale",
    order=3,
    tasks=("upscale", "upscale_plan", "upscale_model"),
    icon='<path d="M13.5 10.5 20 4M20 9V4h-5M10.5 13.5 4 20M4 15v5h5" />',
    sections=("compare", "batch"),
    sheets=("css/compare.css", "css/batch.css"),
    data=listed,
)
