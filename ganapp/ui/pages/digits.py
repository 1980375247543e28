"""Digits: shape a digit with sliders, or write one and let the network look for it."""

from ganapp.ui.page import Page

PAGE = Page(
    slug="digits",
    order=1,
    sections=("onward",),
    sheets=("css/onward.css",),
    tasks=("samplers", "sample", "paint", "discriminate", "nearest", "morph", "sheet", "invert", "recall"),
    icon='<path d="M8 5.5c1-1.3 2.4-2 4-2 2.4 0 4.2 1.4 4.2 3.7 0 2.6-2 4-5.2 4.3'
    ' 3.6.2 5.8 1.8 5.8 4.6 0 2.7-2.1 4.4-5 4.4-2 0-3.6-.8-4.6-2.3" />',
)
