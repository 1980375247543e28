"""Adopting results: real runs of a few steps, of digits and of someone's own pictures; the parts of it by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from ganapp.base import paths
from ganapp.base.order_file import Order
from ganapp.digits import idx, latent
from ganapp.finishing.adopt import fits, principal, real, work
from ganapp.finishing.adopt.__main__ import main
from ganapp.models import directions as model_directions
from ganapp.models import folder
from ganapp.pictures import images
from ganapp.tasks import discriminate, invert, sample, samplers
from ganapp.training.run import loop

JUDGE = paths.shipped_models() / "digits-judge"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """200 digits, few measurements, a place of the test's own for models."""
    torch.set_num_threads(1)
    whole = idx.load("mnist", "test")
    monkeypatch.setattr(idx, "load", lambda data, split: idx.Labelled(whole.pictures[:200], whole.labels[:200]))
    monkeypatch.setattr(work, "MEASURED", 400)
    monkeypatch.setattr(work, "TRIED", 20)
    monkeypatch.setattr(principal, "SAMPLES", 200)
    monkeypatch.setattr(fits, "SOUGHT", 6)
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))


def trained(place: Path, **settings: Any) -> Path:
    """The result of a run of two steps."""
    place.mkdir()
    order = Order("gan", 2, every=2, settings={"width": 4, "latent": 10, "batch": 8, **settings})
    order.write(place)
    loop.train(order, place)
    return place / "result"


def adopted(result: Path, name: str, title: str = "") -> tuple[folder.Description, dict[str, Any]]:
    """The model's description, and its directions."""
    model = paths.trained_models() / name
    model.parent.mkdir(parents=True, exist_ok=True)
    work.adopt(result, model, title, "job")
    assert sorted(path.name for path in model.parent.iterdir() if path.name.startswith(".")) == []
    return folder.check(model), json.loads((model / folder.DIRECTIONS).read_text())


def test_digits(tmp_path: Path) -> None:
    result = trained(tmp_path / "job", g_rate=0.1)  # so that even two steps leave something that can be seen to change
    description, table = adopted(result, "own-digits", "Mine")
    assert description.title == {"en": "Mine", "zh": "Mine"}
    values = description.values
    assert values["digits"] is True
    missing = [] if table["attributes"] else ["sliders"]  # hardly trained
    assert values["adopted"] == {"result": folder.digest(result / folder.CONFIG), "origin": "job", "missing": missing}
    assert values["discriminator"]["held_out"] is True
    assert "inversion" not in values  # there is no encoder to guess
    names = {each["name"] for each in table["attributes"] + table["left_out"]}
    assert {"slant", "weight", "width", "height"} <= names <= set(model_directions.ATTRIBUTES)
    directions = model_directions.read(paths.trained_models() / "own-digits", 10)  # orthonormal, or refused
    assert len(directions.all()) == len(table["attributes"]) + len(table["raw"])
    assert len(table["raw"]) == (work.BESIDE if table["attributes"] else work.ALONE)
    told = samplers.run(samplers.Request(model="own-digits"))
    assert told.described is not None
    assert told.described["can"] == {"judge": True, "nearest": True, "find": False}
    z = tuple(latent.from_seed(1, 10).tolist())
    assert 0 <= discriminate.run(discriminate.Request(model="own-digits", latent=z)).probability <= 1
    assert values["nearest"] == folder.describe(paths.shipped_models() / "digits").values["nearest"]  # of MNIST, not of a generator
    card = (paths.trained_models() / "own-digits" / folder.CARD).read_text()
    assert "# Mine" in card
    assert "2 steps" in card
    assert "kept out of the training" in card


def test_digits_in_which_nothing_changes_that_can_be_seen(tmp_path: Path) -> None:
    description, table = adopted(trained(tmp_path / "job"), "own-grey")
    assert (table["attributes"], table["raw"]) == ([], [])
    assert [each["name"] for each in table["left_out"]] == ["slant", "weight", "width", "height"]
    assert description.values["adopted"]["missing"] == ["sliders"]
    z = tuple(latent.from_seed(1, 10).tolist())
    drawn = sample.run(sample.Request(model="own-grey", latent=z, pixels=32))
    assert (drawn.latent, drawn.sliders, drawn.raw) == (pytest.approx(z), {}, ())


def painted_pictures(root: Path) -> Path:
    random = np.random.default_rng(0)
    for kind in ("day", "dusk", "night"):
        (root / kind).mkdir(parents=True)
        for i in range(10):
            levels = random.integers(0, 255, (40, 40, 3), np.uint8) // (1 + ("day", "dusk", "night").index(kind))
            Image.fromarray(levels).save(root / kind / f"{i}.png")
    return root


