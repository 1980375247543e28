"""What a page is, and how its parts find each other.

A page is one module of ganapp/ui/pages and the files that bear its name; the shell finds all of them by the slug (in the name of the
module _ stands for each - of it):

    ganapp/ui/pages/<slug>.py         PAGE = Page(slug="digits", order=1, tasks=("sample", ...), icon="<path d=.../>")
    assets/pages/<slug>.html          its markup, put inside <main class="page" data-page="<slug>">; exactly one h1
    assets/css/<slug>.css             optional; loaded after tokens.css, base.css and shell.css, in that order
    assets/js/<slug>/page.js          optional; exports start(root, server, tools)
    assets/locales/{en,zh}/<slug>.json  words; "name" (navigation, window title) and "description" (search engines) are required; "use" says
                                      what an adversarial game does there, for the chapter of the page Learn that lists the uses

Markup carries keys instead of words, filled in before the first paint and again whenever the language changes:
`data-t="digits.title"` (text), `data-t-aria-label`, `data-t-placeholder`, `data-t-title` (attributes), `data-t-values='{"count": 3}'`
(what fills the braces), `data-t-html` (a sentence of ours that holds markup). The page can use the sections "frame" and its own, and
those named in Page.sections.

    export async function start(root, server, tools)

root    the page's <main>, filled with its markup and words.
server  server.<task>({field: value, ...}) for each of Page.tasks: a promise of Result.report(), or of {error: {key, en, zh}} when the
        request cannot be met. It rejects when the server cannot be reached. Fields left out take the Request's defaults.
        server.data() for what Page.data returns, where a page has it.
tools   t(key, values)              the sentence in the present language
        fill(element)               fills the data-t... of markup made later
        sentences([one, another])   sentences one after the other, as the language joins them
        number(value, digits)       "1,840"
        language(), tone()          "en" | "zh", "light" | "dark"
        onLanguage(fn), onTone(fn)  called after each change, with the new one
        ask(task, fields)           like server.<task>, but rejects with a TaskError, whose .sentence is in the present language
        sentence(error)             the sentence of an {error} answer
        staticUrl("vendor/x.mjs")   address of a file of assets/{css,js,vendor,pictures}
        modelUrl("digits")          address of a shipped model's web.onnx; or of its critic.onnx, directions.json, config.json or
                                    evaluation.json, and of a vocoder's model.safetensors:
                                    modelUrl("digits", "directions.json"); of a model trained here
                                    modelUrl(id, "web.onnx", digest)
        pageLink("learn#chapter=1") address of another page, as a link from this one
        pageWorks("repair")         whether that page does what it is for; not all do in the static edition
        alone                       whether there is no server behind the page (docs/static.md): then the server's answers are the page's
                                    own, and what is asked for before a net is here waits for it

Modules import each other by relative paths ("../parts/files.js", "../../vendor/..."): all lie under one versioned address. assets/js/shell
is the lowest floor, assets/js/parts holds what several pages share, and no page imports another one: tests/js/test_imports.py.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ganapp.base import paths
from ganapp.ui import pages

GROUPS = ("learn", "make", "photos", "train", "models")  # of the navigation; on a phone each is a tab
PLACES = ("front", "bar", "head", "foot")


@dataclass(frozen=True)
class Page:
    """One address of the app.

    slug: its address and the name of its files; order: place in its group; tasks: names of modules of ganapp/tasks that page.js may call;
    icon: what stands inside the 24 x 24 <svg> of the tab bar (stroked, 1.5 wide), which shows that of each group's first page; place:
    "bar" for the header's navigation, "head" for a link beside its switches, "foot" for the footer's links, "front" for the page that is
    shown at "/"; group: which of GROUPS it stands in, by what a person wants; sections: locale sections beyond "frame" and the slug's own;
    sheets: paths under assets/ of style sheets of components it uses, loaded before its own; of_all: keys of every page's own section that
    this page lists; data: what the page shows that is no task's answer, JSON to be.
    """

    slug: str
    order: int
    tasks: tuple[str, ...] = ()
    icon: str = ""
    place: str = "bar"
    group: str = "make"
    sections: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    of_all: tuple[str, ...] = ()
    data: Callable[[], Any] | None = None

    def markup(self) -> str:
        """What stands inside the page's <main>."""
        return (paths.assets() / "pages" / f"{self.slug}.html").read_text(encoding="utf-8")

    def style_sheets(self) -> tuple[str, ...]:
        """Paths under assets/ of the style sheets, in their order of loading."""
        sheets = ("css/tokens.css", "css/base.css", "css/shell.css", *self.sheets, f"css/{self.slug}.css")
        return tuple(sheet for sheet in sheets if (paths.assets() / sheet).is_file())

    def script(self) -> str | None:
        """Path under assets/ of the page's module, or None for a page that needs none."""
        script = f"js/{self.slug}/page.js"
        return script if (paths.assets() / script).is_file() else None


@cache
def all_pages() -> tuple[Page, ...]:
    """Every page of ganapp/ui/pages: the front page, then by group and order. ValueError for a page whose file bears another name."""
    modules = [importlib.import_module(f"{pages.__name__}.{entry.name}") for entry in pkgutil.iter_modules(pages.__path__)]
    found: list[Page] = [module.PAGE for module in modules]
    every = sorted(found, key=lambda page: (PLACES.index(page.place), GROUPS.index(page.group), page.order))
    for module in modules:
        if module.__name__.rpartition(".")[2].replace("_", "-") != module.PAGE.slug:
            raise ValueError(f"{module.__name__} declares the page {module.PAGE.slug!r}; the two names must agree")
    return tuple(every)
