"""Finishing a generator: the whole command on a small one, and its parts by hand and against independent implementations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from ganapp.base import paths
from ganapp.digits import digit, idx
from ganapp.finishing import limits, nonsense, realness
from ganapp.finishing.__main__ import main
from ganapp.finishing.folders import Folder
from ganapp.models import folder
from ganapp.pictures import images
from ganapp.tasks import discriminate, invert, nearest, sample
from ganapp.training.data.digits_data import Digits
from tests.tasks import conftest as small_house


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small generator without encoder, directions and values, finished by the command with small numbers."""
    root = tmp_path_factory.mktemp("finish")
    small_house.generator(root / "digits")
    small_house.judge(root / "digits-judge")
    (root / "digits" / "encoder.safetensors").unlink()
    config = json.loads((root / "digits" / folder.CONFIG).read_text())
    del config["parts"]["encoder"]
    folder.rewrite(root / "digits", {**config, "values": {}})
    (root / "digits" / folder.DIRECTIONS).unlink()
    told = [str(root / "digits"), "--judge", str(root / "digits-judge"), "--encoder-steps", "2", "--samples", "200", "--digits", "20"]
    assert main(told) == 0
    return root


def test_the_folder_holds_all_that_the_page_needs(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "shipped_models", lambda: finished)
    described = folder.check(finished / "digits")
    assert set(described.parts) == {"model", "discriminator", "encoder"}
    assert set(described.values) == {"encoder", "discriminator", "inversion", "nearest"}
    written = images.data_uri(images.png(digit.on_paper(digit.from_mnist(idx.load("mnist", "test").pictures[:1])[0], 120)))
    assert invert.run(invert.Request(picture=written)).verdict in ("close", "loose", "not_a_digit")
    assert 0 <= discriminate.run(discriminate.Request(picture=written, digit=7)).probability <= 1
    assert nearest.run(nearest.Request(picture=written)).usual > 1
    assert len(sample.run(sample.Request(raw=(1.0,))).raw) == 6


def test_browsers_copy_paints_the_same(finished: Path) -> None:
    import onnx
    import onnxruntime

    path = finished / "digits" / folder.BROWSER
    model = onnx.load(str(path))
    large = [w for w in model.graph.initializer if np.prod(w.dims) >= 64 and w.data_type == onnx.TensorProto.FLOAT]
    assert not large
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [i.name for i in session.get_inputs()] == ["z", "y"]
    net = folder.weigh(finished / "digits", folder.describe(finished / "digits").parts["model"])
    for count in (1, 3, 40):
        z, y = torch.randn(count, small_house.LATENT), torch.eye(10)[torch.arange(count) % 10]
        (picture,) = session.run(None, {"z": z.numpy(), "y": y.numpy()})
        assert picture.shape == (count, 1, 32, 32)
        assert picture == pytest.approx(((net(z, y) + 1) / 2).numpy(), abs=1e-3)


def test_one_step_alone_leaves_the_rest(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished / "digits", tmp_path / "digits")
    before = folder.describe(tmp_path / "digits")
    assert main([str(tmp_path / "digits"), "--judge", str(finished / "digits-judge"), "--only", "nearest", "--digits", "40"]) == 0
    after = folder.describe(tmp_path / "digits")
    assert after.values["nearest"]["digits"] == 20
    assert {key: value for key, value in after.values.items() if key != "nearest"} == {
        key: value for key, value in before.values.items() if key != "nearest"
    }
    assert after.parts == before.parts


def test_a_folder_that_cannot_be_finished_is_told_so(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "nothing", finished / "digits-judge"):
        assert main([str(path), "--only", "discriminator"]) == 2
        said = capsys.readouterr().err
        assert "Traceback" not in said
        assert said.strip().endswith(".")


def test_logistic_against_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    generator = torch.Generator().manual_seed(0)
    terms = torch.randn(400, 3, generator=generator)
    real = (terms @ torch.tensor([1.0, -2.0, 0.5]) + torch.randn(400, generator=generator) > 0).float()
    theirs = LogisticRegression(C=1 / 0.7, fit_intercept=False, tol=1e-10, max_iter=1000).fit(terms.numpy(), real.numpy())
    assert realness.logistic(terms, real, penalty=0.7).numpy() == pytest.approx(theirs.coef_[0], abs=1e-3)


