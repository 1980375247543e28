"""The evaluation of a repair on small pictures, and the bars that the classical methods set."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.evaluation import fills, repair
from ganapp.evaluation.__main__ import fitting, main
from ganapp.evaluation.subject import Options
from ganapp.models import catalog, folder
from ganapp.nets import inpainter
from ganapp.training.data import photographs
from tests.conftest import seen
from tests.models.test_foreign_filler import lama


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def model(tmp_path):
    torch.manual_seed(0)
    config = inpainter.Config((4, 4, 4), 4, (1,))
    description = {"task": "repair", "title": {"en": "Tiny"}, "licence": "mit", "promises": {"channels": 3, "multiple": 8, "side": 512}}
    folder.write(tmp_path / "tiny", description, {"model": folder.Trained("inpainter", config, inpainter.Net(config))})
    return tmp_path / "tiny"


@pytest.fixture
def data(tmp_path):
    place = tmp_path / "data"
    place.mkdir()
    for i in range(2):
        Image.fromarray(photographs.drawing(72, np.random.default_rng(i))).save(place / f"{i}.png")
    Image.new("RGB", (40, 90)).save(place / "narrow.png")
    return place


@seen
def test_every_method_is_measured_on_the_same_holes(model, data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(repair, "SIZES", (64, 512))
    monkeypatch.setattr(repair, "BARRED", 64)
    lama(tmp_path / "lama.onnx")
    line = [str(model), "--data", str(data), "--json", str(tmp_path / "report.json"), "--beside", str(tmp_path / "lama.onnx")]
    line += ["--resume", str(tmp_path / "so-far.npz")]
    measured, measure = [], repair._measure

    def stopping(case, *rest):
        if len(measured) == 4:
            raise InterruptedError
        measured.append(case.kind)
        measure(case, *rest)

    monkeypatch.setattr(repair, "_measure", stopping)
    with pytest.raises(InterruptedError):
        main(line)
    monkeypatch.setattr(repair, "_measure", measure)
    assert main(line) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert [row["name"] for row in report["rows"]] == [f"repair_{m}_{k}" for k in ("thin", "medium", "thick") for m in ("lpips", "psnr")]
    assert all(row["bar"] is None for row in report["rows"] if "bar" in row), "two pictures are too few for bars"
    rows = report["details"]["methods"]
    assert {row["size"] for row in rows} == {64}, "no picture has 512 pixels"
    assert {row["samples"] for row in rows if row["method"] != "biharmonic"} == {2}, "the narrow one is left out"
    assert {"lama", "mean", "net", "patches", "both"} <= {row["method"] for row in rows}
    for kind in ("thin", "medium", "thick"):
        at = {row["method"]: row for row in rows if row["masks"] == kind}
        assert at["lama"]["psnr"] < at["net"]["psnr"], "this one fills with grey"
        assert at["net"]["psnr"] > at["mean"]["psnr"], "an untrained net is a membrane, which beats the mean colour"
        assert all(0 < row["lpips"] < 1 and row["seconds"] > 0 and -1 < row["ssim"] < 1 for row in at.values())
    printed = capsys.readouterr().out
    assert "both" in printed
    assert "Patch distance" in printed


def test_cases_follow_from_their_place_alone(data):
    paths_ = repair.pictures(Options(data=data))
    one, same = ([case for i in range(3) for case in repair.cases(paths_, (64,), i)] for _ in range(2))
    assert len(one) == 6
    assert all(np.array_equal(a.hole, b.hole) for a, b in zip(one, same))
    assert not np.array_equal(one[0].hole, one[3].hole)
    assert repair.pictures(Options(samples=2, data=data)) == [paths_[0], paths_[-1]]


def test_the_bars_are_the_best_classical_method_s():
    def row(method, lpips, psnr, n=100, kind="medium"):
        return {"size": 256, "masks": kind, "method": method, "samples": n, "lpips": lpips, "psnr": psnr}

    table = [row("telea", 0.2, 17.0), row("navier_stokes", 0.3, 18.0), row("biharmonic", 0.01, 40.0, n=5)]
    table += [row("mean", 0.1, 30.0), row("both", 0.155, 18.5)]
    likeness, ratio = repair._rows(table, barred=True)
    assert likeness.bar == pytest.approx(0.78 * 0.2), "the mean colour is no method, and five small holes are not these holes"
    assert likeness.met
    assert ratio.bar == 18.0
    assert ratio.met
    assert all(r.bar is None for r in repair._rows(table, barred=False))
    thick = [{**r, "masks": "thick"} for r in table]
    assert next(iter(repair._rows(thick, barred=True))).bar == pytest.approx(0.75 * 0.2)


def test_the_classical_methods_fill_the_hole_and_only_it():
    colours, hole = np.random.default_rng(0).random((40, 40, 3), np.float32), np.zeros((40, 40), bool)
    hole[10:14, 10:16] = True
    colours[hole] = 1
    found = fills.classical()
    assert "mean" in found
    for name, fill in found.items():
        made = fill(colours, hole)
        assert made.shape == colours.shape
        assert made.dtype == np.float32, name
        assert np.abs(made[~hole] - colours[~hole]).max() <= 1 / 255
        assert made[hole].std() < colours[~hole].std(), name
    np.testing.assert_allclose(found["mean"](colours, hole)[hole], np.tile(colours[~hole].mean(0), (24, 1)), rtol=1e-5)


def test_what_is_missing_is_said(model, data, tmp_path):
    loaded = catalog.Loaded("tiny", "trained", model, folder.describe(model))
    assert fitting(loaded.description) is repair
    with pytest.raises(UserError, match="--data"):
        repair.evaluate(loaded, Options())
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no picture in empty"):
        repair.evaluate(loaded, Options(data=tmp_path / "empty"))
