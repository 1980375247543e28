"""Every page in Firefox, where there is one, without an error in its console."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ganapp.ui.page import all_pages
from tests.browser.firefox import Firefox, installed
from tests.browser.walk import READY, path, walked

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SPOKEN = {"en": "en-GB, en", "zh": "zh-CN, zh"}
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
        self.firefox, self.address, self.run = firefox, address, firefox.run
        firefox.send("WebDriver:SetTimeouts", script=120_000, pageLoad=120_000)

    def inside(self, script: str, *values: Any) -> Any:
        """What a script of the browser itself returns."""
        self.firefox.send("Marionette:SetContext", value="chrome")
        try:
            return self.firefox.send("WebDriver:ExecuteScript", script=script, args=list(values), newSandbox=False)["value"]
        finally:
            self.firefox.send("Marionette:SetContext", value="content")

    def problems(self) -> list[str]:
        return list(self.inside(MESSAGES, self.address))

    def open(self, slug: str, width: int, language: str) -> bool:
        """Whether the page came to life, at a width in CSS pixels. Windows are never narrower than 450 px: for less the page is zoomed."""
        zoom = 1 if width > 500 else 2
        self.firefox.visit("about:blank")
        self.firefox.send("WebDriver:SetWindowRect", width=width * zoom, height=1000)
        self.inside("Services.prefs.setStringPref('intl.accept_languages', arguments[0]);", SPOKEN[language])
        self.problems()
        self.firefox.visit(f"{self.address}/{path(slug)}")
        self.inside("gBrowser.selectedBrowser.fullZoom = arguments[0];", zoom)
        return bool(self.run(READY) is True)


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
    assert not walked(walker, slug)
