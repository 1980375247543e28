"""Listen: eight spoken digits that nobody recorded, played, shaped, mixed and put on a beat."""

from __future__ import annotations

from ganapp.ui.page import Page

PAGE = Page(
    slug="listen",
    order=5,
    tasks=("speakers", "speak", "speak_number", "say", "listen", "sonify", "packs_list", "pack_add"),
    sections=("onward",),
    sheets=("css/onward.css",),
    icon='<path d="M4 10v4M8 6v12M12 9v6M16 4v16M20 10v4" />',
)
