"""A walk through every page, in whichever browser: wide and narrow, English and Chinese, and what each page is for answers."""

from __future__ import annotations

from typing import Any, Protocol

from ganapp.base import locales

WIDTHS = (1280, 390)
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


class Walker(Protocol):
    """A browser that can be made narrow and told which language is read."""

    def open(self, slug: str, width: int, language: str) -> bool:
        """Whether the page came to life, at a width in CSS pixels."""

    def run(self, body: str) -> Any:
        """What the body of an async function returns in the page."""

    def problems(self) -> list[str]:
        """Errors in the page's scripts since it was opened."""


def path(slug: str) -> str:
    return "" if slug == "front" else slug


def _wrong(walker: Walker, slug: str, language: str, width: int) -> list[str]:
    if not walker.open(slug, width, language):
        return ["does not come to life", *walker.problems()]
    answered = walker.run(UNTIL + ACTS[slug]) if slug in ACTS else True
    wide, fits, title = walker.run(FITS)
    wrong = [] if answered is True else [f"its control does not answer: {answered}"]
    wrong += [] if abs(wide - width) < 30 else [f"is {wide} px wide"]
    wrong += [] if fits else ["is wider than the window"]
    wrong += [] if any("\u4e00" <= sign <= "\u9fff" for sign in title) == (language == "zh") else [f"is not in {language}: {title}"]
    return wrong + walker.problems()


def walked(walker: Walker, slug: str) -> dict[str, list[str]]:
    """What is wrong with a page, by language and width; empty where nothing is."""
    found = {f"{language} {width}": _wrong(walker, slug, language, width) for language in locales.LANGUAGES for width in WIDTHS}
    return {where: wrong for where, wrong in found.items() if wrong}
