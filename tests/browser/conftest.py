"""A real Chromium on the started app. Whatever asks another host for anything, or reports an error, fails its test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect, sync_playwright

from scripts.browser import installed
from tests.conftest import direct

WIDE, NARROW = (1280, 900), (390, 844)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-proxy-server"]
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


class Watched:
    """Contexts of one test, and what went wrong in them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.host = urlparse(address).netloc
        self.contexts: list[BrowserContext] = []
        self.strangers: list[str] = []
        self.complaints: list[str] = []

    def guard(self, route: Route) -> None:
        url = urlparse(route.request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.netloc != self.host:
            self.strangers.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    def said(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "no words for" in message.text:
            self.complaints.append(message.text)

    def visit(self, path: str = "/", size: tuple[int, int] = WIDE, language: str = "en", tone: str = "light", **settings: object) -> Page:
        """The page at `path`, its words and styles in place, in a fresh context; `settings` go to Playwright's new_context."""
        viewport = {"width": size[0], "height": size[1]}
        options: dict[str, object] = {"viewport": viewport, "locale": LOCALES[language], "color_scheme": tone}
        context = self.browser.new_context(**options, **settings)  # type: ignore[arg-type]
        context.set_default_timeout(SLOW)
        context.route("**/*", self.guard)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self.said)
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        return self.go(page, path)

    def go(self, page: Page, path: str) -> Page:
        """Open another address in the same page."""
        page.goto(self.address + path)
        page.wait_for_selector(".frame:not([hidden])")
        return page


@pytest.fixture
def watched(browser: Browser, app_url: str) -> Iterator[Watched]:
    """Opens pages and keeps watch. A test that expects a complaint empties `complaints` itself."""
    watch = Watched(browser, app_url)
    yield watch
    for context in watch.contexts:
        context.close()
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
