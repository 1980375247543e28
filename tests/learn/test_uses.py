"""The chapter about uses lists every page of the app that is one."""

from __future__ import annotations

from ganapp.base import locales
from ganapp.ui import words
from ganapp.ui.page import all_pages

# Doors to the others, the laboratory itself, its theory, and a list of what the others made.
NO_USE = {"front", "learn", "how", "history"}


def test_every_page_says_what_it_is_a_use_of() -> None:
    slugs = [page.slug for page in all_pages()]
    assert set(slugs) > NO_USE
    for language, every in words.carried(next(page for page in all_pages() if page.slug == "learn")).items():
        told = [key.removesuffix(".use") for key in every if key.endswith(".use")]
        assert told == [slug for slug in slugs if slug not in NO_USE], "a page's locale file says it behind `use`"
        assert all(every[f"{slug}.use"] == locales.text(f"{slug}.use", language) for slug in told)
    for page in all_pages():
        assert page.slug == "learn" or not any(key.endswith(".use") and not key.startswith(page.slug) for key in words.carried(page)["en"])
