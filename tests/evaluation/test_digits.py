"""The evaluation of a generator that was trained for a few steps, of generators that are known to be good or bad, and of the judge."""

import json
import math
import shutil

import numpy as np
import pytest
import torch
from torch import nn

from ganapp.base.errors import UserError
from ganapp.base.locales import text, words
from ganapp.evaluation import digits, report, verdicts
from ganapp.evaluation.__main__ import fitting, main
from ganapp.evaluation.report import Report, Row
from ganapp.evaluation.subject import Options, find
from ganapp.models import catalog, folder
from ganapp.models.directions import Directions
from ganapp.models.sampler import Sampler
from ganapp.nets import dcgan_generator
from ganapp.training.data.digits_data import Digits

ORDER = {
    "class_accuracy",
    "judge_fid",
    "kid",
    "precision",
    "recall",
    "density",
    "coverage",
    "spread",
    "classification_accuracy_score",
    "midpoint_accuracy",
    "nearest_training_pixels",
    "nearest_training_features",
}


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def untrained(tmp_path_factory):
    """A training job's folder whose result has not learnt anything."""
    torch.manual_seed(0)
    config = dcgan_generator.Config(width=8)
    job = tmp_path_factory.mktemp("jobs") / "job-1"
    promises = {"size": 32, "channels": 1, "classes": 10, "latent": 64}
    description = {"task": "sample", "title": {"en": "Untrained"}, "licence": "mit", "promises": promises}
    folder.write(job / "result", description, {"model": folder.Trained("dcgan_generator", config, dcgan_generator.Net(config))})
    return job


@pytest.fixture(scope="module")
def judge():
    return catalog.load("digits-judge", "classify").net()


class Recall(nn.Module):
    """A generator that gives real training digits: the latent only picks which of `known` pictures of the class."""

    def __init__(self, known):
        super().__init__()
        self.data = Digits("train")
        self.places = [(self.data.labels == c).nonzero().flatten()[:known] for c in range(10)]

    def forward(self, z, y):
        index = [self.places[c][int(abs(v) * 1e6) % len(self.places[c])] for c, v in zip(y.argmax(1).tolist(), z[:, 0].tolist())]
        return self.data.at(torch.stack(index))[0]


PLAN = digits.Plan(400, 400, 0, 0, 100, 1_500, 100, 40)
SMALL = digits.Plan(200, 200, 0, 0, 10, 500, 100, 20)


def measured(generator, judge, numbers=PLAN):
    """Rows by name, and details, of a net that is in no folder."""

    subject = Sampler("a", generator, Directions({}, {}), 32, 64)
    material = digits.gather(numbers, subject, judge)
    copies, details = digits.memorisation(material)
    stages = (digits.accuracy, digits.distances, digits.neighbourhoods, digits.midpoints)
    rows = [*(row for stage in stages for row in stage(material)), *copies]
    return {row.name: row for row in rows}, details


def test_quick_evaluation_of_a_job_from_the_shell(untrained, tmp_path, capsys, monkeypatch):
    smaller = digits.plan(Options(quick=True))
    monkeypatch.setattr(digits, "plan", lambda asked: digits.Plan(200, 200, 512, 4, 50, 500, 100, 20))
    assert smaller.score_steps > 4
    out = tmp_path / "new" / "report.json"
    assert main(["--model", str(untrained), "--json", str(out), "--quick", "--keep"]) == 0
    found = json.loads(out.read_text())
    assert found == json.loads((untrained / "result" / "evaluation.json").read_text())
    rows = {row["name"]: row for row in found["rows"]}
    assert set(rows) == ORDER
    assert (found["model"], found["quick"]) == ("job-1", True)
    assert found["judge_sha256"] == catalog.load("digits-judge", "classify").description.parts["model"].sha256
    assert found["samples"]["samples"] == 200
    assert found["seeds"] == digits.SEEDS
    assert found["seconds"] > 0
    for row in rows.values():
        assert math.isfinite(row["value"])
        assert math.isfinite(row["real"])
        assert "bar" not in row  # so few pictures are no ground for a verdict
    assert rows["class_accuracy"]["value"] < 0.5 < 0.95 < rows["class_accuracy"]["real"]
    assert rows["judge_fid"]["value"] > 20 * rows["judge_fid"]["real"]
    assert rows["recall"]["value"] < 0.2 < 0.6 < rows["recall"]["real"]
    low, high = rows["kid"]["interval"]
    assert low < rows["kid"]["value"] < high
    table, progress = capsys.readouterr()
    for name in ORDER:
        assert text(f"measures.{name}.name") in table
        assert text(f"measures.{name}.name") in progress
    assert len({len(line) for line in table.splitlines()}) == 1


def test_real_digits_in_place_of_generated_ones_score_as_real_ones(judge):
    rows, _ = measured(Recall(5000), judge)
    assert rows["class_accuracy"].value > 0.98
    assert rows["judge_fid"].value < 2 * rows["judge_fid"].real
    assert rows["kid"].value < 0.2
    for name in ("precision", "recall", "coverage"):
        assert rows[name].value > 0.8, name
    assert rows["spread"].value == pytest.approx(rows["spread"].real, rel=0.15)


def test_a_generator_that_copies_is_caught(judge):
    rows, details = measured(Recall(100), judge)
    assert rows["nearest_training_pixels"].value == 0.0
    assert rows["nearest_training_pixels"].real > 1.0
    assert digits.with_bar(rows["nearest_training_pixels"]).met is False
    assert digits.with_bar(rows["nearest_training_features"]).met is False
    pixels = details["memorisation"]["pixels"]
    assert pixels["ratio"] == 0.0
    assert pixels["p"] < 1e-6
    assert len(pixels["closest"]) == digits.PAIRS
    assert all(pair["distance"] == 0.0 for pair in pixels["closest"])


