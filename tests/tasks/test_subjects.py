"""Tasks that are asked about a digit: invert, discriminate, nearest."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.digits import digit, idx, latent
from ganapp.metrics.memorisation import nearest_pixels
from ganapp.models import catalog, folder
from ganapp.pictures import images
from ganapp.tasks import _inversion, discriminate, invert, nearest
from tests.tasks.conftest import LATENT


def uri(ink: np.ndarray, pixels: int = 200) -> str:
    return images.data_uri(images.png(digit.on_paper(ink.astype(np.float32), pixels)))


@pytest.fixture(scope="module")
def written() -> str:
    """A data URI of a written digit, as someone would send it."""
    return uri(digit.from_mnist(idx.load("mnist", "test").pictures[:1])[0])


def test_invert_finds_a_digit_the_generator_made(small: Path) -> None:
    tools = invert.nets(models.load("digits", "sample"))
    z = torch.from_numpy(latent.from_seed(0, LATENT))[None] * 0.7  # one of the bank
    y = torch.eye(10)[3:4]
    x = tools.generator(z, y).detach()
    alone = _inversion.Nets(tools.generator, tools.judge, None, LATENT)
    found = _inversion.search(alone, x, y, _inversion.Search(steps=5, rate=0.01))
    assert float(found.residual[0]) < 0.02
    assert float((found.z - z).abs().max()) < 0.1


def test_descent_improves_on_the_guess(small: Path) -> None:
    tools = invert.nets(models.load("digits", "sample"))
    x, y = torch.from_numpy(digit.from_mnist(idx.load("mnist", "test").pictures[:4]))[:, None] * 2 - 1, torch.eye(10)[[7, 2, 1, 0]]
    short, long = (_inversion.search(tools, x, y, _inversion.Search(steps=steps)) for steps in (1, 40))
    assert float(long.residual.mean()) < float(short.residual.mean())
    assert found_again(tools, x, y, long)


def found_again(tools: _inversion.Nets, x: torch.Tensor, y: torch.Tensor, found: _inversion.Match) -> bool:
    return bool(torch.equal(_inversion.search(tools, x, y, _inversion.Search(steps=40)).z, found.z))


def test_residual_by_hand() -> None:
    a, b = torch.full((1, 1, 2, 2), -1.0), torch.full((1, 1, 2, 2), -1.0)
    a[0, 0, 0, 0] = a[0, 0, 0, 1] = b[0, 0, 0, 1] = b[0, 0, 1, 1] = 1.0  # two of ink each, one shared
    assert float(_inversion.residual(a, b)) == pytest.approx(0.5)
    assert float(_inversion.residual(a, a)) == 0.0


def test_typical_is_the_chi_squared_distribution() -> None:
    from scipy.stats import chi2

    z = torch.randn(5, 64, generator=torch.Generator().manual_seed(0))
    assert _inversion.typical(z).numpy() == pytest.approx(chi2.cdf(z.square().sum(1).numpy(), 64), abs=1e-4)


def test_invert_reports_what_can_be_moved_on(small: Path, written: str) -> None:
    result = invert.run(invert.Request(picture=written, digit=7))
    report = result.report()
    assert result.digit == 7
    assert result.verdict in ("close", "loose", "not_a_digit")
    assert sum(result.judged) == pytest.approx(1, abs=1e-3)
    assert len(report["latent"]) == LATENT
    assert set(report["sliders"]) == {"slant", "weight", "width"}
    assert report["found"].startswith("data:image/png")


VERDICTS = {(0.1, 0.0, 0.0): "close", (0.3, 0.1, 0.0): "loose", (0.1, 0.9, 0.5): "not_a_digit", (0.9, 0.0, 0.9): "not_a_digit"}


@pytest.mark.parametrize(("signs", "said"), VERDICTS.items())
def test_verdict(signs: tuple[float, float, float], said: str) -> None:
    assert invert.verdict(signs, {"weights": [1.0, 2.0, 1.0], "not_a_digit": 1.5, "close": 0.2}) == said


def test_a_model_that_was_not_finished_says_so(small: Path, tmp_path: Path, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import json
    import shutil

    shutil.copytree(small / "digits", tmp_path / "models" / "raw")
    config = json.loads((tmp_path / "models" / "raw" / folder.CONFIG).read_text())
    folder.rewrite(tmp_path / "models" / "raw", {**config, "values": {}})
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    for task in (invert, discriminate, nearest):
        with pytest.raises(UserError) as refused:
            task.run(task.Request(picture=written, model="raw"))
        assert refused.value.key == "model_unfinished"


def test_gradient_is_the_slope_of_the_score(small: Path) -> None:
    net = catalog.load("digits", "sample").net("discriminator")
    ink = digit.from_mnist(idx.load("mnist", "test").pictures[:1])[0]
    y = latent.classes(10, 7)
    score, slope = discriminate.attend(net, ink, y)
    direction = np.random.default_rng(0).normal(size=ink.shape).astype(np.float32)
    step = 1e-4  # leaky units bend
    ahead, behind = (discriminate.attend(net, ink + sign * step * direction, y)[0] for sign in (1, -1))
    assert (ahead - behind) / (2 * step) == pytest.approx(float((slope * direction).sum()), rel=0.05, abs=1e-3)
    assert np.isfinite(score)


def test_probability_by_hand() -> None:
    fitted = {"slope": 2.0, "offsets": [0.0, 1.0] + [0.0] * 8}
    assert discriminate.probability(0.5, latent.classes(10, 1), fitted) == pytest.approx(1 / (1 + np.exp(-2.0)))
    assert discriminate.probability(0.5, latent.classes(10, 0, 1, 0.5), fitted) == pytest.approx(1 / (1 + np.exp(-1.5)))
    assert discriminate.probability(-1e9, latent.classes(10, 1), fitted) < 1e-9


def test_map_comes_back_from_its_bytes(small: Path, written: str) -> None:
    result = discriminate.run(discriminate.Request(picture=written, digit=7))
    report = result.report()
    levels = np.frombuffer(base64.b64decode(report["gradient"]), np.int8).reshape(report["size"], report["size"])
    assert np.abs(levels / 127 * report["scale"] - result.gradient).max() <= report["scale"] / 254 + 1e-9
    assert 0 <= result.probability <= 1


def test_nearest_of_a_training_digit_is_itself_even_moved_by_a_pixel() -> None:
    pictures = idx.load("mnist", "train").pictures
    ink = digit.from_mnist(pictures[[31, 4242]])
    distance, index = nearest.search(np.stack([ink[0], np.roll(ink[1], 1, axis=1)]))
    assert index == [31, 4242]
    assert distance == pytest.approx([0, 0], abs=1e-5)


def test_nearest_agrees_with_the_measure_of_memorisation() -> None:
    test, train = idx.load("mnist", "test").pictures[:3], idx.load("mnist", "train").pictures
    measured = nearest_pixels(test, train)
    distance, index = nearest.search(digit.from_mnist(test))
    assert index == measured.index.tolist()
    assert distance == pytest.approx(measured.distance, abs=1e-4)


def test_nearest_reads_its_place_among_real_digits(small: Path, written: str) -> None:
    result = nearest.run(nearest.Request(picture=written))
    assert result.label == int(idx.load("mnist", "train").labels[result.index])
    assert result.closer == pytest.approx(result.distance / 10, abs=0.01)  # the fixture's quantiles are 0, 0.5, ... 10
    assert result.usual == 5.0


def test_picture_and_latent_exclude_each_other(written: str) -> None:
    for kind in (discriminate.Request, nearest.Request):
        for fields in ({}, {"picture": written, "latent": (0.0,) * LATENT}):
            with pytest.raises(UserError) as refused:
                kind(**fields)
            assert refused.value.key == "picture_or_latent"


def test_latent_subjects(small: Path) -> None:
    z = tuple(latent.from_seed(1, LATENT).tolist())
    three, four = (discriminate.run(discriminate.Request(latent=z, digit=digit)).score for digit in (3, 4))
    assert three != four
    assert nearest.run(nearest.Request(latent=z, digit=3)).distance > 0


def test_an_empty_page_is_refused(small: Path) -> None:
    empty = images.data_uri(images.png(Image.new("L", (100, 100), 255)))
    for request, task in ((invert.Request(picture=empty), invert), (discriminate.Request(picture=empty), discriminate)):
        with pytest.raises(UserError) as refused:
            task.run(request)
        assert refused.value.key == "no_ink"
