"""The app: one Gradio page per page found, the tasks as endpoints, and the server's settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.routes import App
from starlette.middleware import Middleware

from ganapp.base import paths
from ganapp.jobs import queue
from ganapp.ui import binding
from ganapp.ui.agents.protocol import Agents
from ganapp.ui.frame import frame
from ganapp.ui.page import Page, all_pages
from ganapp.ui.server import cleaning, jobfiles, metrics, observing, results, sign_in, static, tickets, uploads
from ganapp.ui.server.address import Addresses
from ganapp.ui.server.document import Head
from ganapp.ui.server.gradio_routes import GradioRoutes
from ganapp.ui.server.headers import Guarded
from ganapp.ui.server.hosts import Hosts, no_other_origins
from ganapp.ui.server.limits import Limits
from ganapp.ui.server.missing import Missing
from ganapp.ui.server.observing import Observed
from ganapp.ui.server.routes import Routes
from ganapp.ui.theme import theme

# In Gradio's hands; `element` and `server` are its.
START = "import(new URL(`${window.likeness.root}/js/shell/start.js`, document.baseURI).href).then((shell) => shell.start(element, server));"

ROUTES = (metrics.HEALTH, metrics.METRICS, uploads.ROUTE, jobfiles.ROUTE, results.ROUTE, static.ROUTE, *sign_in.ROUTES)
MIDDLEWARE = (  # docs/server.md; the first sees a request first
    Middleware(Guarded),
    Middleware(Observed),
    Middleware(Hosts),
    Middleware(Addresses),
    Middleware(Missing),
    Middleware(Routes, routes=ROUTES),
    Middleware(GradioRoutes),
    Middleware(Limits),
    Middleware(Agents),
    Middleware(Head),
)
CACHED = 3600  # seconds after which what Gradio has stored is removed
SESSIONS = 200  # Gradio keeps a quarter of a megabyte of each, and no page of ours keeps anything there; it allows 10,000 by default


def show(page: Page) -> None:
    """Put a page's markup and its remote procedures into the Blocks or route that is open."""
    procedures = [binding.procedure(task) for task in page.tasks]
    if any(binding.task(task).lane in ("heavy", "far") for task in page.tasks):
        procedures += tickets.procedures()
    if page.data is not None:
        procedures.append(binding.data_procedure(page.data))
    gr.HTML(frame(page), js_on_load=START, apply_default_css=False, server_functions=procedures, elem_id="likeness-page")


@contextmanager
def _one_server() -> Iterator[None]:
    """Gradio makes a whole server at both ends of every page, a tenth of a second each, and keeps the last: none is made in here."""
    made = App.create_app
    App.create_app = lambda demo, **_: getattr(demo, "app", None)  # type: ignore[method-assign, assignment, return-value]
    try:
        yield
    finally:
        App.create_app = made  # type: ignore[method-assign]


def build() -> gr.Blocks:
    """The whole app, ready to launch. ValueError or TypeError when a page or a task does not keep its contract."""
    pages = all_pages()
    with _one_server():
        demo: gr.Blocks = gr.Blocks(title="Likeness", analytics_enabled=False, fill_width=True, delete_cache=(CACHED, CACHED))
        with demo:
            show(pages[0])
            binding.publish(demo)
        for page in pages:
            with demo.route(page.slug, page.slug, show_in_navbar=False):
                show(page)
    demo.queue(max_size=64)
    return demo


def settings() -> dict[str, Any]:
    """Arguments of launch()."""
    return {
        "theme": theme(),
        "footer_links": ["api"],  # its button is pressed from our footer (assets/js/shell/interface.js)
        "ssr_mode": False,
        "show_error": False,
        "run_history": False,
        "favicon_path": str(paths.assets() / "pictures" / "mark.png"),
        "app_kwargs": {"middleware": list(MIDDLEWARE), "lifespan": no_other_origins},
        "max_file_size": "32mb",
        "max_threads": binding.AT_ONCE,
        "state_session_capacity": SESSIONS,
    }


def launch() -> None:
    """Serve the app and look after the queue of jobs until it is stopped. GRADIO_SERVER_NAME and GRADIO_SERVER_PORT choose the address."""
    observing.write_logs()
    static.version()
    queue.keep()
    demo = build()
    binding.ready()
    cleaning.start(demo)
    demo.launch(**settings())