def test_a_collapsed_generator_keeps_its_accuracy_and_is_caught(judge):
    rows, _ = measured(Recall(1), judge)
    assert rows["class_accuracy"].value > 0.95
    assert rows["recall"].value < 0.05
    assert rows["coverage"].value < 0.2
    assert rows["spread"].value < 0.5


def test_the_same_numbers_come_again(untrained, judge):
    net = find(str(untrained)).net()
    once, again = (measured(net, judge, SMALL) for _ in range(2))
    assert once == again


def test_made_digits_are_eight_bit_and_labelled():
    class Flat(nn.Module):
        def forward(self, z, y):
            return (y.argmax(1).float() / 4.5 - 1).view(-1, 1, 1, 1).expand(-1, 1, 32, 32)

    labels = torch.tensor([0, 9, 3])
    made = verdicts.generate(Flat(), torch.zeros(3, 64), labels)
    assert made.pictures[:, 0, 0, 0].tolist() == [0, 255, 85]
    x, y = made.at(torch.tensor([1]))
    assert x.min().item() == 1.0
    assert y.argmax(1).item() == 9


def test_ink_is_padded_like_the_nets_see_it():
    train = Digits("train")
    index = torch.tensor([3, 5])
    np.testing.assert_allclose(verdicts.ink(train, index)[:, None] / 127.5 - 1, train.at(index)[0].numpy(), atol=1e-6)


def test_judge_is_measured_on_the_test_digits(tmp_path):
    copy = tmp_path / "digits-judge"
    shutil.copytree(catalog.load("digits-judge", "classify").folder, copy)
    (copy / "evaluation.json").unlink(missing_ok=True)
    out = tmp_path / "judge.json"
    assert main([str(copy), "--json", str(out), "--samples", "600"]) == 0
    found = json.loads(out.read_text())
    rows = {row["name"]: row for row in found["rows"]}
    assert rows["test_accuracy"]["value"] >= 0.98
    assert rows["lowest_class_accuracy"]["value"] == pytest.approx(min(found["details"]["accuracy_by_class"]))
    assert 0 < rows["calibration_error"]["value"] < 0.1
    assert not (copy / "evaluation.json").exists()


def test_shipped_judge_meets_its_bar():
    kept = catalog.load("digits-judge", "classify")
    found = kept.table("evaluation.json")
    assert found["judge_sha256"] == kept.description.parts["model"].sha256  # measured on the weights that are shipped
    row = next(row for row in found["rows"] if row["name"] == "test_accuracy")
    assert (row["samples"], row["bar"]) == (10_000, 0.994)
    assert row["value"] >= row["bar"]


@pytest.mark.parametrize("samples", [99, 60_001])
def test_refuses_numbers_of_samples_that_measure_nothing(samples, untrained, capsys):
    assert main([str(untrained), "--samples", str(samples)]) == 2
    assert str(samples) in capsys.readouterr().err


def test_plans():
    assert digits.plan(Options()) == digits.Plan()
    assert digits.plan(Options()).full
    assert digits.plan(Options(samples=20_000)).full
    few = digits.plan(Options(samples=1_000))
    assert (few.samples, few.reference, few.subset, few.full) == (1_000, 1_000, 100, False)
    assert not digits.plan(Options(samples=20_000, quick=True)).full


def test_unknown_models_are_named(capsys, tmp_path):
    assert main(["no-such-model"]) == 2
    assert "no-such-model" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 2
    assert main([]) == 2


def test_a_model_without_an_evaluation_is_refused():
    with pytest.raises(UserError) as refused:
        fitting(folder.Description(1, "dream", {"en": "A"}, "mit", {}))
    assert refused.value.key == "evaluation_none"
    assert fitting(folder.Description(1, "classify", {"en": "A"}, "mit", {})).__name__.endswith(".judge")


def test_bars_by_hand():
    assert digits.with_bar(Row("judge_fid", 2.0, 10, "lower", 0.7)).bar == pytest.approx(2.1)
    assert digits.with_bar(Row("judge_fid", 1.4, 10, "lower", 0.2)).met is True
    assert digits.with_bar(Row("recall", 0.8799, 10, real=0.9)).met is False
    assert digits.with_bar(Row("nearest_training_pixels", 4.6, 10, real=5.0)).met is True
    assert digits.with_bar(Row("density", 0.5, 10, real=1.0)).met is None


def test_table_marks_bars_and_leaves_gaps_empty():
    rows = (Row("recall", 0.5, 10, real=0.9, bar=0.88), Row("kid", -0.00123, 10, "lower", None, (-0.01, 0.02)))
    lines = Report("m", rows, {}, {}, "", 0.0, "2026-01-01").table().splitlines()
    assert "≥ 0.8800 missed" in lines[1]
    assert "-1.2e-03" in lines[2]
    assert "-0.0100 – 0.0200" in lines[2]


def test_json_refuses_what_json_cannot_hold():
    with pytest.raises(ValueError, match="not JSON compliant"):
        Report("m", (Row("kid", float("nan"), 1),), {}, {}, "", 0.0, "").as_json()


def test_every_measure_has_its_words_in_both_languages():
    names = ORDER | {"test_accuracy", "lowest_class_accuracy", "calibration_error"}
    for language in ("en", "zh"):
        keys = {key for key in words(language) if key.startswith("measures.")}
        assert {f"measures.{name}.{part}" for name in names for part in ("name", "note")} <= keys
    assert {k for k in words("en") if k.startswith("measures.")} == {k for k in words("zh") if k.startswith("measures.")}


def test_machine_names_threads_and_torch():
    assert f"{torch.get_num_threads()} threads, torch {torch.__version__}" in report.machine()
