"""A real Chromium on the started app. Whatever asks another host for anything, or reports an error, fails its test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from scripts.browser import installed
from tests.conftest import direct

WIDE, NARROW = (1280, 900), (390, 844)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-proxy-server"]
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # whatever asks another host gets no answer
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
SLOW = 60_000  # milliseconds, for a machine that does other work as well

Visit = Callable[..., Page]

expect.set_options(timeout=SLOW / 2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the machine's own where there is one, else Playwright's."""
    found = installed()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=FLAGS, env=direct(dict(os.environ)))
        yield launched
        launched.close()


def scrolls_never_sideways(page: Page, *widths: int) -> None:
    """At none of these widths, in pixels, is the page wider than its window."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
        assert page.evaluate("window.scrollTo(200, 0), window.scrollX") == 0, width


def stays_put(page: Page, press: Callable[[], None]) -> None:
    """What `press` does moves nothing under the eyes: the page stands where it stood before."""
    before = page.evaluate("scrollY")
    press()
    page.wait_for_timeout(150)  # focus is moved and results are put in place after the press
    assert page.evaluate("scrollY") == before


class Contexts:
    """Contexts that tests without settings of their own hand on to each other, emptied but with Chromium's cache of the app's files."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.free: dict[str, list[BrowserContext]] = {}

    def take(self, language: str) -> BrowserContext:
        waiting = self.free.setdefault(language, [])
        return waiting.pop() if waiting else self.browser.new_context(locale=LOCALES[language])

    def give_back(self, context: BrowserContext, language: str) -> None:
        """Forget what the test left in it: pages, cookies, storage."""
        for page in context.pages:
            page.close()
        context.set_offline(False)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Storage.clearDataForOrigin", {"origin": self.address, "storageTypes": "cookies,local_storage,indexeddb"})
        page.close()
        self.free[language].append(context)


@pytest.fixture(scope="session")
def contexts(browser: Browser, app_url: str) -> Contexts:
    return Contexts(browser, app_url)


class Watched:
    """Contexts of one test, and what went wrong in them."""

    def __init__(self, contexts: Contexts) -> None:
        self.contexts, self.address = contexts, contexts.address
        self.host = urlparse(self.address).netloc
        self.taken: list[tuple[BrowserContext, str | None]] = []
        self.strangers: list[str] = []
        self.complaints: list[str] = []

    def asked(self, request: Request) -> None:
        url = urlparse(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.netloc != self.host:
            self.strangers.append(request.url)

    def said(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "no words for" in message.text:
            self.complaints.append(message.text)

    def visit(self, path: str = "/", size: tuple[int, int] = WIDE, language: str = "en", tone: str = "light", **settings: Any) -> Page:
        """The page at `path`, its words and styles in place, with nothing remembered but `kept`, for local storage; reduced_motion: as the
        system would ask. All other settings go to Playwright's new_context, and cost the cache of the app's files."""
        motion, kept = settings.pop("reduced_motion", "no-preference"), settings.pop("kept", {})
        if settings:
            context = self.contexts.browser.new_context(locale=LOCALES[language], **settings)
        else:
            context = self.contexts.take(language)
        self.taken.append((context, None if settings else language))
        context.set_default_timeout(SLOW)
        context.on("request", self.asked)
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=tone, reduced_motion=motion)  # type: ignore[arg-type]
        for name, value in kept.items():
            page.add_init_script(f"localStorage.setItem({name!r}, {value!r})")
        page.on("console", self.said)
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        return self.go(page, path)

    def leave(self) -> None:
        """Give the contexts back, or close them."""
        for context, language in self.taken:
            context.remove_listener("request", self.asked)
            if language is None:
                context.close()
            else:
                self.contexts.give_back(context, language)

    def go(self, page: Page, path: str) -> Page:
        """Open another address in the same page."""
        page.goto(self.address + path)
        page.wait_for_selector(".frame:not([hidden])")
        return page


@pytest.fixture
def watched(contexts: Contexts) -> Iterator[Watched]:
    """Opens pages and keeps watch. A test that expects a complaint empties `complaints` itself."""
    watch = Watched(contexts)
    yield watch
    watch.leave()
    assert watch.strangers == [], "a request left for another host"
    assert watch.complaints == []


@pytest.fixture
def visit(watched: Watched) -> Visit:
    """visit("/digits", size=NARROW, language="zh", tone="dark") -> the page, ready."""
    return watched.visit


@pytest.fixture
def page(visit: Visit) -> Page:
    """The app's first page, 1280 px wide, English, light."""
    return visit("/")
