"""Gallery: networks that were trained here and shared, each with its pictures, what it learnt, and how well."""

from __future__ import annotations

from ganapp.ui.page import Page

PAGE = Page(
    slug="gallery",
    order=30,
    group="models",
    sections=("choices", "losses", "diagnostics"),
    tasks=("gallery_list", "gallery_remove", "job_use"),
)