def test_own_pictures(tmp_path: Path) -> None:
    own = painted_pictures(tmp_path / "secret" / "album")
    result = trained(tmp_path / "job", data="pictures", source=str(own), size=16, channels=3)
    description, table = adopted(result, "own-album")
    assert (description.values["look"], description.values["digits"]) == ("colour", False)
    assert description.training["classes"] == ["day", "dusk", "night"]
    assert description.training["settings"]["source"] == "album"
    assert "secret" not in "".join(path.read_text() for path in (paths.trained_models() / "own-album").glob("*.[mj]*"))
    fitted = description.values["discriminator"]
    assert (len(fitted["offsets"]), fitted["held_out"]) == (3, False)
    assert table["attributes"] == []
    changes = [each["change"] for each in table["raw"]]
    assert changes == sorted(changes, reverse=True)
    picture = sample.run(sample.Request(model="own-album", digit=2, pixels=32)).picture
    assert images.read(picture).colours.shape == (32, 32, 3)
    assert "know by heart" in (paths.trained_models() / "own-album" / folder.CARD).read_text()


def test_pictures_that_were_sent_are_compared_with_and_their_name_is_nobodys_business(tmp_path: Path) -> None:
    sent = paths.uploads() / "0a1b2c"
    painted_pictures(sent / "pictures")
    how = {"data": "pictures", "source": f"{paths.UPLOAD}{sent.name}", "size": 16, "channels": 3}
    result = trained(tmp_path / "job", architecture="vae_gan", loss="hinge", **how)
    description, _ = adopted(result, "own-sent")
    assert {"discriminator", "inversion"} <= set(description.values)
    assert description.values["adopted"]["missing"] == []
    assert sent.name not in "".join(path.read_text() for path in (paths.trained_models() / "own-sent").glob("*.[mj]*"))
    told = samplers.run(samplers.Request(model="own-sent")).described
    assert told is not None
    assert (told["can"]["judge"], told["can"]["find"], told["missing"]) == (True, True, [])


def test_what_a_model_lacks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = painted_pictures(tmp_path / "album")
    result = trained(tmp_path / "job", architecture="vae_gan", loss="hinge", data="pictures", source=str(own), size=16, channels=3)
    shutil.move(own, tmp_path / "elsewhere")
    monkeypatch.setattr(work, "BROWSER", ("no_such_package",))
    adopted(result, "own-lost")
    told = samplers.run(samplers.Request(model="own-lost")).described
    assert told is not None
    assert told["missing"] == ["curve", "search", "browser_packages"]
    monkeypatch.setattr(work, "HEAVY", 10)
    assert adopted(result, "own-lost")[0].values["adopted"]["missing"][-1] == "browser_heavy"


def test_every_part_that_may_be_missing_has_its_sentence() -> None:
    for language in ("en", "zh"):
        told = json.loads((paths.assets() / "locales" / language / "digits.json").read_text(encoding="utf-8"))["network"]["missing"]
        assert tuple(told) == samplers.MISSING


def test_an_autoencoder_without_classes(tmp_path: Path) -> None:
    result = trained(tmp_path / "job", architecture="vae", conditional=False, size=28)
    description, _ = adopted(result, "own-vae")
    assert set(description.parts) == {"model", "encoder"}
    assert "discriminator" not in description.values
    fitted = description.values["inversion"]
    assert 0 < fitted["residual"] <= fitted["not_a_digit"] <= 1
    uri = images.data_uri(images.png(Image.fromarray(255 - idx.load("mnist", "test").pictures[3]).resize((90, 90))))
    found = invert.run(invert.Request(model="own-vae", picture=uri))
    assert (found.digit, found.judged, len(found.latent)) == (0, (), 10)


def test_the_browsers_copy_needs_no_classes_where_there_are_none(tmp_path: Path) -> None:
    import onnxruntime

    result = trained(tmp_path / "job", data="stacked_mnist", channels=3, conditional=False, size=16)
    description, _ = adopted(result, "own-stacked")
    place = paths.trained_models() / "own-stacked"
    session = onnxruntime.InferenceSession(str(place / folder.BROWSER), providers=["CPUExecutionProvider"])
    assert [entry.name for entry in session.get_inputs()] == ["z"]
    net, z = folder.weigh(place, description.parts["model"]), torch.randn(3, 10)
    (picture,) = session.run(None, {"z": z.numpy()})
    assert picture == pytest.approx(((net(z, torch.zeros(3, 0)) + 1) / 2).clamp(0, 1).numpy(), abs=1e-3)


def test_without_the_packages_for_it_no_copy_is_made_and_a_second_call_replaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "BROWSER", ("no_such_package",))
    result = trained(tmp_path / "job", architecture="mlp", conditional=False, size=12, layers=1)
    description, _ = adopted(result, "own-mlp", "First")
    model = paths.trained_models() / "own-mlp"
    assert not (model / folder.BROWSER).exists()
    (model / "left.txt").write_text("from before")
    again, _ = adopted(result, "own-mlp", "Second")
    assert (description.title["en"], again.title["en"]) == ("First", "Second")
    assert not (model / "left.txt").exists()


