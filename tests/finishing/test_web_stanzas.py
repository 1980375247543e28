"""The browser's copies of the writer of English stanzas and its critic: they compute what the weights beside them do."""

from __future__ import annotations

from ganapp.base import paths
from ganapp.finishing import web_stanzas
from ganapp.models import catalog


def test_the_shipped_copies_fit_their_weights() -> None:
    worst = web_stanzas.compared(catalog.opened(str(paths.shipped_models() / "write-stanzas"), "stanza"))
    assert max(worst.values()) <= web_stanzas.AGREED
