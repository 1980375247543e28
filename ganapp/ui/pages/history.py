"""History: the last results of all pages, which the browser keeps; they are opened again, saved, copied, sent on and deleted here."""

from ganapp.ui.page import Page

PAGE = Page(
    slug="history",
    order=0,
    place="head",
    tasks=("sample", "export"),
    sections=("onward",),
    sheets=("css/onward.css",),
)
