"""The recipe `cleaner`: noise goes, the upscaler stays what it was."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.models import catalog, folder
from ganapp.nets import upscaler
from ganapp.training.recipes import cleaner
from ganapp.training.run import loop

TINY = {"side": 32, "batch": 4, "cleaner": 8, "noisy": 1.0, "drawn": 0.0, "degradation": "gentle"}


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def source(tmp_path):
    """Thirteen smooth pictures; the first eight are held out."""
    place = tmp_path / "photos"
    place.mkdir()
    for i in range(13):
        small = np.random.default_rng(i).integers(0, 256, (4, 4, 3), np.uint8)
        Image.fromarray(small).resize((96, 96), Image.Resampling.BICUBIC).save(place / f"{i:02d}.png")
    return place


def photo(place, denoise=True):
    """A photo upscaler of two times that nobody trained, but for one weight that reads what is told."""
    net = upscaler.Net(upscaler.Config(2, 4, 2, denoise))
    about = {"task": "upscale", "title": {"en": "t", "zh": "t"}, "licence": "mit", "promises": {"scale": 2, "receptive": 4}}
    values = {"kind": "photo", "sibling": "upscale-x2-fidelity"}
    folder.write(place, {**about, "values": values, "training": {"steps": 7}}, {"model": folder.Trained("upscaler", net.config, net)})
    return str(place)


def test_noise_goes_and_the_upscaler_stays(source, tmp_path):
    start, job = photo(tmp_path / "photo"), tmp_path / "job"
    job.mkdir()
    settings = {**TINY, "start": start, "source": str(source), "rate": 4e-3, "half_life": 20.0}
    assert loop.train(Order("cleaner", 150, every=150, threads=1, settings=settings), job) == "done"
    lines = [json.loads(line) for line in (job / "metrics.jsonl").read_text().splitlines()]
    assert sum(line["l1"] for line in lines[-4:]) < 0.85 * sum(line["before"] for line in lines[-4:])
    described = folder.check(job / "result")
    assert described.values == {"kind": "photo", "sibling": "upscale-x2-fidelity"}
    assert described.training["before"] == {"steps": 7}
    assert described.promises["receptive"] == 4 + upscaler.CLEANING + 2
    made, was = (catalog.Loaded("t", "trained", place, folder.describe(place)).net() for place in (job / "result", tmp_path / "photo"))
    x = torch.rand(1, 3, 9, 8) * 2 - 1
    assert torch.equal(made(x, 0.0), was(x, 0.0))
    for key, value in was.state_dict().items():
        assert torch.equal(made.state_dict()[key], value)


def test_a_resumed_run_takes_the_same_path(source, tmp_path):
    how = cleaner.Settings(**{**TINY, "start": photo(tmp_path / "photo"), "source": str(source)})
    whole = cleaner.begin(how, 3)
    for k in range(2):
        whole.step(k, 4)
    torch.save(whole.state(), tmp_path / "state.pt")
    told = [whole.step(k, 4) for k in range(2, 4)]
    again = cleaner.begin(how, 3)
    again.restore(torch.load(tmp_path / "state.pt", weights_only=True))
    assert [again.step(k, 4) for k in range(2, 4)] == told


def test_a_cleaner_learns_on_and_a_net_that_is_not_told_has_none(source, tmp_path):
    first = cleaner.begin(cleaner.Settings(**{**TINY, "start": photo(tmp_path / "photo"), "source": str(source)}), 0)
    first.step(0, 2)
    first.write(tmp_path / "once", {"steps": 1})
    more = cleaner.begin(cleaner.Settings(**{**TINY, "cleaner": 0, "start": str(tmp_path / "once"), "source": str(source)}), 0)
    for key, value in first.average.net.state_dict().items():
        assert torch.allclose(more.net.state_dict()[key], value, rtol=2e-3, atol=1e-4), "files hold half precision"
    settings = {**TINY, "start": photo(tmp_path / "another"), "like": str(tmp_path / "once"), "source": str(source)}
    other = cleaner.begin(cleaner.Settings(**settings), 9)
    assert all(torch.equal(other.net.state_dict()[key], value) for key, value in more.net.state_dict().items())
    with pytest.raises(UserError):
        cleaner.begin(cleaner.Settings(**{**settings, "like": str(tmp_path / "photo")}), 9)
    for start, wide in ((photo(tmp_path / "plain", denoise=False), 8), (str(tmp_path / "once"), 6), (photo(tmp_path / "none"), 0)):
        with pytest.raises(UserError) as told:
            cleaner.begin(cleaner.Settings(**{**TINY, "cleaner": wide, "start": start, "source": str(source)}), 0)
        assert told.value.key == "start_unfit"
