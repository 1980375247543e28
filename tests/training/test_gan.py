"""The recipe `gan`: every architecture, its turns, its state, what it writes; presets, advice, calibration; on 200 digits."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ganapp import losses
from ganapp.base.errors import UserError
from ganapp.base.locales import text
from ganapp.base.order_file import Order
from ganapp.base.validation import read
from ganapp.digits import idx
from ganapp.models import folder
from ganapp.training.data import augmentations
from ganapp.training.data.augmentations import colour, cutout, translation
from ganapp.training.health import advice
from ganapp.training.recipes import gan
from ganapp.training.recipes._gan_run import GanRun
from ganapp.training.recipes.gan import Settings
from ganapp.training.run import estimate, loop, presets

TINY: dict[str, Any] = {"size": 16, "width": 4, "latent": 6, "batch": 8}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A data set of 200 digits, so that a run begins at once."""
    torch.set_num_threads(1)
    whole = idx.load("mnist", "test")
    monkeypatch.setattr(idx, "load", lambda data, split: idx.Labelled(whole.pictures[:200], whole.labels[:200]))


def begun(seed: int = 0, **settings: Any) -> GanRun:
    return gan.begin(Settings(**{**TINY, **settings}), seed)


def weights(run: GanRun) -> dict[str, torch.Tensor]:
    nets = {name: player.net for name in ("generator", "discriminator", "encoder") if (player := getattr(run, name))}
    return {f"{name}.{key}": value.clone() for name, net in nets.items() for key, value in net.state_dict().items()}


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


RUNS: list[dict[str, Any]] = [
    *[{"loss": name, "gp": 10.0 if name == "wasserstein" else 0.0} for name in losses.names()],
    {"architecture": "mlp", "loss": "non_saturating", "r1": 0.0, "r2": 0.0, "pieces": 3, "dropout": 0.3, "layers": 2, "size": 9},
    {"architecture": "vae", "conditional": False},
    {"architecture": "vae_gan", "loss": "non_saturating"},
    {"architecture": "vae_gan", "loss": "relativistic", "conditional": False, "layers": 2},
    {"loss": "least_squares", "r1": 0.0, "r2": 0.0, "normalise": True, "start": "dcgan", "clip": 1.0, "layers": 2},
    {"loss": "hinge", "r1": 0.0, "r2": 0.0, "spectral": True, "d_updates": 2, "d_width": 6},
    {"data": "stacked_mnist", "channels": 3, "conditional": False, "augment": ("colour", "translation", "cutout"), "lazy": 2},
    {"data": "fashion_mnist", "size": 28, "channels": 3, "r2": 0.0},
]


