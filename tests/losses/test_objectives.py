"""Every objective and penalty by hand arithmetic: sigmoid(log 3) = 3/4, softplus(log 3) = log 4, softplus(-log 3) = log 4/3."""

from __future__ import annotations

import math

import pytest
import torch

from ganapp import losses
from ganapp.base.locales import text
from ganapp.jobs.requests import train_options
from ganapp.losses import gradient_penalty, variational

LOG3 = math.log(3)
REAL, FAKE = (LOG3, 0.0), (-LOG3, LOG3)  # D(x) = 3/4, 1/2; D(G(z)) = 1/4, 3/4
CROSS_ENTROPY = -(math.log(3 / 4) + math.log(1 / 2)) / 2 - (math.log(3 / 4) + math.log(1 / 4)) / 2
BY_HAND = {
    "minimax": (CROSS_ENTROPY, (math.log(3 / 4) + math.log(1 / 4)) / 2),
    "non_saturating": (CROSS_ENTROPY, -(math.log(1 / 4) + math.log(3 / 4)) / 2),
    "least_squares": (
        ((LOG3 - 1) ** 2 + 1) / 4 + (LOG3**2 + LOG3**2) / 4,
        ((-LOG3 - 1) ** 2 + (LOG3 - 1) ** 2) / 4,
    ),
    # log 3 = 1.0986 is beyond the hinge on the real side; -log 3 is beyond it on the generated side.
    "hinge": ((0 + 1) / 2 + (0 + 1 + LOG3) / 2, 0.0),
    "wasserstein": (0.0 - LOG3 / 2, 0.0),
    # differences 2 log 3 and -log 3: sigmoids 9/10 and 1/4
    "relativistic": (-(math.log(9 / 10) + math.log(1 / 4)) / 2, -(math.log(1 / 10) + math.log(3 / 4)) / 2),
}