def test_what_cannot_be_adopted_is_refused_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(JUDGE, tmp_path / "judge" / "result")
    shutil.copytree(paths.shipped_models() / "digits", tmp_path / "altered" / "result")
    weights = tmp_path / "altered" / "result" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4])
    cases = {"judge": "wrong_task", "altered": "weights_altered", "nothing": "not_a_model_folder"}
    for name, key in cases.items():
        (tmp_path / "models").mkdir(exist_ok=True)
        assert main([str(tmp_path / name / "result"), str(tmp_path / "models" / "own")]) == 2
        said = capsys.readouterr()
        assert json.loads(said.out)["key"] == key
        assert said.err.strip().endswith(".")
        assert list((tmp_path / "models").iterdir()) == []


class Ramp(nn.Module):
    """Pictures whose every pixel is a quarter of the latent's first number plus a sixteenth of its second."""

    def __init__(self) -> None:
        super().__init__()
        self.config = SimpleNamespace(classes=0, size=8)
        self.hidden = nn.ModuleList([nn.Linear(5, 12)])
        with torch.no_grad():
            self.hidden[0].weight.zero_()
            self.hidden[0].weight[:6, 0], self.hidden[0].weight[6:, 1] = 4.0, 1.0

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        self.hidden[0](z)
        return (z[:, 0] / 4 + z[:, 1] / 16).view(-1, 1, 1, 1).expand(-1, 1, 8, 8)


def test_change_by_hand() -> None:
    unit = torch.eye(5)
    assert principal.change(Ramp(), unit[0]) == pytest.approx(4 * 0.25 / 2)
    assert principal.change(Ramp(), unit[1]) == pytest.approx(4 / 16 / 2)
    assert principal.change(Ramp(), unit[2]) == 0.0


def test_principal_directions_are_those_that_matter() -> None:
    found = principal.strongest(Ramp(), torch.zeros(0, 5), 4)
    assert abs(float(found[0].vector[0])) > 0.95
    changes = [direction.change for direction in found]
    assert changes == sorted(changes, reverse=True)
    assert min(changes) >= principal.LEAST
    named = torch.eye(5)[:1]
    rest = principal.candidates(Ramp(), named, 3)
    both = torch.cat([named, rest])
    assert torch.allclose(both @ both.T, torch.eye(len(both)), atol=1e-5)


def test_looks() -> None:
    digits = torch.from_numpy(idx.load("mnist", "test").pictures[:50].copy()).unsqueeze(1) / 127.5 - 1
    random = torch.Generator().manual_seed(0)
    assert fits.look(digits) == "ink"
    assert fits.look(torch.rand(20, 1, 16, 16, generator=random) * 2 - 1) == "grey"
    assert fits.look(digits.expand(-1, 3, -1, -1)) == "colour"
    assert fits.look(-digits) == "grey"  # white lines on black are no ink on paper


class Brightness(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x.mean((1, 2, 3))


class Grey(nn.Module):
    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        return (z[:, :1, None, None] / 10 - 0.5).expand(-1, 1, 4, 4)


@pytest.mark.parametrize(("classes", "offsets"), [(0, 1), (3, 3), (50, 50)])
def test_a_discriminator_that_can_tell_is_believed(classes: int, offsets: int) -> None:
    random = torch.Generator().manual_seed(0)
    pictures = (torch.randn(200, 1, 1, 1, generator=random) / 10 + 0.5).expand(-1, 1, 4, 4)
    labels = torch.arange(200) % max(1, classes)
    fitted = fits.probability(Grey(), Brightness(), 2, real.Real(pictures, labels, True), classes)
    assert len(fitted["offsets"]) == offsets
    assert (fitted["auc"], fitted["accuracy"]) == (1.0, 1.0)
    y = np.eye(classes, dtype=np.float32)[0] if classes else np.zeros(0, np.float32)
    assert discriminate.probability(0.5, y, fitted) > 0.9 > 0.1 > discriminate.probability(-0.5, y, fitted)


def test_real_pictures(tmp_path: Path) -> None:
    own = painted_pictures(tmp_path / "album")
    settings, promises = {"data": "pictures", "source": str(own)}, {"size": 16, "channels": 3}
    found = real.load(settings, promises, ("dawn", "day", "dusk", "night"), 20)
    assert found is not None
    assert (found.x.shape, found.held_out) == ((20, 3, 16, 16), False)
    assert set(found.labels.tolist()) <= {1, 2, 3}
    assert float(found.x[found.labels == 1].mean()) > float(found.x[found.labels == 3].mean())  # day is brighter than night
    assert real.load(settings, promises, ("cat", "dog"), 20) is None
    assert real.load({**settings, "source": str(own / "gone")}, promises, (), 20) is None
    stacked = real.load({"data": "stacked_mnist"}, promises, (), 30)
    assert stacked is not None
    assert (stacked.x.shape, stacked.held_out) == ((30, 3, 16, 16), True)
    every = real.load({"data": "stacked_mnist"}, promises, (), 600)  # more than there are
    assert every is not None
    assert len(every.x) == 66
    digits = real.load({"data": "mnist"}, {"size": 32, "channels": 1}, tuple("0123456789"), 40)
    assert digits is not None
    assert digits.labels.bincount(minlength=10).sum() == 40
