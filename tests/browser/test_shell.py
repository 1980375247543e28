"""Header, navigation, switches, footer and the two pages to read, as a person finds them."""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from playwright.sync_api import Page, expect

from ganapp.base import locales, paths
from ganapp.models import packs
from ganapp.ui.page import all_pages
from tests.browser.conftest import NARROW, WIDE, Visit, Watched, scrolls_never_sideways
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
SLUGS = [page.slug for page in all_pages()]
BAR = [page.slug for page in all_pages() if page.place == "bar"]


def background(page: Page) -> str:
    colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour


def stands_at_its_address(page: Page, slug: str) -> None:
    """Title, heading, landmarks, and the link that says where one is."""
    assert page.title() == f"{locales.text(f'{slug}.name')} | Likeness"
    assert page.locator("h1").count() == 1
    home = all_pages()[0].slug == slug
    assert page.locator(f'a[aria-current="page"][href="{"./" if home else slug}"]:visible').count() == 1
    for landmark in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(landmark), landmark).to_have_count(1)  # type: ignore[arg-type]
    description = page.locator('meta[name="description"]').get_attribute("content")
    assert description == locales.text(f"{slug}.description")


def test_the_first_page_is_shown_at_the_root(page: Page) -> None:
    expect(page.locator("main.page")).to_have_attribute("data-page", all_pages()[0].slug)


def test_links_lead_from_page_to_page(visit: Visit) -> None:
    page = visit("/how")
    page.get_by_role("link", name=locales.text("models.name"), exact=True).click()
    page.wait_for_url("**/models")
    page.get_by_role("link", name="Likeness").first.click()
    page.wait_for_url("**/")
    expect(page.locator("main.page")).to_have_attribute("data-page", all_pages()[0].slug)


# The links of a bar with a line below their words: two pixels of the accent, as wide as the link.
UNDERLINED = """(links) => [...document.querySelectorAll(links)].filter((link) => {
  const line = getComputedStyle(link, "::after"), probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = "var(--accent)";
  const accent = getComputedStyle(probe).color;
  probe.remove();
  const drawn = line.content !== "none" && line.height === "2px" && parseFloat(line.width) >= link.clientWidth - 1;
  return link.checkVisibility() && drawn && line.backgroundColor === accent;
}).map((link) => link.getAttribute("href"))"""


def test_pages_stand_in_groups_in_one_row_and_on_a_phone_in_five_tabs(visit: Visit) -> None:
    page = visit("/upscale")
    links = page.locator(".nav a:visible")
    assert [link.get_attribute("href") for link in links.all()] == BAR
    assert len({link.bounding_box()["y"] for link in links.all()}) == 1  # type: ignore[index]
    box = page.locator(".prefs").bounding_box()
    last = links.last.bounding_box()
    assert box is not None
    assert last is not None
    assert last["x"] + last["width"] < box["x"]
    assert page.evaluate(UNDERLINED, ".nav a") == ["upscale"]
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    expect(page.locator(".nav a:visible")).to_have_count(5)
    expect(page.locator(".nav a[aria-current]:visible")).to_have_text(locales.text("frame.group.photos"))
    kin = page.locator("nav.row a")
    assert [link.get_attribute("href") for link in kin.all()] == ["repair", "upscale", "stylize"]
    assert page.evaluate(UNDERLINED, "nav.row a") == ["upscale"]
    kin.last.click()
    page.wait_for_url("**/stylize")


def test_language_changes_in_place_and_is_kept(watched: Watched) -> None:
    page = watched.visit("/how")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("h1")).to_have_text(locales.text("how.title", "en"))
    switch = page.get_by_role("button", name="中文")
    assert switch.get_attribute("lang") == "zh-CN"
    switch.click()
    expect(page.locator("h1")).to_have_text(locales.text("how.title", "zh"))
    assert page.evaluate("window.sameDocument") is True
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.title() == f"{locales.text('how.name', 'zh')} | Likeness"
    expect(page.locator(".curves figcaption")).to_contain_text("推力")
    watched.go(page, "/models")
    expect(page.locator("h1")).to_have_text(locales.text("models.title", "zh"))
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text(locales.text("models.title", "en"))


