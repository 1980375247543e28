"""A page of the static edition as a whole document: what Gradio's document is to the app."""

from __future__ import annotations

import base64
import hashlib
import re
from string import Template
from typing import Any

from ganapp.base import locales, paths
from ganapp.ui import words
from ganapp.ui.frame import frame
from ganapp.ui.page import Page, all_pages
from ganapp.ui.server import document
from ganapp.ui.server.headers import INLINE, POLICY

ENDING = ".html"
START = "js/edition/start.js"
CARDS_SCRIPT = "js/edition/cards.js"
ELSEWHERE = ("repair", "gallery", "train")  # pages that are the server's work from one end to the other
SECTION = "edition"
STATIC = '"static:'  # how markup of this edition names a file of `root`
PICTURE = '<img src="static:{}" width="1200" height="630" alt="" />'
LINK = re.compile(r'(<a\b[^>]*?\bhref=")([a-z][a-z-]*)(?=["#?])')
NAMES = ("full.name", "cards.name")  # of this edition's own pages
API = re.compile(r'<a href="\./\?view=api"[^>]*></a>')


class _Own(Page):
    """A page that only this edition has, with its markup in assets/edition."""

    def markup(self) -> str:
        """What stands inside the page's <main>."""
        return (paths.assets() / "edition" / f"{self.slug}.html").read_text(encoding="utf-8")


class _Cards(_Own):
    """The cards of the models that are here, put together by a module of this edition."""

    def script(self) -> str | None:
        """Its module."""
        return CARDS_SCRIPT


class _Absent(Page):
    """A page of the full app, in name: what it does, a picture of it, and where it is to be had."""

    def markup(self) -> str:
        """What stands inside the page's <main>."""
        text = (paths.assets() / "edition" / "absent.html").read_text(encoding="utf-8")
        preview = f"pictures/previews/{self.slug}.jpg"
        picture = PICTURE.format(preview) if (paths.assets() / preview).is_file() else ""
        return Template(text).substitute(slug=self.slug, picture=picture)

    def style_sheets(self) -> tuple[str, ...]:
        """The sheets of every page alone."""
        return tuple(sheet for sheet in super().style_sheets() if sheet != f"css/{self.slug}.css")

    def script(self) -> str | None:
        """None: it does nothing."""
        return None


FULL = _Own(slug="full", order=90, place="foot")  # how the full app is had
CARDS = _Cards(slug="cards", order=91, place="foot", sections=("models",))


def file_of(page: Page) -> str:
    """The name of a page's file."""
    return "index.html" if page.place == "front" else f"{page.slug}{ENDING}"


def pages() -> tuple[Page, ...]:
    """The app's pages, with a placeholder for those of ELSEWHERE, and those that only this edition has."""
    return (*(_absent(page) if page.slug in ELSEWHERE else page for page in all_pages()), FULL, CARDS)


def document_of(page: Page, root: str, app: str) -> str:
    """The file of a page. root: folder of all other files; app: address of the full app, "" where none is known."""
    first = [f"{page.slug}.{key}" for key in ("name", "description")]
    named = {language: {key: found[key] for key in first} for language, found in words_of(page).items()}
    told: dict[str, Any] = {
        "words": named,
        "edition": {"pages": [each.slug for each in pages()], "elsewhere": ELSEWHERE, "ending": ENDING, "app": app},
    }
    head = document.headed(page, root, told, (START,))
    policy = (*POLICY[:-1], f"script-src 'self' 'wasm-unsafe-eval' {_digests(head)}")  # who may frame a page only a header can say
    whole = Template((paths.assets() / "edition" / "document.html").read_text(encoding="utf-8"))
    return whole.substitute(policy="; ".join(policy), head=head, root=root, start=f"{root}/{START}", frame=_frame(page, root))


def words_of(page: Page) -> dict[str, dict[str, str]]:
    """The page's sentences by language: the app's, those of this edition, and what stands for some of the former. The document itself holds
    the page's name alone, the others lie in a packed file."""
    return {language: {**found, **_said(language, page), **_instead(language)} for language, found in words.carried(page).items()}


def _said(language: str, page: Page) -> dict[str, str]:
    """The words of this edition that a page may use."""
    sections = (SECTION, page.slug if page in (FULL, CARDS) else "")
    every = locales.words(language)
    return {key: value for key, value in every.items() if key.partition(".")[0] in sections or key in NAMES}


def _instead(language: str) -> dict[str, str]:
    """Sentences of the app that are not true without a server, in other words: "edition.instead." and the sentence's own key."""
    before = f"{SECTION}.instead."
    return {key.removeprefix(before): value for key, value in locales.words(language).items() if key.startswith(before)}


def _digests(head: str) -> str:
    found = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in INLINE.findall(head))
    return " ".join(f"'sha256-{digest}'" for digest in found)


def _frame(page: Page, root: str) -> str:
    """The frame with links to files, and one to the full app in the place of that to the API."""
    known = {each.slug: file_of(each) for each in pages()}
    here = ' aria-current="page"' if page is FULL else ""
    markup = API.sub(f'<a href="{FULL.slug}"{here} data-t="full.name"></a>', frame(page))
    markup = markup.replace('data-t="frame.footer"', f'data-t="{SECTION}.footer"').replace(STATIC, f'"{root}/')
    return LINK.sub(lambda found: found[1] + known.get(found[2], found[2]), markup)


def _absent(page: Page) -> Page:
    return _Absent(slug=page.slug, order=page.order, icon=page.icon, place=page.place, group=page.group)
