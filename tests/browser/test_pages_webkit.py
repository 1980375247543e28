"""Every page in WebKit, where there is one, without an error in its scripts once it is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ganapp.ui.page import all_pages
from tests.browser.walk import READY, path, walked
from tests.browser.webkit import WebKit, installed

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHOOSE = "localStorage.setItem('likeness-language', values[0]); return true;"
LISTEN = """
window.problems = [];
addEventListener("error", (event) => window.problems.push(`${event.message} ${event.filename}:${event.lineno}`));
addEventListener("unhandledrejection", (event) => window.problems.push(String(event.reason)));
const error = console.error;
console.error = (...said) => { window.problems.push(said.map(String).join(" ")); error.apply(console, said); };
"""


class Walker:
    """A WebKit that can be made narrow and told which language is read."""

    def __init__(self, webkit: WebKit, address: str) -> None:
        self.webkit, self.address, self.run = webkit, address, webkit.run
        webkit.visit(f"{address}/healthz")

    def problems(self) -> list[str]:
        return list(self.run("return window.problems ?? [];"))

    def open(self, slug: str, width: int, language: str) -> bool:
        self.webkit.resize(width, 1000)
        self.run(CHOOSE, language)
        self.webkit.visit(f"{self.address}/{path(slug)}")
        return bool(self.run(LISTEN + READY) is True)


@pytest.fixture(scope="module")
def walker(tmp_path_factory: pytest.TempPathFactory, app_url: str) -> Iterator[Walker]:
    program = installed()
    if program is None:
        pytest.skip("no WebKit on this machine")
    with WebKit(program, tmp_path_factory.mktemp("webkit")) as opened:
        yield Walker(opened, app_url)


@pytest.mark.parametrize("slug", [page.slug for page in all_pages()])
def test_a_page_is_whole_in_webkit(walker: Walker, slug: str) -> None:
    assert not walked(walker, slug)