@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh", "zh-CN")])
def test_language_begins_as_the_browser_asks(visit: Visit, language: str, lang: str) -> None:
    page = visit("/how", language=language)
    expect(page.locator("h1")).to_have_text(locales.text("how.title", language))
    assert page.evaluate("document.documentElement.lang") == lang


def test_tone_follows_the_system_until_one_is_chosen(watched: Watched) -> None:
    page = watched.visit("/how", tone="dark")
    dark = background(page)
    assert dark == "rgb(18, 20, 23)"
    page.emulate_media(color_scheme="light")
    page.wait_for_function("!document.body.classList.contains('dark')")
    assert background(page) == "rgb(244, 245, 246)"
    page.get_by_role("button", name="Dark").click()
    assert background(page) == dark
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    watched.go(page, "/models")
    page.wait_for_timeout(500)  # Gradio sets its own idea of the tone while it mounts
    assert background(page) == dark


def test_a_chosen_light_is_never_dark_under_a_dark_system(watched: Watched) -> None:
    page = watched.visit("/how", tone="dark")
    page.get_by_role("button", name="Dark").click()
    page.add_init_script(
        "window.seen = new Set(); const note = () => { if (document.body) window.seen.add(getComputedStyle(document.body).backgroundColor);"
        " requestAnimationFrame(note); }; requestAnimationFrame(note);"
    )
    watched.go(page, "/how")
    page.wait_for_timeout(500)
    assert "rgb(18, 20, 23)" not in page.evaluate("[...window.seen]")
    assert background(page) == "rgb(244, 245, 246)"


def test_skip_link_comes_first_and_leads_to_the_page(visit: Visit) -> None:
    page = visit("/how")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main.page")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main.page') !== null")


FOCUSED = """() => { const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
  return {body: it === document.body, tag: it.tagName, seen: box.width > 0 && box.height > 0,
          name: it.getAttribute('aria-label') || it.labels?.[0]?.textContent || it.textContent.trim(),
          ring: style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2}; }"""


@pytest.mark.parametrize("slug", ["how", "models"])
def test_everything_is_reached_by_keyboard_with_a_ring_and_a_name(visit: Visit, slug: str) -> None:
    page = visit(f"/{slug}")
    stops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["body"]:
            break
        stops.append(stop)
    assert len(stops) >= 6
    for stop in stops:
        assert stop["ring"], stop
        assert stop["name"], stop
        assert stop["seen"], stop


def speak(page: Page, language: str) -> None:
    """Switch the page to a language, in place."""
    if page.evaluate("document.documentElement.lang").split("-")[0] != language:
        page.get_by_role("button", name={"en": "English", "zh": "中文"}[language], exact=True).click()
    page.wait_for_function("lang => document.documentElement.lang.startsWith(lang)", arg=language)


def listed(page: Page) -> None:
    """Wait until the page of models has its models."""
    page.wait_for_function("document.querySelector('[data-models]') === null || document.querySelector('.model') !== null")


UNREADABLE = """() => {
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    const [r, g, b, a = 1] = colour(getComputedStyle(node).backgroundColor);
    return a > 0.99 || !node.parentElement ? [r, g, b] : ground(node.parentElement);
  };
  const hovers = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).flatMap((rule) => [...(rule.cssRules ?? []), rule])
    .filter((rule) => rule.selectorText?.includes(":hover") && (rule.style.color || rule.style.background || rule.style.backgroundColor))
    .flatMap((rule) => rule.selectorText.split(/,(?![^(]*\\))/)).filter((one) => one.includes(":hover") && one.includes(".frame"));
  const found = [];
  for (const button of document.querySelectorAll(".frame main button")) {
    const before = button.disabled;
    button.disabled = true;
    const [one, other] = [colour(getComputedStyle(button).color).slice(0, 3), ground(button)].map(luminance).sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const what = button.id || button.className;
    if (button.checkVisibility() && button.textContent.trim() && ratio < 4.5) found.push(`${what}: ${ratio.toFixed(2)}`);
    for (const rule of hovers) if (button.matches(rule.replaceAll(":hover", ""))) found.push(`${what}: ${rule}`);
    button.disabled = before;
  }
  return found;
}"""


