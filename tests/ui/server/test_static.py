"""Static files, the document's head, words and markup: what the page is made of, checked without a browser."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ganapp.base import locales, paths
from ganapp.ui import frame, pages, theme, words
from ganapp.ui.page import GROUPS, PLACES, Page, all_pages
from ganapp.ui.server import document, limits, static
from ganapp.ui.server.routes import Routes

ASSETS = paths.assets()
PAGES = all_pages()
WASM = "vendor/onnxruntime-web/ort-wasm-simd-threaded.wasm"


async def passed(scope: Any, receive: Any, send: Any) -> None:
    """An app behind the middleware: reads the body and says how long it was."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": f"passed {size}".encode()})


def ask(app: Any, path: str, method: str = "GET", chunks: tuple[bytes, ...] = (b"",), **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request to an ASGI app."""
    queue = [{"type": "http.request", "body": chunk, "more_body": i < len(chunks) - 1} for i, chunk in enumerate(chunks)]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not queue:
            await asyncio.Event().wait()  # a caller who stays
        return queue.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw, "query_string": b"", "root_path": ""}
    with ThreadPoolExecutor(1) as thread:  # where a browser's tests came before, this thread has a loop that is running
        thread.submit(asyncio.run, app(scope, receive, send)).result()
    start = sent[0]
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return start["status"], {name.decode().lower(): value.decode() for name, value in start["headers"]}, body


def file(path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return ask(Routes(passed, [static.ROUTE]), f"/static/{static.version()}/{path}", **headers)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("css/tokens.css", "text/css; charset=utf-8"),
        ("js/shell/words.js", "text/javascript; charset=utf-8"),
        ("vendor/onnxruntime-web/ort.wasm.min.mjs", "text/javascript; charset=utf-8"),
        (WASM, "application/wasm"),
        ("pictures/mark.svg", "image/svg+xml"),
        ("pictures/mark.png", "image/png"),
    ],
)
def test_files_have_their_type_and_stay_cached(path: str, kind: str) -> None:
    status, headers, body = file(path)
    assert status == 200
    assert headers["content-type"] == kind
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["vary"] == "Accept-Encoding"
    assert int(headers["content-length"]) == len(body) > 0
    assert "content-encoding" not in headers


def test_the_runtime_is_the_same_in_every_coding() -> None:
    brotli = pytest.importorskip("brotli")
    _, plain_headers, plain = file(WASM)
    _, zipped_headers, zipped = file(WASM, accept_encoding="gzip, deflate")
    _, best_headers, best = file(WASM, accept_encoding="gzip, deflate, br")
    assert plain[:4] == b"\0asm"
    assert (zipped_headers["content-encoding"], best_headers["content-encoding"]) == ("gzip", "br")
    assert gzip.decompress(zipped) == plain
    assert brotli.decompress(best) == plain
    assert int(zipped_headers["x-decoded-length"]) == int(best_headers["x-decoded-length"]) == len(plain)
    assert len(best) < len(zipped) < len(plain) / 3
    assert "content-encoding" not in plain_headers


def test_text_is_zipped_where_that_is_accepted() -> None:
    _, headers, body = file("css/base.css", accept_encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == (ASSETS / "css" / "base.css").read_bytes()


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        ("gzip, br;q=0.5", {"gzip", "br"}),
        ("gzip;q=0, br", {"br"}),
        ("GZIP", {"gzip"}),
        ("*", {"*", "gzip", "br"}),
        ("", {""}),
        ("br;q=0.0", set()),
    ],
)
def test_codings_are_read_with_their_weights(header: str, allowed: set[str]) -> None:
    assert static.codings(header) == allowed


def test_a_generator_trained_here_stands_at_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    place = tmp_path / "models" / "own-cats-1a2b" / "web.onnx"
    place.parent.mkdir(parents=True)
    app = Routes(passed, [static.ROUTE])
    for content in (b"one", b"another"):
        place.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()[:16]
        status, headers, body = ask(app, f"/static/{digest}/trained/own-cats-1a2b/web.onnx")
        assert (status, body, headers["content-type"]) == (200, content, "application/octet-stream")
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
    first = hashlib.sha256(b"one").hexdigest()[:16]
    for gone in (f"{first}/trained/own-cats-1a2b/web.onnx", f"{first}/trained/nobody/web.onnx", f"{first}/trained/../web.onnx"):
        assert ask(app, f"/static/{gone}")[0] == 404
    assert ask(app, f"/static/{digest}/trained/own-cats-1a2b/config.json")[0] == 404


def test_head_sends_the_length_alone() -> None:
    status, headers, body = file("css/base.css", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) == (ASSETS / "css" / "base.css").stat().st_size


@pytest.mark.parametrize(
    "path",
    [
        "css/none.css",
        "css",
        "css/",
        "../app.py",
        "css/../../app.py",
        "css/..%2f..%2fapp.py",
        "/etc/passwd",
        "//etc/passwd",
        "data/mnist/t10k-labels-idx1-ubyte.gz",
        "locales/en/frame.json",
        "pages/how.html",
        f"{WASM}.gz",
        f"{WASM}.br",
        "models/digits-judge/model.safetensors",
        "models/../requirements.txt",
    ],
)
def test_nothing_else_can_be_asked_for(path: str) -> None:
    status, _, body = file(path)
    assert status == 404
    assert body == b"Not found"


def test_another_version_is_not_found_and_nothing_can_be_posted() -> None:
    app = Routes(passed, [static.ROUTE])
    assert ask(app, "/static/0123456789abcdef/css/base.css")[0] == 404
    status, headers, _ = ask(app, f"/static/{static.version()}/css/base.css", "POST")
    assert (status, headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/static/js/iframeResizer.contentWindow.min.js", "/gradio_api/info", "/static/short/css/base.css"])
def test_other_addresses_pass_through(path: str) -> None:
    assert ask(Routes(passed, [static.ROUTE]), path)[2] == b"passed 0"


def test_the_version_changes_with_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "models" / "m").mkdir(parents=True)
    monkeypatch.setattr(paths, "assets", lambda: tmp_path)
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "models")
    seen = set()
    changes = [("css/a.css", "a{}"), ("css/a.css", "b{}"), ("css/b.css", "a{}"), ("models/m/web.onnx", "1"), ("models/m/secret.txt", "no")]
    for name, text in changes:
        (tmp_path / name).write_text(text)
        static.served.cache_clear()
        seen.add(static.version.__wrapped__())
    assert len(seen) == 4  # what is not served does not count
    assert "models/m/web.onnx" in static.served()
    static.served.cache_clear()


def test_bodies_beyond_the_limit_are_refused() -> None:
    app = limits.Limits(passed, largest=10)
    assert ask(app, "/x", "POST", (b"12345", b"67890"))[2] == b"passed 10"
    assert ask(app, "/x", "POST", (b"12345", b"678901"))[0] == 413
    assert ask(app, "/x", "POST", (b"1",), content_length="11")[0] == 413
    assert ask(app, "/x", "POST", (b"1",), content_length="many")[0] == 413


# ---------- the document ------------------------------------------------------------------------------------

GRADIOS = (
    '<html lang="en"><head><base href="./" /><meta property="og:title" content="Gradio" />\n'
    '<meta\n name="twitter:creator"\n content="@Gradio" />\n<script type="module" src="./assets/index.js"></script></head>'
    "<body></body></html>"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)
def test_the_head_comes_before_gradios_own(page: Page) -> None:
    text = document.rewritten(GRADIOS, page)
    assert "@Gradio" not in text
    assert 'content="Gradio"' not in text
    landmarks = ("<title>", 'id="likeness"', "window.likeness", "css/tokens.css", "css/base.css", "css/shell.css", "assets/index.js")
    order = [text.index(each) for each in landmarks]
    assert order == sorted(order)
    carried = json.loads(re.search(r'id="likeness">(.*?)</script>', text, re.S)[1])  # type: ignore[index]
    assert carried["page"] == page.slug
    assert set(carried["words"]) == set(locales.LANGUAGES)
    for each in PAGES:
        assert f"{each.slug}.name" in carried["words"]["zh"]


def test_words_cannot_end_their_script() -> None:
    text = words.inline({"a": "</script><b>"})
    assert "<" not in text
    assert json.loads(text) == {"a": "</script><b>"}


def test_only_pages_are_rewritten() -> None:
    async def html(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"9")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for i in range(0, len(GRADIOS), 50):
            await send({"type": "http.response.body", "body": GRADIOS[i : i + 50].encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    _, headers, body = ask(document.Head(html), "/how")
    assert int(headers["content-length"]) == len(body)
    assert b"window.likeness" in body
    assert "default-src 'self'" in headers["content-security-policy"]
    status, headers, body = ask(document.Head(html), "/how", "HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-type"].startswith("text/html")
    _, headers, body = ask(document.Head(html), "/monitoring")
    assert body.decode() == GRADIOS
    assert "content-security-policy" not in headers


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)
def test_the_frame_marks_the_page_and_links_only_to_pages(page: Page) -> None:
    markup = frame.frame(page)
    assert markup.count("<h1") == 1
    kin = [each for each in PAGES if (each.place, each.group) == ("bar", page.group)] if page.place == "bar" else []
    assert markup.count('aria-current="page"') == (2 if len(kin) > 1 else 1)  # a second time among its kin, for small screens
    links = set(re.findall(r'<a href="([^":?#]+)"', markup)) | set(re.findall(r'class="mark" href="([^"]+)"', markup))
    assert {each.slug for each in PAGES[1:]} | {"./"} <= links
    assert "$" not in markup.replace("${", "")


# ---------- words, markup, style -----------------------------------------------------------------------------

MARKUP = sorted([*ASSETS.glob("pages/*.html"), *ASSETS.glob("shell/*.html")])
SCRIPTS = sorted(path for path in ASSETS.glob("js/**/*.js"))
KEYS = re.compile(r'data-t(?:-html|-aria-label|-placeholder|-title|-alt|-lang)?="([^"$]+)"')
UNSPACED = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")
CALLS = re.compile(r"""\bt\(\s*["']([\w.-]+)["']""")


@pytest.mark.parametrize("path", [*MARKUP, *SCRIPTS], ids=lambda path: str(path.relative_to(ASSETS)))
def test_every_word_asked_for_exists_and_is_carried(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    keys = set(KEYS.findall(text)) | set(CALLS.findall(text))
    owner = path.stem if path.suffix == ".html" else path.parent.name
    page = next((each for each in PAGES if each.slug == owner), None)
    for key in keys:
        for language in locales.LANGUAGES:
            assert key in locales.words(language), f"{key} in {language}"
        if page is not None and not key.endswith(".name"):
            assert key.partition(".")[0] in words.sections(page), f"{key} is not carried by the page {page.slug}"


def test_both_languages_have_the_same_words_with_the_same_braces() -> None:
    english, chinese = locales.words("en"), locales.words("zh")
    assert english.keys() == chinese.keys()
    for key, sentence in english.items():
        assert set(re.findall(r"\{(\w+)", sentence)) == set(re.findall(r"\{(\w+)", chinese[key])), key
        assert sentence.strip(), key
        assert chinese[key].strip(), key


@pytest.mark.parametrize("section", ["frame", "how", "models"])
def test_sentences_keep_to_the_tone(section: str) -> None:
    for key, sentence in locales.words("en").items():
        if key.startswith(f"{section}."):
            assert not re.search(r"[!·’“”…]|\bplease\b|\boops\b", sentence, re.I), f"{key}: {sentence}"
    for key, sentence in locales.words("zh").items():
        if key.startswith(f"{section}."):
            assert "您" not in sentence, key
            assert "！" not in sentence, key
            assert not re.search(r"[\u4e00-\u9fff][,;!?]", sentence), f"{key}: half-width punctuation"
            assert not UNSPACED.search(re.sub(r"</?var>", "", sentence)), f"{key}: a space is missing in {sentence}"


@pytest.mark.parametrize("path", [*MARKUP, *SCRIPTS, *sorted(ASSETS.glob("css/*.css"))], ids=lambda path: str(path.relative_to(ASSETS)))
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = re.sub(r'<a class="link" href="https://(arxiv\.org/abs|doi\.org)/[\w./-]+">', "", path.read_text(encoding="utf-8"))
    text = text.replace("http://www.w3.org/", "")
    assert not re.search(r"https?://|@import|url\(\s*[\"']?//", text)
    assert "</style" not in text


def test_pages_are_found_by_their_folder() -> None:
    names = {path.stem.replace("_", "-") for path in Path(pages.__file__).parent.glob("*.py") if path.stem != "__init__"}
    assert {page.slug for page in PAGES} == names
    assert [page.place for page in PAGES] == sorted((page.place for page in PAGES), key=PLACES.index)
    assert [page.place for page in PAGES].count("front") == 1
    assert {page.group for page in PAGES} == set(GROUPS)
    for page in PAGES:
        assert (ASSETS / "pages" / f"{page.slug}.html").is_file()


# ---------- theme ---------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_and_controls_have_contrast(dark: bool) -> None:
    tokens: Callable[[str], str] = theme.tokens(dark).__getitem__
    for ground in ("page", "sheet"):
        for text in ("ink", "ink-2", "accent", "good", "warn", "bad"):
            assert contrast(tokens(text), tokens(ground)) >= 4.5, f"{text} on {ground}"
        assert contrast(tokens("edge"), tokens(ground)) >= 3, f"edge on {ground}"
    assert contrast(tokens("on-accent"), tokens("accent")) >= 4.5
    assert contrast(tokens("ink-2"), tokens("well")) >= 4.5
    assert contrast(tokens("ink"), tokens("raised")) >= 4.5


def test_the_theme_is_ours_and_downloads_nothing() -> None:
    made = theme.theme()
    assert made._stylesheets == []
    assert made.body_background_fill == theme.tokens(False)["page"]
    assert made.body_background_fill_dark == theme.tokens(True)["page"]
