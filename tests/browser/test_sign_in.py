"""Signing in on the training page, at an app of its own whose people sign in at a provider on 127.0.0.1."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from ganapp.base import locales
from tests.browser.conftest import LOCALES, NARROW, SLOW, WIDE, scrolls_never_sideways
from tests.browser.test_shell import AXE
from tests.conftest import PATIENCE, ROOT, answers, direct, free_port
from tests.support.fakeopenid import FakeOpenID

pytestmark = pytest.mark.browser
SENT = """() => fetch(`jobs/data/${'0'.repeat(20)}/a.png`, {method: 'POST', headers: {'X-Likeness-Key': 'k'.repeat(32)}, body: 'a'})
  .then((answer) => answer.json())"""


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeOpenID]:
    server = FakeOpenID()
    yield server
    server.close()


@pytest.fixture(scope="module")
def address(provider: FakeOpenID, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app that lets alice train, and whoever knows the password."""
    place, port = tmp_path_factory.mktemp("account"), free_port()
    settings = {"GRADIO_SERVER_PORT": str(port), "GANAPP_RUNS": str(place), "OMP_NUM_THREADS": "1", **provider.settings("alice")}
    settings["GANAPP_TRAINING_PASSWORD"] = "class of 2026"
    with (place / "log").open("w") as out:
        app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=direct(dict(os.environ)) | settings, stdout=out, stderr=out)
    try:
        end = time.monotonic() + PATIENCE
        while not answers(f"http://127.0.0.1:{port}"):
            assert app.poll() is None, (place / "log").read_text()[-3000:]
            assert time.monotonic() < end
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}"
    finally:
        app.terminate()
        app.wait(15)
    said = (place / "log").read_text()
    assert not [secret for secret in provider.given if secret in said], "the log holds no code and no token"


@pytest.fixture
def page(browser: Browser, address: str, provider: FakeOpenID, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The training page in a window of its own; a test's parameter names size and language."""
    size, language = getattr(request, "param", (WIDE, "en"))
    provider.who = {"preferred_username": "alice"}
    context = browser.new_context(locale=LOCALES[language], viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(SLOW)
    complaints: list[str] = []
    shown = context.new_page()
    shown.on("pageerror", lambda problem: complaints.append(str(problem)))
    shown.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    shown.goto(f"{address}/train")
    shown.wait_for_selector(".frame[data-live]:not([hidden])")
    yield shown
    context.close()
    assert complaints == []


def test_sign_in_train_and_sign_out(page: Page) -> None:
    expect(page.locator("#signing-say")).to_have_text(locales.text("train.signing.or"))
    expect(page.locator("#administrator")).to_have_attribute("open", "")
    page.get_by_role("link", name="Sign in with Hugging Face").click()
    expect(page.locator("#signing-say")).to_have_text("Signed in as alice.")
    assert (urlsplit(page.url).path, urlsplit(page.url).query) == ("/train", "")
    expect(page.locator("#sign-in")).to_be_hidden()
    expect(page.locator("#administrator")).not_to_have_attribute("open", "")
    answer = page.evaluate(SENT)
    assert answer == {"bytes": 1}, "pictures for a training are taken"
    page.reload()
    expect(page.locator("#signing-say")).to_have_text("Signed in as alice.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#sign-in")).to_be_visible()
    expect(page.locator("#sign-out")).to_be_hidden()
    page.reload()
    expect(page.locator("#signing-say")).to_have_text(locales.text("train.signing.or"))


@pytest.mark.parametrize("page", [(NARROW, "zh"), (WIDE, "zh"), (NARROW, "en")], indirect=True)
def test_it_reads_well_everywhere(page: Page, provider: FakeOpenID) -> None:
    language = "zh" if page.evaluate("navigator.language").startswith("zh") else "en"
    provider.who = {"preferred_username": "Mallory-with-a-name-that-goes-on"}
    expect(page.locator("#sign-in")).to_have_text(locales.text("train.signing.in", language))
    page.locator("#sign-in").press("Enter")
    other = locales.text("train.signing.other", language, name=provider.who["preferred_username"])
    expect(page.locator("#signing-say")).to_have_text(other)
    expect(page.locator("#sign-in")).to_be_visible()
    scrolls_never_sideways(page, 390, 340)
    page.evaluate(AXE)
    report = page.evaluate("axe.run(document.querySelector('#who'), {resultTypes: ['violations']})")
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in report["violations"]] == []


def test_who_says_no_reads_so_once(page: Page, provider: FakeOpenID) -> None:
    provider.who = None
    page.locator("#sign-in").click()
    expect(page.locator("#signing-say")).to_have_text(locales.text("train.signing.refused"))
    assert urlsplit(page.url).query == ""