def test_logistic_stays_finite_where_classes_are_apart() -> None:
    terms = torch.tensor([[-2.0, 1.0], [-1.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
    weights = realness.logistic(terms, torch.tensor([0.0, 0.0, 1.0, 1.0]))
    assert weights.isfinite().all()
    assert weights[0] > 1


def test_ranked_against_scikit_learn() -> None:
    from sklearn.metrics import roc_auc_score

    generator = torch.Generator().manual_seed(1)
    real, made = torch.randn(60, generator=generator) + 0.5, torch.randn(80, generator=generator)
    truth = [1] * 60 + [0] * 80
    assert realness.ranked(real, made) == pytest.approx(roc_auc_score(truth, torch.cat([real, made]).numpy()), abs=1e-9)


def test_signs_are_weighed_by_what_they_tell() -> None:
    generator = torch.Generator().manual_seed(0)
    digits, nothing = torch.rand(200, 3, generator=generator), torch.rand(200, 3, generator=generator)
    nothing[:, 1] += 0.8
    weights = limits.weighed(digits, nothing)
    assert weights[1] > 5 * weights[[0, 2]].max()
    assert (weights >= 0).all()
    scores = digits @ weights, nothing @ weights
    assert (scores[1] > scores[0].quantile(0.98)).float().mean() > 0.5


def test_drawings_of_nothing_are_drawings() -> None:
    made = nonsense.drawings(12)
    assert made.shape == (12, 1, 32, 32)
    assert torch.equal(made, nonsense.drawings(12))
    assert not torch.equal(made, nonsense.drawings(12, seed=1))
    ink = ((made + 1) / 2).sum((1, 2, 3))
    assert ((ink > 15) & (ink < 500)).all()


def test_the_limit_refuses_one_in_a_hundred_of_digits_that_the_weights_have_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches stand in: the digits that the weights are fitted on look better than all others, as such digits do."""
    seen: list[int] = []

    def searched(_: object, x: torch.Tensor) -> limits.Outcome:
        generator = torch.Generator().manual_seed(len(seen))
        seen.append(len(x))
        worse = {0: 0.0, 1: 2.0, 2: 0.5, 3: 0.5, 4: 2.0}[len(seen) - 1]  # weights: digits, nothing; limit; report: digits, nothing
        signs = torch.rand(len(x), 3, generator=generator) + torch.tensor([worse, 0.0, 0.0])
        return limits.Outcome(signs, torch.zeros(len(x), dtype=torch.long))

    monkeypatch.setattr(limits, "searched", searched)
    monkeypatch.setattr(limits, "written", lambda x: x)
    told = limits.fitted(None, count=100, calibrated=1000, checked=1000)  # type: ignore[arg-type]
    assert seen == [100, 100, 1000, 1000, 100]
    assert told["refused"] == pytest.approx(0.01, abs=0.006)
    assert told["caught"] > 0.9


@pytest.mark.parametrize("model", ["digits", "digits-classic"])
def test_shipped_generators_refuse_one_in_a_hundred_real_digits(model: str) -> None:
    """As their folders say, of hundreds of digits that nothing was fitted on; `test_a_page_refuses_few_real_digits` tries it."""
    fitted = json.loads((paths.ROOT / "models" / model / "config.json").read_text(encoding="utf-8"))["values"]["inversion"]
    assert fitted["digits"] >= 300
    assert fitted["refused"] <= 0.015


@pytest.mark.parametrize("model", ["digits", "digits-classic"])
def test_shipped_sliders_do_much_of_what_they_are_called(model: str) -> None:
    """On digits that nothing was fitted on, class by class; a digit has no slider that does little or makes another digit of it."""
    table = json.loads((paths.ROOT / "models" / model / "directions.json").read_text(encoding="utf-8"))
    assert len(table["attributes"]) >= 8
    for entry in table["attributes"]:
        for found in filter(None, entry["by_class"]):
            assert found["r2"] >= 0.6 or found["spearman"] >= 0.95, entry["name"]
            assert found["moves"] >= 0.15, entry["name"]
            assert found["class_kept"] >= 0.97, entry["name"]


@pytest.mark.slow
@pytest.mark.parametrize("model", ["digits", "digits-classic"])
def test_a_page_refuses_few_real_digits(model: str) -> None:
    """Two hundred digits, the last of the test set, as a page receives them."""
    fitted = json.loads((paths.ROOT / "models" / model / "config.json").read_text(encoding="utf-8"))["values"]["inversion"]
    data = Digits("test")
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(0))
    nets = Folder(paths.ROOT / "models" / model, paths.ROOT / "models" / "digits-judge").tools()
    signs = limits.searched(nets, limits.written(data.at(order[-200:])[0])).signs
    refused = sum(invert.verdict((float(a), float(b), float(c)), fitted) == "not_a_digit" for a, b, c in signs)
    assert refused <= 5, "one in a hundred, and what chance adds to two hundred"
