"""Upscale: a picture made two to eight times as large, told beforehand what it takes and compared afterwards."""

from __future__ import annotations

from ganapp.ui.page import Page

PAGE = Page(
    slug="upscale",
    order=3,
    tasks=("upscale", "upscale_plan"),
    icon='<path d="M13.5 10.5 20 4M20 9V4h-5M10.5 13.5 4 20M4 15v5h5" />',
    sections=("digits", "compare"),
    sheets=("css/compare.css",),
)
