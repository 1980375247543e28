"""A real Chromium on the started app. Whatever asks another host for anything, or reports an error, fails its test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from scripts.browser import installed
from tests.conftest import direct

WIDE, NARROW = (1280, 900), (390, 844)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-proxy-server"]
FLAGS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # whatever asks another host gets no answer
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
SLOW = 60_000  # milliseconds, for a machine that does other work as well

Visit = Callable[..., Page]

expect.set_options(timeout=SLOW / 2)


def seen_first(press: Callable[..., None]) -> Callable[..., None]:
    """Press a key where a person could: Playwright waits only until the element exists, and a hidden one takes no focus, so that the key
    would go nowhere."""

    def pressed(locator: Locator, *positional: Any, **named: Any) -> None:
        locator.wait_for()
        press(locator, *positional, **named)

    return pressed


Locator.press = seen_first(Locator.press)  # type: ignore[method-assign]


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


# What a test does to a page, its clock or its context that stays there.
LASTING = ("add_init_script", "on", "once", "expose_function", "expose_binding")
LASTING_CLOCK = ("install", "set_fixed_time", "set_system_time", "pause_at")
LASTING_CONTEXT = ("add_init_script", "route", "new_cdp_session", "grant_permissions", "expose_function", "expose_binding")
WARNED = ("no words for", "Permissions-Policy")  # in warnings that are faults of ours


class Tab:
    """A page and its context, handed from test to test, emptied but with Chromium's cache of the app's files: opening a window costs more
    than loading the app. A page that a test has done something LASTING to is closed instead."""

    def __init__(self, context: BrowserContext) -> None:
        self.context, self.page = context, context.new_page()
        self.control = context.new_cdp_session(self.page)
        self.control.send("Page.enable")
        self.scripts: list[str] = []
        self.watch: Watched | None = None
        self.page.on("console", self.said)
        self.page.on("pageerror", self.broke)
        self.clean = True
        for thing, names in ((self.page, LASTING), (self.page.clock, LASTING_CLOCK), (self.context, LASTING_CONTEXT)):
            for name in names:
                setattr(thing, name, self.noting(getattr(thing, name)))

    def noting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The method, which tells besides that this page cannot be handed on."""

        def noted(*positional: Any, **named: Any) -> Any:
            self.clean = False
            return method(*positional, **named)

        return noted

    def said(self, message: ConsoleMessage) -> None:
        if self.watch and (message.type == "error" or any(word in message.text for word in WARNED)):
            asked = f" {message.location['url']}" if message.text.startswith("Failed to load") else ""  # what it is that did not come
            self.watch.complaints.append(message.text + asked)

    def broke(self, problem: Any) -> None:
        if self.watch:
            self.watch.complaints.append(str(problem))

    def keep(self, name: str, value: str) -> None:
        """The page finds this in its local storage whenever it is loaded."""
        source = {"source": f"localStorage.setItem({name!r}, {value!r})"}
        self.scripts.append(self.control.send("Page.addScriptToEvaluateOnNewDocument", source)["identifier"])

    def emptied(self, address: str) -> bool:
        """Forget what the test left: other pages, cookies, storage, history, routes. Whether the page can be used again."""
        for other in self.context.pages:
            if other is not self.page:
                other.close()
        if not self.clean or self.page.is_closed():
            return False
        self.context.set_offline(False)
        for script in self.scripts:
            self.control.send("Page.removeScriptToEvaluateOnNewDocument", {"identifier": script})
        self.scripts.clear()
        self.page.evaluate("() => { try { sessionStorage.clear(); } catch { /* a page that never came to the app has none */ } }")
        self.page.goto("about:blank")
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.mouse.move(0, 0)
        self.control.send("Page.resetNavigationHistory")
        self.control.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "cookies,local_storage,indexeddb"})
        return True


class Tabs:
    """Tabs that wait for the next test, by the settings of their contexts."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.free: dict[str, list[Tab]] = {}

    def take(self, settings: dict[str, Any]) -> Tab:
        waiting = self.free.setdefault(repr(sorted(settings.items())), [])
        return waiting.pop() if waiting else Tab(self.browser.new_context(**settings))

    def give_back(self, tab: Tab, settings: dict[str, Any]) -> None:
        if tab.emptied(self.address):
            self.free[repr(sorted(settings.items()))].append(tab)
        else:
            tab.context.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser, app_url: str) -> Tabs:
    return Tabs(browser, app_url)


class Watched:
    """Pages of one test, and what went wrong in them."""

    def __init__(self, tabs: Tabs) -> None:
        self.tabs, self.address = tabs, tabs.address
        self.host = urlparse(self.address).netloc
        self.taken: list[tuple[Tab, dict[str, Any]]] = []
        self.strangers: list[str] = []
        self.complaints: list[str] = []

    def asked(self, request: Request) -> None:
        url = urlparse(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and url.netloc != self.host:
            self.strangers.append(request.url)

    def visit(self, path: str = "/", size: tuple[int, int] = WIDE, language: str = "en", tone: str = "light", **settings: Any) -> Page:
        """The page at `path`, its words and styles in place, with nothing remembered but `kept`, for local storage; reduced_motion: as the
        system would ask. All other settings go to Playwright's new_context."""
        motion, kept = settings.pop("reduced_motion", "no-preference"), settings.pop("kept", {})
        settings["locale"] = LOCALES[language]
        tab = self.tabs.take(settings)
        self.taken.append((tab, settings))
        tab.watch = self
        tab.context.set_default_timeout(SLOW)
        tab.context.on("request", self.asked)
        tab.page.set_viewport_size({"width": size[0], "height": size[1]})
        tab.page.emulate_media(color_scheme=tone, reduced_motion=motion)  # type: ignore[arg-type]
        for name, value in kept.items():
            tab.keep(name, value)
        return self.go(tab.page, path)

    def leave(self) -> None:
        """Give the tabs back."""
        for tab, settings in self.taken:
            tab.watch = None
            tab.context.remove_listener("request", self.asked)
            self.tabs.give_back(tab, settings)

    def go(self, page: Page, path: str) -> Page:
        """Open another address in the same page, and wait until its controls answer."""
        page.goto(self.address + path)
        page.wait_for_selector(".frame[data-live]:not([hidden])")
        return page


@pytest.fixture
def watched(tabs: Tabs) -> Iterator[Watched]:
    """Opens pages and keeps watch. A test that expects a complaint empties `complaints` itself."""
    watch = Watched(tabs)
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
