"""Train: start a GAN in the page, watch both players, understand what goes wrong, use what they learnt."""

from __future__ import annotations

import pkgutil

from ganapp.jobs import requests
from ganapp.ui.page import Page

PAGE = Page(
    slug="train",
    order=5,
    group="train",
    tasks=(
        *sorted(entry.name for entry in pkgutil.iter_modules(requests.__path__) if not entry.name.startswith("_")),
        "stylize_preview",
        "show",
    ),
    icon='<path d="M4 4v16h16" /><path d="M7 15.5l4-5 3 3 5.5-7.5" />',
    sections=("presets", "losses", "diagnostics", "lessons", "onward"),
    sheets=("css/onward.css",),
)
