"""Every page in Firefox, where there is one: wide and narrow, English and Chinese, without an error in its console, and what it is for
answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import locales
from ganapp.ui.page import all_pages
from tests.browser.firefox import Firefox, installed

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (1280, 390)
SPOKEN = {"en": "en-GB, en", "zh": "zh-CN, zh"}
UNTIL = """
const until = async (holds) => {
  for (let i = 0; i < 900 && !holds(); i++) await new Promise((next) => setTimeout(next, 100));
  return Boolean(holds());
};
const find = (selector) => document.querySelector(selector);
const shown = (selector) => [find(selector), ...(find(selector)?.children ?? [])].some((each) => each?.checkVisibility());  // or its parts
"""
READY = UNTIL + "return await until(() => find('.frame[data-live]:not([hidden])'));"
FITS = "return [innerWidth, document.documentElement.scrollWidth <= innerWidth, document.querySelector('main h1, main h2').innerText];"
PICTURE = "await until(() => find('#examples button')); find('#examples button').click(); return await until(() => shown('#work'));"
ACTS = {  # of a page that has a control of its own: press it, and whether it answered
    "learn": "await until(() => find('#numbers')?.textContent); find('#step').click();"
    " return await until(() => Number(find('#when').value) === 1);",
    "digits": "await until(() => location.hash || find('canvas')); const was = location.hash; find('.btn.main:not(:disabled)').click();"
    " return await until(() => location.hash !== was);",
    "repair": PICTURE,
    "upscale": PICTURE,
    "stylize": PICTURE.replace("shown('#work')", "shown('.window') || shown('canvas')"),
    "write": "find('.btn.main').click(); return await until(() => find('#lines .line'));",
    "listen": "return await until(() => find('.ls[data-ready]'));",
    "train": "await until(() => shown('#adding')); find('#adding .do a').click(); return await until(() => shown('#form'));",
    "models": "await until(() => find('.model details')); find('.model summary').click(); return shown('.model details[open] table');",
    "gallery": "return await until(() => find('#works:not([aria-busy=true])'));",
}
MESSAGES = """
const storage = Cc["@mozilla.org/consoleAPI-storage;1"].getService(Ci.nsIConsoleAPIStorage);
const ours = (place) => String(place).startsWith(arguments[0]);
const scripts = Services.console.getMessageArray().filter((each) => each instanceof Ci.nsIScriptError && ours(each.sourceName));
const broken = scripts.filter(({ flags }) => !(flags & Ci.nsIScriptError.warningFlag));
const said = storage.getEvents().filter(({ level, filename }) => level === "error" && ours(filename));
const found = broken.map((each) => `${each.errorMessage} ${each.sourceName}:${each.lineNumber}`);
found.push(...said.map((each) => each.arguments.map(String).join(" ")));
Services.console.reset();
storage.clearEvents();
return found;
"""


class Walker:
    """A Firefox that can be made narrow and told which language is read."""

    def __init__(self, firefox: Firefox, address: str) -> None:
        self.firefox, self.address = firefox, address
        firefox.send("WebDriver:SetTimeouts", script=120_000, pageLoad=120_000)

    def inside(self, script: str, *values: Any) -> Any:
        """What a script of the browser itself returns."""
        self.firefox.send("Marionette:SetContext", value="chrome")
        try:
            return self.firefox.send("WebDriver:ExecuteScript", script=script, args=list(values), newSandbox=False)["value"]
        finally:
            self.firefox.send("Marionette:SetContext", value="content")

    def open(self, slug: str, width: int, language: str) -> bool:
        """Whether the page came to life, at a width in CSS pixels. Windows are never narrower than 450 px: for less the page is zoomed."""
        zoom = 1 if width > 500 else 2
        self.firefox.visit("about:blank")
        self.firefox.send("WebDriver:SetWindowRect", width=width * zoom, height=1000)
        self.inside("Services.prefs.setStringPref('intl.accept_languages', arguments[0]);", SPOKEN[language])
        self.inside(MESSAGES, self.address)
        self.firefox.visit(f"{self.address}/{'' if slug == 'front' else slug}")
        self.inside("gBrowser.selectedBrowser.fullZoom = arguments[0];", zoom)
        return bool(self.firefox.run(READY) is True)


def walked(walker: Walker, slug: str, language: str, width: int) -> list[str]:
    """What is wrong with a page."""
    if not walker.open(slug, width, language):
        return ["does not come to life", *walker.inside(MESSAGES, walker.address)]
    answered = walker.firefox.run(UNTIL + ACTS[slug]) if slug in ACTS else True
    wide, fits, title = walker.firefox.run(FITS)
    wrong = [] if answered is True else [f"its control does not answer: {answered}"]
    wrong += [] if abs(wide - width) < 30 else [f"is {wide} px wide"]
    wrong += [] if fits else ["is wider than the window"]
    wrong += [] if any("\u4e00" <= sign <= "\u9fff" for sign in title) == (language == "zh") else [f"is not in {language}: {title}"]
    return wrong + walker.inside(MESSAGES, walker.address)


@pytest.fixture(scope="module")
def walker(tmp_path_factory: pytest.TempPathFactory, app_url: str) -> Iterator[Walker]:
    program = installed()
    if program is None:
        pytest.skip("no Firefox on this machine")
    profile: Path = tmp_path_factory.mktemp("firefox")
    with Firefox(program, profile, "--remote-allow-system-access") as opened:
        yield Walker(opened, app_url)


@pytest.mark.parametrize("slug", [page.slug for page in all_pages()])
def test_a_page_is_whole_in_firefox(walker: Walker, slug: str) -> None:
    wrong = {f"{language} {width}": walked(walker, slug, language, width) for language in locales.LANGUAGES for width in WIDTHS}
    assert not any(wrong.values()), wrong
