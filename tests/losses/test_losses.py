"""The losses by hand arithmetic: softplus(0) = log 2, softplus(log 3) = log 4, softplus(-log 3) = log 4/3."""

import math

import pytest
import torch
from torch.autograd import gradcheck

from ganapp.losses import non_saturating, relativistic
from ganapp.losses.gradient_penalty import zero_centred

LOG2, LOG3, LOG4 = math.log(2), math.log(3), math.log(4)


def scores(*values):
    return torch.tensor(values, dtype=torch.float64)


def test_blind_players():
    nothing = scores(0, 0, 0)
    assert non_saturating.discriminator(nothing, nothing).item() == pytest.approx(LOG4)
    for loss in (relativistic.discriminator, relativistic.generator):
        assert loss(nothing, nothing).item() == pytest.approx(LOG2)
    assert non_saturating.generator(nothing, nothing).item() == pytest.approx(LOG2)


def test_classic_by_hand():
    # D(x) = sigmoid(log 3) = 3/4 and 1/2; D(G(z)) = 1/4 twice: -(log 3/4 + log 1/2) / 2 - log 3/4.
    real, fake = scores(LOG3, 0), scores(-LOG3, -LOG3)
    assert non_saturating.discriminator(real, fake).item() == pytest.approx(-(math.log(3 / 4) + math.log(1 / 2)) / 2 - math.log(3 / 4))
    assert non_saturating.generator(fake, fake).item() == pytest.approx(LOG4)


def test_relativistic_by_hand():
    # Differences real - fake: log 3 and -log 3. Discriminator: (log 4/3 + log 4) / 2; the generator's is the same by symmetry.
    real, fake = scores(LOG3 + 5, 2), scores(5, LOG3 + 2)
    assert relativistic.discriminator(real, fake).item() == pytest.approx((math.log(4 / 3) + LOG4) / 2)
    one = scores(LOG3), scores(0)
    assert relativistic.discriminator(*one).item() == pytest.approx(math.log(4 / 3))
    assert relativistic.generator(*one).item() == pytest.approx(LOG4)


def test_relativistic_is_paired_and_blind_to_a_common_shift():
    real, fake = scores(1, -2, 0.5), scores(0, 3, -1)
    assert relativistic.discriminator(real + 7, fake + 7).item() == pytest.approx(relativistic.discriminator(real, fake).item())
    assert relativistic.discriminator(real, fake.flip(0)).item() != pytest.approx(relativistic.discriminator(real, fake).item())


def test_each_player_pulls_its_own_way():
    real, fake = scores(0.3, -0.2).requires_grad_(), scores(0.1, 0.4).requires_grad_()
    for loss, real_sign, fake_sign in (
        (non_saturating.discriminator(real, fake), -1, 1),
        (relativistic.discriminator(real, fake), -1, 1),
        (relativistic.generator(real, fake), 1, -1),
    ):
        real_grad, fake_grad = torch.autograd.grad(loss, (real, fake))
        assert (real_grad.sign() == real_sign).all()
        assert (fake_grad.sign() == fake_sign).all()
    (grad,) = torch.autograd.grad(non_saturating.generator(fake, fake), fake)
    assert (grad < 0).all()


def test_certain_scores_stay_finite():
    far = scores(1000.0)
    assert non_saturating.discriminator(-far, far).item() == pytest.approx(2000)
    assert relativistic.generator(far, -far).item() == pytest.approx(2000)
    assert non_saturating.discriminator(far, -far).item() == 0.0


def test_gradient_penalty_of_a_linear_score():
    # D(x) = w . x has gradient w everywhere: |w|^2 = 1 + 4 + 9 + 16.
    w = torch.tensor([[[[1.0, 2], [3, 4]]]])
    x = torch.randn(5, 1, 2, 2, requires_grad=True)
    assert zero_centred((w * x).sum((1, 2, 3)), x).item() == pytest.approx(30)


def test_gradient_penalty_of_a_square_is_the_mean_over_the_batch():
    # D(x) = sum x^2 has gradient 2x: 4 (1 + 4) and 4 (9 + 0), mean 28.
    x = torch.tensor([[1.0, 2], [3, 0]]).view(2, 1, 1, 2).requires_grad_()
    assert zero_centred(x.square().sum((1, 2, 3)), x).item() == pytest.approx(28)


def test_gradient_penalty_trains_the_weights():
    # d/dw mean |w|^2 = 2w, so the penalty must be differentiable once more.
    w = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    x = torch.randn(3, 1, 1, 2, dtype=torch.float64, requires_grad=True)
    (grad,) = torch.autograd.grad(zero_centred(x.flatten(1) @ w, x), w)
    assert grad.tolist() == pytest.approx([2, -4])
    assert gradcheck(lambda w: zero_centred((x.flatten(1) @ w).tanh(), x), (w,))
