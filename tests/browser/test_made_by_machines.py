"""The page on which a reader guesses which picture is real, as a person meets it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from ganapp.base import locales, paths
from tests.browser.conftest import NARROW, WIDE, Visit, scrolls_never_sideways, stays_put
from tests.browser.test_shell import AXE

pytestmark = pytest.mark.browser
PAIRS = json.loads((paths.assets() / "pictures" / "made-by-machines" / "pairs.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("size", "language"), [(WIDE, "en"), (NARROW, "zh")])
def test_a_guess_is_answered_and_counted(visit: Visit, size: tuple[int, int], language: str) -> None:
    page = visit("/made-by-machines", size=size, language=language)

    def say(key: str, **values: object) -> str:
        return locales.text(f"made-by-machines.{key}", language, **values)

    for exercise, facts in PAIRS.items():
        section = page.locator(f"[data-exercise={exercise}]")
        pair = facts["pairs"][0]
        expect(section.locator(".verdict")).to_have_text(say("ask"))
        expect(section.locator(".btn")).to_be_disabled()
        picture = section.locator(".picture").nth(pair["real"])
        picture.focus()
        stays_put(page, lambda chosen=picture: chosen.press("Enter"))  # type: ignore[misc]
        expect(section.locator(".verdict")).to_contain_text(say("right"))
        expect(section.locator("figcaption").nth(pair["real"])).to_have_text(say(f"{exercise}.real"))
        expect(section.locator("figcaption").nth(1 - pair["real"])).to_have_text(say(f"how.{pair['how']}"))
        judge = int(pair["chosen"] == pair["real"])
        expect(section.locator(".score")).to_have_text(say(f"{exercise}.score", you=1, count=1, judge=judge))
        expect(section.locator(".btn")).to_be_focused()
    page.evaluate(AXE)
    report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [each["id"] for each in report["violations"] if each["impact"] in ("serious", "critical")] == []
    other = {"en": "zh", "zh": "en"}[language]
    page.get_by_role("button", name=locales.text("frame.other_language", language)).click()
    expect(page.locator("[data-exercise=digits] .verdict")).to_contain_text(locales.text("made-by-machines.right", other))
    scrolls_never_sideways(page, 320, size[0])


def test_ten_pairs_by_keyboard_and_once_more(visit: Visit) -> None:
    page = visit("/made-by-machines")
    section = page.locator("[data-exercise=digits]")
    pairs = PAIRS["digits"]["pairs"]
    section.locator(".picture").first.focus()
    for number, pair in enumerate(pairs):  # left by Enter, then the next pair by Enter: focus goes where the hand goes on
        expect(section.locator(".cap")).to_have_text(locales.text("made-by-machines.pair", "en", number=number + 1, count=len(pairs)))
        page.keyboard.press("Enter")
        key = "right" if pair["real"] == 0 else "wrong"
        expect(section.locator(".verdict")).to_contain_text(locales.text(f"made-by-machines.{key}", "en"))
        if number + 1 < len(pairs):
            page.keyboard.press("Enter")
    you, judge = (sum(choice(pair) == pair["real"] for pair in pairs) for choice in (lambda pair: 0, lambda pair: pair["chosen"]))
    expect(section.locator(".score")).to_have_text(
        locales.text("made-by-machines.digits.score", "en", you=you, judge=judge, count=len(pairs))
    )
    expect(section.locator(".btn")).to_have_text(locales.text("made-by-machines.again", "en"))
    page.keyboard.press("Enter")
    expect(section.locator(".score")).to_be_empty()
    expect(section.locator(".picture").first).to_be_focused()
