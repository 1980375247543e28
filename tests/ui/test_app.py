"""Building the app: one server for all pages, not one for each."""

from __future__ import annotations

from typing import Any

import pytest
from gradio.routes import App

from ganapp.ui import app
from ganapp.ui.page import all_pages


def test_pages_do_not_make_a_server_each(monkeypatch: pytest.MonkeyPatch) -> None:
    made, real = [], App.create_app

    def counted(*args: Any, **options: Any) -> App:
        made.append(real(*args, **options))
        return made[-1]

    monkeypatch.setattr(App, "create_app", counted)
    demo = app.build()
    assert len(made) == 1, "Gradio made more than the one that is kept"
    assert demo.app is made[0]
    assert App.create_app is counted
    assert {page.slug for page in all_pages()} <= {address for address, _, _ in demo.pages}
    assert len(demo.config["components"]) > len(all_pages())
