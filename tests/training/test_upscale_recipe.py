"""The recipe `upscale` on drawn pictures, and the degradations it trains against."""

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp import models
from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.order_file import Order
from ganapp.evaluation import enlargements
from ganapp.evaluation import upscale as evaluation
from ganapp.evaluation.subject import Options
from ganapp.models import catalog, folder
from ganapp.models.enlarger import Enlarger
from ganapp.nets import upscaler
from ganapp.training.data import degradations, photographs
from ganapp.training.recipes import upscale
from ganapp.training.run import loop
from tests.conftest import seen

TINY = {"late": 0.0, "scale": 2, "side": 32, "batch": 2, "width": 4, "depth": 2, "windows": 0, "window": 32, "d_width": 4}


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def model(place, scale=2, denoise=False, cleaner=0, **values):
    config = upscaler.Config(scale, 4, 2, denoise, cleaner)
    promises = {"scale": scale, "receptive": 4}
    about = {"task": "upscale", "title": {"en": "t", "zh": "t"}, "licence": "mit", "promises": promises, "training": {}}
    folder.write(place, {**about, "values": values}, {"model": folder.Trained("upscaler", config, upscaler.Net(config))})
    return place


def folder_net(place):
    return catalog.Loaded("tiny", "trained", place, folder.check(place)).net()


def test_fidelity_then_photo_and_both_are_model_folders(source, tmp_path):
    for kind, start in (("fidelity", ""), ("photo", str(tmp_path / "fidelity" / "result"))):
        job = tmp_path / kind
        job.mkdir()
        order = Order("upscale", 4, every=2, threads=1, settings={**TINY, "kind": kind, "start": start, "source": str(source)})
        assert loop.train(order, job) == "done"
        described = folder.check(job / "result")
        assert described.promises == {"scale": 2, "channels": 3, "multiple": 1, "receptive": 4}
        assert described.values["kind"] == kind
        assert len(list((job / "samples").glob("*.png"))) == 2
        net = folder_net(job / "result")
        assert net(torch.zeros(1, 3, 5, 9)).shape == (1, 3, 10, 18)
        assert net.config.denoise is (kind == "photo")
    assert described.values["sibling"] == "upscale-x2-fidelity"


def test_a_cleaner_stays_as_it_is_before_the_net_that_learns_on(source, tmp_path):
    start = model(tmp_path / "start", denoise=True, cleaner=4)
    run = upscale.begin(upscale.Settings(**{**TINY, "source": str(source), "kind": "photo", "start": str(start), "rate": 0.01}), 0)
    before = {key: value.clone() for key, value in run.net.state_dict().items()}
    run.step(0, 2)
    run.write(tmp_path / "result", {"steps": 1})
    after = folder_net(tmp_path / "result").state_dict()
    assert all(torch.equal(after[key], before[key]) for key in after if key.startswith("cleaner."))
    assert any(key.startswith("cleaner.") for key in after)
    assert not torch.equal(after["tail.weight"], before["tail.weight"])


def test_a_cleaner_learns_on_where_it_is_told_to(source, tmp_path):
    start = model(tmp_path / "start", denoise=True, cleaner=4)
    given = {**TINY, "source": str(source), "kind": "photo", "start": str(start), "rate": 0.01, "rate_end": 1.0, "cleaning": 0.5}
    run = upscale.begin(upscale.Settings(**given), 0)
    whole, slower = ({id(p) for p in group["params"]} for group in run.optimisers["net"].param_groups)
    assert slower == {id(p) for p in run.net.cleaner.parameters()}
    assert not whole & slower
    assert len(whole | slower) == len(list(run.net.parameters()))
    before = run.net.cleaner.convolutions[-1].weight.clone()
    run.step(0, 2)
    assert not torch.equal(run.net.cleaner.convolutions[-1].weight, before)
    assert [group["lr"] for group in run.optimisers["net"].param_groups] == pytest.approx([0.01 / upscale.WARM, 0.005 / upscale.WARM])


