"""Repair: mark what should go from a photo, and it is filled from its surroundings."""

from __future__ import annotations

from typing import Any

from ganapp.models import catalog
from ganapp.ui.page import Page

# Models of other makes that are known to be there (docs/repair.md); whoever names one has it fetched from the Hub.
ELSEWHERE = ("Carve/LaMa-ONNX/lama_fp32.onnx", "andraniksargsyan/migan/migan_pipeline_v2.onnx")


def listed() -> list[dict[str, Any]]:
    """The models that can mend: those that are here, the shipped one first, then those on the Hub that are known."""
    here = [{"id": entry.id, "source": entry.source} for entry in catalog.listing() if entry.ready and entry.task == "repair"]
    return sorted(here, key=lambda each: each["source"] != "shipped") + [{"id": name, "source": "hub"} for name in ELSEWHERE]


PAGE = Page(
    slug="repair",
    order=2,
    group="photos",
    tasks=("repair", "export", "scratches", "show"),
    icon='<path d="M14.2 9.8 20 4M12 12l2.2-2.2 1.8 1.8L13.8 13.8zM12 12c-2-.6-4 .3-4.6 2.2-.5 1.7-1.6 2.5-3.4 2.8'
    ' 1.2 2.6 6.4 3.4 8.6 1 1.3-1.4 1.4-3 .4-4.2" />',
    sections=("painter", "onward"),
    sheets=("css/painter.css", "css/onward.css"),
    data=listed,
)
