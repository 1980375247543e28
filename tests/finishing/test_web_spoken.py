from collections.abc import Callable
from pathlib import Path

import pytest

from ganapp.base import paths
from ganapp.finishing import web_spoken
from ganapp.models import catalog
from tests.support import tinyspeaker


@pytest.mark.parametrize("make", [tinyspeaker.speaker, tinyspeaker.reader])
def test_the_copy_for_the_browser_gives_what_torch_gives(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path)
    make(tmp_path / "tiny")
    assert web_spoken.export(str(tmp_path / "tiny")) < 1e-4


@pytest.mark.parametrize(("model", "task"), [("speak-digits", "speak"), ("listen-digits", "listen")])
def test_the_shipped_copy_is_that_of_the_shipped_weights(model: str, task: str) -> None:
    loaded = catalog.opened(str(paths.shipped_models() / model), task)
    assert web_spoken.compared(web_spoken.net_of(loaded), loaded.folder / "web.onnx") < web_spoken.AGREED