def test_a_start_of_another_depth_is_refused(source, tmp_path):
    start = model(tmp_path / "start", denoise=True)
    with pytest.raises(UserError):
        upscale.begin(upscale.Settings(**{**TINY, "source": str(source), "kind": "photo", "start": str(start), "depth": 3}), 0)


def test_a_resumed_run_takes_the_same_path(source):
    how = upscale.Settings(**{**TINY, "source": str(source), "kind": "photo"})
    whole = upscale.begin(how, 3)
    for k in range(2):
        whole.step(k, 4)
    torch.save(whole.state(), source / "state.pt")
    told = [whole.step(k, 4) for k in range(2, 4)]
    again = upscale.begin(how, 3)
    again.restore(torch.load(source / "state.pt", weights_only=True))
    assert [again.step(k, 4) for k in range(2, 4)] == told
    assert set(told[0]) == {"l1", "critic", "adversarial", "matching"}
    for one, other in zip(whole.net.state_dict().values(), again.net.state_dict().values()):
        assert torch.equal(one, other)


def test_it_learns_what_bicubic_cannot_know(tmp_path):
    """Pictures of one kind, checks of two pixels that bicubic reduction greys: after a short run they come back."""
    place = tmp_path / "checks"
    place.mkdir()
    for i in range(14):
        y, x = np.mgrid[0:96, 0:96]
        checks = np.where(((x + i) // 3 + y // 3) % 2, 40, 210).astype(np.uint8)
        Image.fromarray(checks).convert("RGB").save(place / f"{i:02d}.png")
    settings = upscale.Settings(**{**TINY, "source": str(place), "drawn": 0.0, "rate": 4e-3, "half_life": 10.0, "width": 8})
    run = upscale.begin(settings, 0)
    told = [run.step(k, 120)["l1"] for k in range(120)]
    assert np.mean(told[-20:]) < 0.75 * np.mean(told[:10])


@seen
def test_the_perceptual_loss_is_told(source):
    run = upscale.begin(upscale.Settings(**{**TINY, "source": str(source), "kind": "photo", "windows": 2, "depth_seen": 2}), 0)
    assert run.step(0, 4)["perceptual"] > 0


def test_impossible_settings_and_starts_are_refused(source, tmp_path):
    for wrong in ({"kind": "sharp"}, {"scale": 3}, {"side": 33}, {"side": 8}, {"batch": 0}):
        with pytest.raises(ValueError, match="must be"):
            upscale.Settings(**{**TINY, **wrong})
    with pytest.raises(UserError, match="photographs"):
        upscale.begin(upscale.Settings(**{**TINY, "source": str(tmp_path)}), 0)
    with pytest.raises(UserError):
        upscale.begin(upscale.Settings(**{**TINY, "source": str(source), "start": "digits-judge"}), 0)


def test_degradation_follows_from_its_seed_and_grows_with_its_strength():
    picture = photographs.drawing(96, np.random.default_rng(4))
    clean = degradations.reduced(picture, 4)
    assert np.array_equal(degradations.degraded(picture, 4, 0.0, np.random.default_rng(0)), clean)

    def apart(strength):
        made = [degradations.degraded(picture, 4, strength, np.random.default_rng(seed)) for seed in range(12)]
        assert all(each.shape == (24, 24, 3) and each.dtype == np.uint8 for each in made)
        return np.mean([np.abs(each.astype(float) - clean).mean() for each in made])

    assert 0 < apart(0.2) < apart(0.6) < apart(1.0)
    one, same = (degradations.degraded(picture, 4, 0.8, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, same)


def test_a_photograph_that_cannot_be_read_is_named(source):
    whole = (source / "12.png").read_bytes()
    (source / "12.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError) as told:
        upscale.begin(upscale.Settings(**{**TINY, "source": str(source)}), 0)
    assert (told.value.key, told.value.values["name"]) == ("photograph_unreadable", "12.png")
    sentence = told.value.sentence("zh")
    assert told.value.values["problem"].sentence("zh") in sentence, "why, in the reader's language"


def test_rings_are_counted_and_levels_come_back():
    plain = enlargements.interpolations(4)
    assert enlargements.ringing(lambda x: x.repeat(4, 0).repeat(4, 1), 4) <= 1
    assert enlargements.ringing(lambda x: np.minimum(plain["bicubic"](x), 180), 4) >= 10
    levels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    same = Enlarger("same", 1, 0, 3, "same", lambda x: x)
    assert np.array_equal(enlargements.by(same)(levels), levels)
    assert np.array_equal(np.round(enlargements.tensor(levels)[0].permute(1, 2, 0).numpy() * 255), levels)


@pytest.mark.parametrize(
    ("scale", "kind", "left"), [(2, "photo", (11.5, 3.6, 2.5)), (4, "photo", (12.8, 4.1, 3.0)), (4, "best", (13.6, 4.5, 3.4))]
)
@torch.inference_mode()
def test_noise_is_left_as_the_docs_say(scale, kind, left):
    """At 0, 50 and 100 % of the page's slider; bicubic interpolation leaves 9.7."""
    net = models.load(f"upscale-x{scale}-{kind}", "upscale")
    found = [enlargements.noise_left(enlargements.by(net, denoise), scale) for denoise in (0.0, 0.5, 1.0)]
    assert found == pytest.approx(left, abs=0.15)
    assert found == sorted(found, reverse=True)
    assert enlargements.noise_left(enlargements.interpolations(scale)["bicubic"], scale) == pytest.approx(9.7, abs=0.15)


@seen
def test_a_fresh_net_measures_as_bicubic(source, tmp_path):
    subject = folder.describe(model(tmp_path / "net", kind="fidelity"))
    loaded = catalog.Loaded("net", "trained", tmp_path / "net", subject)
    report = evaluation.evaluate(loaded, Options(samples=2, data=source))
    rows = {row.name: row for row in report.rows}
    assert set(rows) == {"upscale_psnr_other", "upscale_ssim_other", "upscale_ringing"}
    found = {(row["input"], row["method"]): row for row in report.details["methods"]}
    assert found["clean", "this"]["psnr"] == pytest.approx(found["clean", "bicubic"]["psnr"], abs=0.2)
    assert found["degraded", "this"]["psnr"] < found["clean", "this"]["psnr"]
    assert found["clean", "this"]["lpips"] == pytest.approx(found["clean", "bicubic"]["lpips"], abs=0.02)
    assert "bicubic" in report.table("zh")


def test_what_cleaning_takes_away_is_measured(source):
    """Told in full, this one gives the mean of 8 x 8 pixels for each: an eighth of the noise, and nothing of fine texture."""

    def settled(strength, denoise):
        def call(x):
            mean = torch.nn.functional.avg_pool2d(torch.nn.functional.pad(x, (3, 4, 3, 4), mode="replicate"), 8, 1)
            return torch.lerp(x, mean, denoise).repeat_interleave(2, 2).repeat_interleave(2, 3)

        return call

    model = Enlarger("plain", 2, 4, 3, "plain", settled(1.0, 0.0), denoise=True, settled=settled)
    rows = {row.name: row for row in evaluation._cleaned(model, {"photos": sorted(source.glob("*.png"))[:3]})}
    assert rows["upscale_noise_full"].value == pytest.approx(12 / 8, abs=0.35)
    assert rows["upscale_noise_full"].met
    assert rows["upscale_noise_half"].value == pytest.approx(12 * 9 / 16, abs=0.7)
    assert rows["upscale_cleaning_cost"].value > 0.3
    assert rows["upscale_cleaning_cost"].met is False
    assert rows["upscale_cleaning_cost"].samples == 3
    flat = [source / "flat.png"]
    Image.new("RGB", (32, 32), (90, 120, 60)).save(flat[0])
    assert list(evaluation._cleaned(model, {"photos": flat}))[-1].value == 0
    assert not list(evaluation._cleaned(Enlarger("same", 1, 0, 3, "same", lambda x: x), {}))


@pytest.mark.parametrize("asked", [Options(), Options(data=paths.ROOT / "ganapp")])
def test_without_pictures_it_says_what_to_name(asked):
    with pytest.raises(UserError):
        evaluation.sets(asked)