# Width of the drawn marker, and whether the browser's own stands beside it, of everything that folds out.
MARKERS = """() => [...new Set([...document.querySelectorAll(".frame summary")].filter((each) => each.checkVisibility())
  .map((each) => JSON.stringify([getComputedStyle(each, "::before").width, getComputedStyle(each).listStyleType])))].map(JSON.parse)"""


@pytest.mark.parametrize("slug", SLUGS)
def test_every_page_stands_at_its_address_and_axe_finds_nothing_serious(visit: Visit, slug: str) -> None:
    """Every pair of language, tone and size, on one page load; without transitions, whose half-way colours are nobody's."""
    page = visit(f"/{slug}", reduced_motion="reduce")
    stands_at_its_address(page, slug)
    listed(page)
    page.evaluate(AXE)
    for language, tone, size in (("en", "light", WIDE), ("en", "dark", NARROW), ("zh", "dark", WIDE), ("zh", "light", NARROW)):
        speak(page, language)
        page.emulate_media(color_scheme=tone)  # type: ignore[arg-type]
        page.wait_for_function("tone => document.body.classList.contains('dark') === (tone === 'dark')", arg=tone)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        grave = [each for each in report["violations"] if each["impact"] in ("serious", "critical")]
        grave = [f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}" for each in grave]
        assert grave == [], f"{language}, {tone}, {size}"
        assert page.evaluate(UNREADABLE) == [], f"disabled, {tone}, {size}"
        assert page.evaluate(MARKERS) in ([], [["7px", "none"]]), "what folds out has the same marker everywhere"
        if slug in ("how", "models") and size == NARROW:
            scrolls_never_sideways(page, 390, 768, 1024, 1440)


def test_the_header_stays_and_small_screens_have_their_tabs_below(visit: Visit) -> None:
    page = visit("/how", size=NARROW)
    page.evaluate("window.scrollTo(0, 900)")
    assert page.locator("header.top").bounding_box()["y"] == 0  # type: ignore[index]
    tabs = page.locator(".nav")
    if len(BAR) < 2:
        expect(tabs).to_be_hidden()
        return
    box = tabs.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(NARROW[1], abs=1)
    for tab in tabs.locator("a:visible").all():
        assert tab.bounding_box()["height"] >= 44  # type: ignore[index]
    # what is pinned above the tabs reckons with their height: nothing is seen in between
    assert f"{box['height']:.0f}px" == page.locator(".frame").evaluate("(frame) => getComputedStyle(frame).getPropertyValue('--tabs')")


def test_models_shows_what_was_measured(visit: Visit) -> None:
    page = visit("/models")
    expect(page.locator(".model .id").filter(has_text=re.compile("^tiny$"))).to_be_visible()
    folders = [path for path in sorted(paths.shipped_models().iterdir()) if (path / "config.json").is_file() and not packs.named(path.name)]
    for folder in folders:
        section = page.locator(".model").filter(has=page.locator(".id", has_text=folder.name).get_by_text(folder.name, exact=True))
        expect(section).to_have_count(1)
        rows = json.loads((folder / "evaluation.json").read_text())["rows"] if (folder / "evaluation.json").is_file() else []
        expect(section.locator("tbody tr")).to_have_count(len(rows))
        for i, row in enumerate(rows):
            shown = section.locator("tbody tr").nth(i)
            expect(shown.locator("th")).to_contain_text(locales.text(f"measures.{row['name']}.name"))
            if 0.01 <= row["value"] < 100:
                written = Decimal(str(row["value"])).quantize(Decimal("0.001"), ROUND_HALF_UP)
                expect(shown.locator(".value")).to_contain_text(str(written))


def test_models_says_so_when_the_server_is_gone(watched: Watched) -> None:
    page = watched.visit("/how")
    page.route("**/component_server*", lambda route: route.abort())
    page.route("**/component_server/**", lambda route: route.abort())
    watched.go(page, "/models")
    expect(page.locator("[data-models] .oops")).to_contain_text(locales.text("frame.unreachable"))
    watched.complaints[:] = [each for each in watched.complaints if "ERR_FAILED" not in each]


