"""The markup as it is served: every control has its name in it, in both languages, before any script of the page has run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest

from ganapp.base import locales
from ganapp.ui.frame import frame
from ganapp.ui.page import Page, all_pages

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CONTROLS = {"button", "a", "input", "select", "textarea", "summary", "fieldset"}
ROLES = {"button", "slider", "img", "application", "checkbox", "radio", "tab", "progressbar", "switch"}


@dataclass(eq=False)
class Element:
    """tag and attributes of an element, its own text, and what stands in it."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def every(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            yield from child.every()

    def above(self) -> Iterator[Element]:
        here = self.parent
        while here is not None:
            yield here
            here = here.parent


class Tree(HTMLParser):
    """Markup as elements."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.root = self.here = Element("", {})
        self.feed(markup)
        assert self.here is self.root, f"<{self.here.tag}> is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> where <{self.here.tag}> is open"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.text += data.strip()


def words(element: Element, attribute: str, language: str) -> str:
    """What stands in an attribute ("" for the text), or will stand there before anything is drawn."""
    keys = [f"data-t-{attribute}"] if attribute else ["data-t", "data-t-html"]
    for key in keys:
        if key in element.attributes:
            return locales.text(element.attributes[key], language)
    return element.attributes.get(attribute, "")


def spoken(element: Element, language: str) -> str:
    """The text of an element and of what is in it, for who hears the page."""
    if element.attributes.get("aria-hidden") == "true":
        return ""
    own = words(element, "", language) or element.text or words(element, "alt", language)
    return own + "".join(spoken(child, language) for child in element.children)


def name(element: Element, root: Element, language: str) -> str:
    """The accessible name, by the parts of its computation (WAI-ARIA) that these pages use."""
    by_id = {each.attributes["id"]: each for each in root.every() if "id" in each.attributes}
    labels = [by_id[key] for key in element.attributes.get("aria-labelledby", "").split() if key in by_id]
    if labels:
        return "".join(spoken(label, language) for label in labels)
    if given := words(element, "aria-label", language):
        return given
    if element.tag == "fieldset":
        return "".join(spoken(child, language) for child in element.children if child.tag == "legend")
    if element.tag in ("input", "select", "textarea"):
        own = [each for each in element.above() if each.tag == "label"]
        if "id" in element.attributes:
            own += [each for each in root.every() if each.tag == "label" and each.attributes.get("for") == element.attributes["id"]]
        return "".join(spoken(label, language) for label in own)
    return spoken(element, language) or words(element, "title", language)


def controls(root: Element) -> list[Element]:
    """All that can be pressed, moved, filled in or looked at by itself."""
    hidden = {"hidden"}
    every = (each for each in root.every() if each.attributes.get("type") not in hidden and each.attributes.get("aria-hidden") != "true")
    return [each for each in every if each.tag in CONTROLS or each.attributes.get("role") in ROLES]


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: page.slug)
def test_every_control_has_its_name_in_the_markup(page: Page) -> None:
    root = Tree(frame(page)).root
    assert len(controls(root)) > 5
    for language in locales.LANGUAGES:
        nameless = [f"<{each.tag} {each.attributes}>" for each in controls(root) if not name(each, root, language).strip()]
        assert nameless == [], language


def test_what_has_no_name_is_noticed() -> None:
    markup = """<button id="a"></button><button data-t="frame.skip">x</button><input id="b"><label for="b"></label>
        <label><input type="radio" name="c"><span>Yes</span></label><button><svg aria-hidden="true"><path></path></svg></button>"""
    root = Tree(markup).root
    assert [bool(name(each, root, "en")) for each in controls(root)] == [False, True, False, True, False]
