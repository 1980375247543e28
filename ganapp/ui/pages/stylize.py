"""Stylize: a photo painted in the manner of a picture, seen at once in small and made in full size on request."""

from ganapp.ui.page import Page

PAGE = Page(
    slug="stylize",
    order=4,
    group="photos",
    tasks=("stylize", "stylize_preview", "styles", "show"),
    icon='<path d="M12 4a8 8 0 1 0 0 16c1.5 0 2-1 1.6-2.1-.6-1.5.3-2.7 1.9-2.7H17a3 3 0 0 0 3-3C20 7.4 16.4 4 12 4z" />'
    '<circle cx="8" cy="11.5" r=".7" /><circle cx="10.8" cy="8" r=".7" /><circle cx="15.2" cy="8.6" r=".7" />',
    sections=("compare", "batch", "painter", "onward"),
    sheets=("css/compare.css", "css/painter.css", "css/batch.css", "css/onward.css"),
)
