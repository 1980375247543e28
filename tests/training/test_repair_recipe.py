"""The recipe `repair` on a handful of drawn pictures: whole runs, resumed runs, and that it learns."""

import copy

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.models import catalog, filler, folder
from ganapp.nets import inpainter
from ganapp.repairing.filling import Filling
from ganapp.training.data import photographs
from ganapp.training.recipes import repair
from ganapp.training.run import loop
from tests.conftest import seen
from tests.support import tinymodel

TINY = {"side": 32, "late_side": 40, "batch": 2, "late_batch": 2, "windows": 0, "window": 32}
TINY |= {"widths": [4, 4, 8], "fine": 4, "dilations": [1, 2], "d_width": 4}


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def source(tmp_path):
    """Twelve drawn pictures; the first eight are held out."""
    place = tmp_path / "photos"
    place.mkdir()
    for i in range(13):
        Image.fromarray(photographs.drawing(72, np.random.default_rng(i))).resize((72 + 8 * i, 72)).save(place / f"{i:02d}.png")
    return place


def settings(source, **more):
    return repair.Settings(**{**TINY, "source": str(source), **more})


def test_a_tiny_run_goes_through_both_stages_and_writes_a_model(source, tmp_path):
    job = tmp_path / "job"
    job.mkdir()
    order = Order("repair", 6, every=3, threads=1, settings={**TINY, "late": 0.5, "source": str(source)})
    assert loop.train(order, job) == "done"
    described = folder.check(job / "result")
    assert described.task == "repair"
    assert described.promises == {"channels": 3, "multiple": 8, "side": 512}
    assert len(list((job / "samples").glob("*.png"))) == 2
    made = Filling(filler.of_folder(catalog.Loaded("tiny", "trained", job / "result", described)))
    colours, hole = np.random.default_rng(0).random((50, 70, 3), np.float32), np.zeros((50, 70), bool)
    hole[20:30, 20:40] = True
    assert np.isfinite(made.fill(colours, hole)).all()


def test_a_resumed_run_takes_the_same_path(source):
    how = settings(source, late=0.5)
    whole = repair.begin(how, 3)
    for k in range(3):
        whole.step(k, 6)
    state = {name: {key: value.clone() if isinstance(value, torch.Tensor) else value for key, value in part.items()}
             for name, part in whole.state().items() if name != "optimisers"}  # fmt: skip

    state["optimisers"] = copy.deepcopy(whole.state()["optimisers"])
    told = [whole.step(k, 6) for k in range(3, 6)]
    again = repair.begin(how, 3)
    again.restore(state)
    assert [again.step(k, 6) for k in range(3, 6)] == told
    assert set(told[0]) == {"l1", "critic", "adversarial", "matching"}
    for one, other in zip(whole.net.state_dict().values(), again.net.state_dict().values()):
        assert torch.equal(one, other)


def test_it_learns_what_the_membrane_cannot_know(tmp_path):
    """Pictures of one kind, stripes of four pixels: after a short run the hole is nearer to them than the membrane is."""
    place = tmp_path / "stripes"
    place.mkdir()
    for i in range(14):
        picture = np.zeros((64, 64, 3), np.uint8)
        picture[:, (np.arange(64) + i) // 4 % 2 == 0] = 220
        Image.fromarray(picture).save(place / f"{i:02d}.png")
    run = repair.begin(settings(place, late=1.0, rate=4e-3, drawn=0.0, batch=4, half_life=10.0), 0)
    told = [run.step(k, 100)["l1"] for k in range(100)]
    assert np.mean(told[-20:]) < 0.8 * np.mean(told[:25])


@seen
def test_the_perceptual_loss_comes_every_second_step(source):
    run = repair.begin(settings(source, windows=2, depth=2), 0)
    assert "perceptual" in run.step(0, 10)
    assert "perceptual" not in run.step(1, 10)


def test_held_out_photographs_are_never_trained_on(source):
    trained, held = photographs.files(source, False), photographs.files(source, True)
    assert not set(trained) & set(held)
    assert [path.stem for path in held] == [f"{i:02d}" for i in range(8)]
    assert len(photographs.Photographs(source, 40).pictures) == 5


def test_crops_are_a_function_of_their_seed_and_of_the_size_asked_for(source):
    photos = photographs.Photographs(source, 40)
    one, same = (photos.crop(40, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one, same)
    for seed in range(20):
        assert photos.crop(32, np.random.default_rng(seed), drawn=0.5).shape == (32, 32, 3)


def test_too_few_photographs_and_impossible_settings_are_refused(tmp_path):
    with pytest.raises(UserError, match="photographs"):
        repair.begin(settings(tmp_path), 0)
    for wrong in ({"side": 36}, {"late": 2.0}, {"batch": 0}, {"depth": 9}, {"lazy": 0}):
        with pytest.raises(ValueError, match="must be"):
            repair.Settings(**wrong)


def test_it_starts_from_a_model_of_the_same_shape(source, tmp_path):
    start = tinymodel.inpainter(tmp_path / "start")
    shape = {"widths": (4, 6, 8), "start": str(start)}
    run = repair.begin(settings(source, **shape), 0)
    known = catalog.start(str(start), "repair", inpainter.Net)
    for net in (run.net, run.average.net):
        assert all(torch.equal(value, known.state_dict()[key]) for key, value in net.state_dict().items())
    with pytest.raises(UserError, match="another kind or shape"):
        repair.begin(settings(source, start=str(start)), 0)
    with pytest.raises(UserError, match="upscale"):
        repair.begin(settings(source, **shape | {"start": "upscale-x4-photo"}), 0)


def test_windows_lie_inside_and_prefer_the_hole():
    mask = torch.zeros(2, 1, 64, 64)
    mask[:, :, 40:, 40:] = 1
    found = repair._fullest(mask, repair.Settings(windows=8, window=32), np.random.default_rng(0), range(2))
    assert [i for i, _, _ in found] == [0, 1] * 4
    assert all(0 <= top <= 32 and 0 <= left <= 32 for _, top, left in found)
    assert np.mean([mask[i, 0, top : top + 32, left : left + 32].mean() for i, top, left in found]) > mask.mean()