@pytest.mark.parametrize("settings", RUNS, ids=lambda s: "-".join(str(v) for v in s.values()))
def test_a_few_steps_of_every_kind_change_every_net_and_can_be_written(settings: dict[str, Any], tmp_path: Path) -> None:
    run = begun(**settings)
    before = weights(run)
    for k in range(2):
        report = run.step(k, 4)
        assert all(math.isfinite(value) for value in report.values())
    after = weights(run)
    for name in {key.split(".")[0] for key in before}:
        assert any(not torch.equal(before[key], after[key]) for key in before if key.startswith(name)), f"{name} has not moved"
    run.write(tmp_path / "result", {"steps": 2})
    description = folder.check(tmp_path / "result")
    c = run.settings
    classes = 10 if c.conditional else 0
    assert description.promises == {"size": c.size, "channels": c.channels, "classes": classes, "latent": c.latent}
    net = folder.weigh(tmp_path / "result", description.parts["model"])
    z, y = torch.randn(3, c.latent), torch.eye(10)[:3] if classes else torch.zeros(3, 0)
    with torch.no_grad():
        made = net(z, y)
        torch.testing.assert_close(made, run.average.net(z, y), atol=2e-2, rtol=0)  # half precision
        assert made.shape == (3, c.channels, c.size, c.size)
        for part in set(description.parts) - {"model"}:
            other = folder.weigh(tmp_path / "result", description.parts[part])
            assert torch.isfinite(other(made, y)).all()
    expected = {"vae": {"model", "encoder"}, "vae_gan": {"model", "discriminator", "encoder"}}
    assert set(description.parts) == expected.get(c.architecture, {"model", "discriminator"})
    sheets = {"": run.samples(), **run.sheets()}
    assert set(sheets) == ({"", "raw", "rebuilt"} if c.architecture.startswith("vae") else {"", "raw"})
    for sheet in sheets.values():
        assert sheet is not None
        assert sheet.shape == (80, c.channels, c.size, c.size)
        assert sheet.min() >= 0
        assert sheet.max() <= 1


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"loss": "hope"}, "loss"),
        ({"architecture": "resnet"}, "architecture"),
        ({"data": "imagenet"}, "data"),
        ({"channels": 2}, "channels"),
        ({"augment": ("mirror",)}, "augment"),
        ({"size": 33}, "size"),
        ({"size": 512}, "size"),
        ({"batch": 1}, "batch"),
        ({"g_rate": math.nan}, "g_rate"),
        ({"d_beta1": 1.0}, "d_beta1"),
        ({"normalise": True}, "batch norm"),
        ({"loss": "wasserstein", "r1": 0.0, "r2": 0.0}, "Wasserstein"),
        ({"title": "x" * 81}, "title"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_in_words(settings: dict[str, Any], word: str) -> None:
    with pytest.raises(UserError) as caught:
        read(Settings, settings, "settings of gan")
    assert caught.value.key == "bad_value"
    assert word in str(caught.value)


def test_a_list_from_json_is_a_choice_of_augmentations() -> None:
    settings = read(Settings, {"augment": ["translation", "cutout"]}, "settings")
    assert settings.augment == ("translation", "cutout")


def test_turns_taken_by_hand_are_the_step() -> None:
    whole, parts = begun(d_updates=2, dropout=0.2, architecture="mlp"), begun(d_updates=2, dropout=0.2, architecture="mlp")
    for k in range(3):
        report = whole.step(k, 3)
        first = parts.step_discriminator(k, 3, 0)
        torch.rand(7)  # what else draws random numbers between two turns makes no difference
        second = parts.step_discriminator(k, 3, 1)
        assert first != second
        assert report == first | second | parts.step_generator(k, 3)
    assert same(weights(whole), weights(parts))


def test_a_turn_moves_one_player() -> None:
    run = begun(architecture="vae_gan")
    start = weights(run)
    run.step_discriminator(0, 2)
    half = weights(run)
    run.step_generator(0, 2)
    end = weights(run)

    def moved(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> set[str]:
        trained = dict.fromkeys(key for key in a if "running" not in key and "tracked" not in key)  # batch norm's own memory
        return {key.split(".")[0] for key in trained if not torch.equal(a[key], b[key])}

    assert moved(start, half) == {"discriminator"}
    assert moved(half, end) == {"generator", "encoder"}


@pytest.mark.parametrize(
    "settings", [{"architecture": "vae_gan"}, {"spectral": True, "augment": ("translation",), "d_updates": 2, "loss": "hinge"}]
)
def test_a_restored_run_goes_on_bit_for_bit(settings: dict[str, Any]) -> None:
    whole, before = begun(seed=5, **settings), begun(seed=5, **settings)
    for k in range(6):
        whole.step(k, 6)
    for k in range(3):
        before.step(k, 6)
    torch.manual_seed(99)
    after = begun(seed=5, **settings)
    after.restore(before.state())
    for k in range(3, 6):
        after.step(k, 6)
    assert same(weights(whole), weights(after))
    assert after.certainty == whole.certainty


def test_seeds_make_different_runs() -> None:
    assert not same(weights(begun(seed=1)), weights(begun(seed=2)))
    assert same(weights(begun(seed=1)), weights(begun(seed=1)))


def test_spectral_norm_holds_and_is_written_as_plain_weights(tmp_path: Path) -> None:
    run = begun(loss="hinge", r1=0.0, r2=0.0, spectral=True)
    for k in range(30):
        run.step_discriminator(k, 30)
    net = run.discriminator.trained().net
    assert not any("parametrizations" in key for key in net.state_dict())
    for name, weight in net.state_dict().items():
        if weight.ndim > 1:
            assert torch.linalg.matrix_norm(weight.flatten(1), 2) == pytest.approx(1, abs=0.15), name
    x, y = run.data.at(torch.arange(4))
    with torch.no_grad():
        torch.testing.assert_close(net(x, y), run.discriminator.net.eval()(x, y))
    assert math.isfinite(run.step(30, 31)["d_loss"])  # the run itself is whole


def test_gradients_are_cut_to_the_length_asked_for() -> None:
    run = begun(clip=0.01)
    report = run.step(0, 2)
    assert report["d_grad"] > 0.01
    for player in (run.generator, run.discriminator):
        length = torch.stack([p.grad.square().sum() for p in player.net.parameters() if p.grad is not None]).sum().sqrt()
        assert length.item() == pytest.approx(0.01, rel=0.01)


def test_penalties_fade_and_may_be_lazy() -> None:
    run = begun(lazy=2)
    assert {"r1", "r2"} <= run.step(0, 10).keys()
    assert not {"r1", "r2"} & run.step(1, 10).keys()
    gone = begun(penalty_end=0.0)
    assert "r1" not in gone.step_discriminator(9, 10)


def test_rates_of_the_players_are_their_own_and_fall() -> None:
    run = begun(g_rate=1e-3, d_rate=4e-3, rate_end=0.5)
    run.step(0, 11)
    assert [run.optimisers[n].param_groups[0]["lr"] for n in ("generator", "discriminator")] == pytest.approx([1e-3, 4e-3])
    run.step(10, 11)
    assert [run.optimisers[n].param_groups[0]["lr"] for n in ("generator", "discriminator")] == pytest.approx([5e-4, 2e-3])


def test_the_game_does_not_reach_the_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    run = begun(architecture="vae_gan", kl=0.0)
    monkeypatch.setattr("ganapp.losses.variational.calibrated", lambda real, rebuilt, mean: (rebuilt * 0).sum())
    run.step_generator(0, 2)
    assert all((p.grad == 0).all() for p in run.encoder.net.parameters())
    assert any((p.grad != 0).any() for p in run.generator.net.parameters())


@pytest.mark.parametrize("name", losses.names())
def test_the_shares_on_the_right_side_do_not_depend_on_an_offset_that_means_nothing(name: str) -> None:
    run = begun(loss=name, gp=10.0)
    real, fake = torch.tensor([1.0, 2.0, 3.0, 0.2]), torch.tensor([-1.0, -2.0, 0.4, 1.0])
    told = run._verdicts(real, fake)
    expected = {"least_squares": (0.75, 0.75)}.get(name, (1.0, 0.5) if losses.objective(name).BORDER == 0 else (0.75, 0.75))
    assert (told["d_right_real"].item(), told["d_right_fake"].item()) == expected
    assert told["d_order"].item() == 0.75
    if losses.objective(name).BORDER is None:
        moved = run._verdicts(real + 7, fake + 7)
        assert moved["d_right_real"] == told["d_right_real"]


def test_a_variational_autoencoder_learns_to_rebuild() -> None:
    run = begun(architecture="vae", width=8, batch=32, g_rate=3e-3)
    bound = [(report := run.step(k, 60))["rebuilding"] + report["divergence"] for k in range(60)]
    assert np.mean(bound[-5:]) < np.mean(bound[:5]) - 20


def test_a_generator_moves_towards_the_data() -> None:
    run = begun(width=8, batch=32, half_life=5.0)
    real = run.data.at(torch.arange(200))[0].mean().item()
    first = run.samples()
    for k in range(60):
        run.step(k, 60)
    last = run.samples()
    assert first is not None
    assert last is not None
    assert abs(2 * last.mean().item() - 1 - real) < 0.5 * abs(2 * first.mean().item() - 1 - real)


def test_an_order_is_carried_out_and_diagnosed_by_the_loop(tmp_path: Path) -> None:
    assert loop.train(Order("gan", 4, every=2, threads=1, settings={**TINY, "data": "fashion_mnist", "diagnosed": 2}), tmp_path) == "done"
    assert (tmp_path / "samples" / "raw" / "0000004.png").is_file()
    assert (tmp_path / "diagnostics.jsonl").read_text().count("\n") == 2
    assert folder.check(tmp_path / "result").title["en"] == "Garments"


@pytest.mark.parametrize("preset", presets.presets(), ids=lambda p: p.id)
def test_presets_are_orders_that_can_be_carried_out(preset: presets.Preset) -> None:
    settings = read(Settings, preset.order.settings, preset.id)
    assert isinstance(settings, Settings)
    for language in ("en", "zh"):
        assert preset.name(language)
        assert len(preset.why(language)) > 20
    assert presets.preset(preset.id) is preset
    assert preset.own_data == (settings.data in ("pictures", "hub"))
    if not preset.own_data:
        size = 28 if settings.architecture == "mlp" else 16
        run = gan.begin(dataclasses.replace(settings, width=4, d_width=4, batch=4, size=size), 0)
        assert all(math.isfinite(value) for value in run.step(0, 2).values())


def whole(settings: dict[str, Any]) -> dict[str, Any]:
    """All settings, those that are left out at their defaults."""
    return dataclasses.asdict(Settings()) | settings


def test_advice_changes_settings_and_the_checkpoint_still_fits() -> None:
    order = Order("gan", 10, settings={**TINY, "loss": "non_saturating", "r1": 0.0, "r2": 0.0})
    run = begun(**{**order.settings})
    run.step(0, 10)
    for key in advice.CHANGES:
        followed = dataclasses.replace(order, settings={**order.settings, **advice.changes(key, whole(order.settings))})
        assert (followed == order) == (key == "stop_here")
        other = begun(**followed.settings)
        other.restore(run.state())
        assert all(math.isfinite(value) for value in other.step(1, 10).values())
        for language in ("en", "zh"):
            assert text(f"diagnostics.advice.{key}.name", language)
            assert text(f"diagnostics.advice.{key}.why", language)
    assert advice.changes("pair_the_critic", whole(order.settings)) == {"loss": "relativistic", "r1": 0.5, "r2": 0.5}


def test_advice_that_changes_nothing_is_not_given() -> None:
    def keys(given: tuple[str, ...], settings: dict[str, Any]) -> list[str]:
        return [one["key"] for one in advice.fitting(given, whole(settings))]

    paired = {"loss": "relativistic", "r1": 0.5, "r2": 0.5}
    offered = advice.fitting(("pair_the_critic", "raise_penalty"), whole(paired))
    assert offered == [{"key": "raise_penalty", "changes": {"r1": 1.0, "r2": 1.0}}]
    normalised = {"loss": "non_saturating", "r1": 0.0, "r2": 0.0, "normalise": True}
    assert keys(("pair_the_critic", "raise_penalty", "lower_d_rate"), normalised) == ["lower_d_rate"]
    augmented = {"augment": ["cutout"], "r1": 60.0, "r2": 60.0}
    assert keys(("augment_on", "raise_penalty", "stop_here"), augmented) == ["stop_here"]


def test_a_diagnosis_carries_the_changes_that_the_advice_asks_for() -> None:
    run = begun(loss="non_saturating", r1=0.0, r2=0.0)
    assert run.diagnose(248) == {}
    told = run.diagnose(249)
    assert run.diagnose(250) == {}
    assert told["recall"]["ill"]  # nothing was learnt yet
    assert told["recall"]["advice"][0] == {"key": "pair_the_critic", "changes": {"loss": "relativistic", "r1": 0.5, "r2": 0.5}}
    assert not told["critic"]["ill"]
    assert told["critic"]["advice"] == []
    assert json.loads(json.dumps(told)) == told


def test_calibration_adds_up() -> None:
    order = Order("gan", 1000, every=100, settings=TINY)
    found = estimate.estimate(order)
    assert found.pictures == pytest.approx(8 / found.step, rel=0.02)
    beside = 10 * (found.show + found.save) + found.first + 2 * found.diagnosis + found.write  # looks at 300, 600, 900
    assert found.total == pytest.approx(found.ready + 1000 * found.step + beside, rel=0.02, abs=0.2)
    assert 0 < found.processor < 100 * found.total
    assert 50 < found.memory_mb < 20_000
    assert found.device


def test_calibration_refuses_what_training_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Order("gan", 5, settings={"loss": "hope"}).write(tmp_path)
    assert estimate.main([str(tmp_path)]) == 2
    assert "hope" in capsys.readouterr().err


def test_translation_moves_by_whole_pixels_and_fills_with_ground() -> None:
    torch.manual_seed(0)
    x = torch.full((64, 1, 16, 16), -1.0)
    x[:, :, 8, 8] = 1.0
    moved = translation.translation(x)
    assert moved.sum((1, 2, 3)).tolist() == x.sum((1, 2, 3)).tolist()
    places = {tuple(place) for place in (moved[:, 0] == 1).nonzero()[:, 1:].tolist()}
    assert places <= {(r, c) for r in range(6, 11) for c in range(6, 11)}
    assert len(places) > 10
    edge = torch.ones(64, 3, 16, 16)
    assert set(translation.translation(edge).unique().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("side", [16, 28, 33])
def test_cutout_empties_a_quarter_less_what_lies_outside(side: int) -> None:
    torch.manual_seed(0)
    length = math.floor(side / 2 + 0.5)  # of the square's side
    cut = cutout.cutout(torch.ones(4000, 1, side, side)) == -1
    shares = cut.float().mean((1, 2, 3))
    assert shares.max().item() == pytest.approx((length / side) ** 2)  # 0.25 where half a side is a whole number of pixels
    inside = [len(set(range(centre - length // 2, centre - length // 2 + length)) & set(range(side))) for centre in range(side + 1)]
    inside = inside[: side + 1 - length % 2]
    assert shares.mean().item() == pytest.approx((sum(inside) / len(inside) / side) ** 2, abs=0.004)
    assert {round(share * side**2) for share in shares.tolist()} == {a * b for a in inside for b in inside}
    assert (cutout.cutout(torch.ones(100, 3, side, side)) == 0).any()


def test_colour_keeps_what_it_says() -> None:
    torch.manual_seed(0)
    x = torch.rand(20, 3, 8, 8) * 2 - 1
    lighter = colour.brightness(x) - x
    assert lighter.flatten(1).std(1).max() < 1e-5
    assert lighter.abs().max() <= 0.5 + 1e-6
    torch.testing.assert_close(colour.contrast(x).mean((1, 2, 3)), x.mean((1, 2, 3)))
    torch.testing.assert_close(colour.saturation(x).mean(1), x.mean(1))
    grey = x.mean(1, keepdim=True).expand(-1, 3, -1, -1)
    torch.testing.assert_close(colour.saturation(grey), grey)


def test_every_augmentation_lets_gradients_through() -> None:
    for kind in augmentations.names():
        x = torch.rand(4, 3, 8, 8, requires_grad=True)
        augmentations.augment(x, [kind]).sum().backward()
        assert x.grad is not None
        assert torch.isfinite(x.grad).all()
        assert (x.grad != 0).any()
    with pytest.raises(KeyError):
        augmentations.augment(torch.zeros(1, 1, 4, 4), ["mirror"])