def test_the_drawing_of_the_losses_moves_by_keyboard(visit: Visit) -> None:
    page = visit("/how")
    slider = page.get_by_label(locales.text("how.chart.score"), exact=True)
    slider.focus()
    page.keyboard.press("Home")
    said = page.locator(".curves figcaption")
    expect(said).to_contain_text("6.00")  # -log sigmoid(-6)
    low = page.locator("svg.wide .gc").get_attribute("cx")
    slider.fill("0")
    expect(said).to_contain_text("0.69")  # log 2
    points = [page.locator(f"svg.wide .{point}").get_attribute("cy") for point in ("gc", "dc")]
    assert points[0] == points[1]
    assert page.locator("svg.wide .gc").get_attribute("cx") != low


def test_reduced_motion_stops_transitions(visit: Visit) -> None:
    page = visit("/how", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('.prefs button')).transitionDuration") in ("0s", "")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--calm').trim()") == "0ms"


def test_the_footer_leads_to_the_interface(watched: Watched) -> None:
    page = watched.visit("/how")
    page.get_by_role("contentinfo").get_by_role("link", name="API").click()
    expect(page.locator(".api-docs").get_by_text("/sample").first).to_be_visible()


def test_the_interface_has_an_address(watched: Watched) -> None:
    page = watched.visit("/?view=api")
    expect(page.locator(".api-docs").get_by_text("/sample").first).to_be_visible()


def test_nothing_of_gradio_is_in_sight(visit: Visit) -> None:
    page = visit("/how", size=WIDE)
    page.wait_for_timeout(500)
    seen = page.evaluate("document.body.innerText")
    assert "Gradio" not in seen
    assert "Settings" not in seen
    assert page.locator("[class~='nav-holder']:visible").count() == 0


def test_answers_come_with_a_policy_that_keeps_everything_here(watched: Watched) -> None:
    page = watched.visit("/how")
    answer = page.request.get(watched.address + "/how")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    blocked = page.evaluate("fetch('https://example.com/').then(() => 'sent', () => 'refused')")
    assert blocked == "refused"
    assert watched.strangers == []
    watched.complaints.clear()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_unknown_address_is_answered_by_a_page_in_the_readers_language(watched: Watched, language: str) -> None:
    page = watched.visit("/how", language=language)
    answer = page.goto(watched.address + "/digitz")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text(locales.text("frame.missing.title", language))
    assert page.evaluate("document.documentElement.lang").startswith(language)
    scrolls_never_sideways(page, 390)
    grounds = []
    for tone in ("light", "dark"):
        page.emulate_media(color_scheme=tone)  # type: ignore[arg-type]
        grounds.append((background(page), page.evaluate("getComputedStyle(document.querySelector('a')).color")))
    assert grounds == [("rgb(244, 245, 246)", "rgb(20, 22, 26)"), ("rgb(18, 20, 23)", "rgb(236, 238, 241)")]
    plain = page.request.get(watched.address + "/digitz", headers={"accept": "application/json"})
    assert plain.json() == {"detail": "Not Found"}
    page.get_by_role("link", name=locales.text("repair.name", language)).click()
    page.wait_for_url("**/repair")
    watched.complaints[:] = [each for each in watched.complaints if "404" not in each]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_link_is_shown_with_title_sentence_and_picture(watched: Watched, slug: str) -> None:
    page = watched.visit("/how") if slug == "how" else watched.visit("/" if slug == "front" else f"/{slug}")
    meta = {name: page.locator(f'meta[property="og:{name}"]').get_attribute("content") for name in ("title", "description", "image")}
    assert meta["title"] == f"{locales.text(f'{slug}.name')} | Likeness"
    assert meta["description"] == locales.text(f"{slug}.description")
    assert (meta["image"] or "").startswith(watched.address)
    picture = page.request.get(meta["image"] or "")
    assert picture.headers["content-type"] == "image/jpeg"
    assert len(picture.body()) < 150_000