def scores(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def test_all_objectives_are_found_and_have_a_hand_calculation() -> None:
    assert set(losses.names()) == set(BY_HAND)
    for name in losses.names():
        module = losses.objective(name)
        assert name == module.__name__.rpartition(".")[2]
        assert len(module.__doc__ or "") > 100
    with pytest.raises(KeyError):
        losses.objective("hope")


def test_a_page_reads_the_same_equilibria_and_finds_words_for_every_objective() -> None:
    listed = train_options.run(train_options.Request()).report()["objectives"]
    assert list(listed) == list(losses.names())
    for name, told in listed.items():
        assert {player: told[player] for player in ("discriminator", "generator")} == losses.objective(name).EQUILIBRIUM
    for name in losses.names():
        for language in ("en", "zh"):
            assert all(text(f"losses.{name}.{part}", language) for part in ("name", "why", "equation", "source"))


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_by_hand(name: str) -> None:
    objective = losses.objective(name)
    d, g = BY_HAND[name]
    assert objective.discriminator(scores(*REAL), scores(*FAKE)).item() == pytest.approx(d)
    assert objective.generator(scores(*REAL), scores(*FAKE)).item() == pytest.approx(g)


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_equilibrium_is_the_loss_of_the_best_blind_discriminator(name: str) -> None:
    objective = losses.objective(name)
    blind = torch.tensor([0.3], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([blind], 0.2)
    for _ in range(300):  # one score for all pictures, real or not
        optimiser.zero_grad()
        loss = objective.discriminator(blind, blind)
        if loss.requires_grad:
            loss.backward()
        optimiser.step()
    with torch.no_grad():
        assert objective.discriminator(blind, blind).item() == pytest.approx(objective.EQUILIBRIUM["discriminator"], abs=1e-6)
        expected = objective.EQUILIBRIUM["generator"]
        if expected is not None:
            assert objective.generator(blind, blind).item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_each_player_pulls_its_own_way(name: str) -> None:
    objective = losses.objective(name)
    real, fake = scores(0.3, -0.2).requires_grad_(), scores(0.1, 0.4).requires_grad_()
    up, down = torch.autograd.grad(objective.discriminator(real, fake), (real, fake))
    assert (up < 0).all()
    assert (down > 0).all()
    (pull,) = torch.autograd.grad(objective.generator(real, fake), fake)
    assert (pull < 0).all()


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_a_certain_discriminator_gives_finite_numbers(name: str) -> None:
    objective = losses.objective(name)
    far = scores(1000.0)
    assert math.isfinite(objective.discriminator(-far, far).item())
    assert math.isfinite(objective.generator(far, -far).item())


def test_minimax_saturates_where_non_saturating_does_not() -> None:
    lost = scores(-20.0).requires_grad_()  # the discriminator is sure
    (weak,) = torch.autograd.grad(losses.objective("minimax").generator(lost, lost), lost)
    (strong,) = torch.autograd.grad(losses.objective("non_saturating").generator(lost, lost), lost)
    assert weak.abs().item() == pytest.approx(math.exp(-20), rel=1e-6)
    assert strong.abs().item() == pytest.approx(1, rel=1e-6)


def shares(b: int) -> torch.Tensor:
    return torch.rand(b, 1, 1, 1)


def test_one_centred_penalty_of_a_linear_score() -> None:
    # D(x) = w . x has slope |w| = 5 everywhere: (5 - 1)^2 = 16, whatever the place between.
    w = torch.tensor([[[[3.0, 0.0], [0.0, 4.0]]]])
    real, fake = torch.randn(6, 1, 2, 2), torch.randn(6, 1, 2, 2)
    penalty = gradient_penalty.one_centred(lambda x: (w * x).sum((1, 2, 3)), real, fake, shares(6))
    assert penalty.item() == pytest.approx(16, rel=1e-5)


def test_one_centred_penalty_is_taken_between_real_and_generated() -> None:
    # D(x) = x^2 / 2 has slope |x|; between x = 3 and x = 3 that is 3: (3 - 1)^2 = 4.
    same = torch.full((4, 1, 1, 1), 3.0)
    penalty = gradient_penalty.one_centred(lambda x: x.square().flatten(1).sum(1) / 2, same, same, shares(4))
    assert penalty.item() == pytest.approx(4, rel=1e-5)
    # between 2 and 4 it lies from (2 - 1)^2 to (4 - 1)^2, and differs from pair to pair
    seen: list[torch.Tensor] = []
    gradient_penalty.one_centred(lambda x: (seen.append(x.detach()), x.flatten(1).sum(1))[1], 2 * same / 3, 4 * same / 3, shares(4))
    assert seen[0].min() >= 2
    assert seen[0].max() <= 4
    assert len(seen[0].flatten().unique()) == 4


def test_one_centred_penalty_trains_the_weights_and_survives_a_flat_score() -> None:
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    x = torch.randn(5, 1, 1, 2)
    (gradient,) = torch.autograd.grad(gradient_penalty.one_centred(lambda p: p.flatten(1) @ w, x, -x, shares(5)), w)
    assert gradient.tolist() == pytest.approx([2 * 4 * 3 / 5, 2 * 4 * 4 / 5], rel=1e-4)  # d/dw (|w| - 1)^2 = 2 (|w| - 1) w / |w|
    flat = torch.zeros(2, requires_grad=True)
    (gradient,) = torch.autograd.grad(gradient_penalty.one_centred(lambda p: p.flatten(1) @ flat, x, -x, shares(5)), flat)
    assert torch.isfinite(gradient).all()


def test_divergence_by_hand() -> None:
    assert variational.divergence(torch.zeros(3, 4), torch.zeros(3, 4)).item() == 0
    # mean 1, variance 4 in one of two dimensions: (1 + 4 - 1 - log 4) / 2
    mean, log_variance = torch.tensor([[1.0, 0.0]]), torch.tensor([[math.log(4), 0.0]])
    assert variational.divergence(mean, log_variance).item() == pytest.approx((4 - math.log(4)) / 2)


def test_drawn_codes_have_the_mean_and_the_variance_asked_for() -> None:
    torch.manual_seed(0)
    codes = variational.drawn(torch.full((20000, 1), 2.0), torch.full((20000, 1), math.log(9.0)), torch.randn(20000, 1))
    assert codes.mean().item() == pytest.approx(2, abs=0.1)
    assert codes.std().item() == pytest.approx(3, abs=0.1)


def test_calibrated_reconstruction_is_the_gaussian_at_its_best_variance() -> None:
    x, y = torch.zeros(2, 1, 2, 2), torch.full((2, 1, 2, 2), 0.5)
    best = torch.distributions.Normal(y, 0.5).log_prob(x).sum((1, 2, 3)).mean()
    assert variational.calibrated(x, y).item() == pytest.approx(-best.item(), rel=1e-5)
    for other in (0.4, 0.6):
        assert -torch.distributions.Normal(y, other).log_prob(x).sum((1, 2, 3)).mean() > variational.calibrated(x, y)
    assert math.isfinite(variational.calibrated(x, x).item())


def test_features_are_rebuilt_by_the_same_measure_whatever_their_scale() -> None:
    real, rebuilt = torch.randn(8, 5), torch.randn(8, 5, requires_grad=True)
    (small,) = torch.autograd.grad(variational.calibrated(real, rebuilt), rebuilt)
    (large,) = torch.autograd.grad(variational.calibrated(100 * real, 100 * rebuilt), rebuilt)
    torch.testing.assert_close(small, large)
    assert variational.calibrated(100 * real, 100 * rebuilt).item() == pytest.approx(
        variational.calibrated(real, rebuilt).item() + 5 * math.log(100), rel=1e-5
    )
