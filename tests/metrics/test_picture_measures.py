"""PSNR, SSIM and LPIPS against scikit-image, against hand arithmetic, and against what must hold of any distance."""

import math

import numpy as np
import pytest
import torch
from scipy import ndimage

from ganapp.base import paths
from ganapp.losses import perceptual
from ganapp.metrics import vgg
from ganapp.metrics.psnr import psnr
from ganapp.metrics.ssim import ssim, ssim_map
from tests.conftest import seen


def pair(seed=0, h=40, w=56):
    random = np.random.default_rng(seed)
    real = np.stack([ndimage.gaussian_filter(random.random((h, w)), 2) for _ in range(3)]).astype(np.float32)
    real = (real - real.min()) / (real.max() - real.min())
    made = np.clip(real + random.normal(0, 0.05, real.shape), 0, 1).astype(np.float32)
    return torch.from_numpy(made), torch.from_numpy(real)


def test_psnr_by_hand():
    real, made = torch.zeros(3, 4, 4), torch.zeros(3, 4, 4)
    made[:, 0, 0] = 0.1
    assert psnr(made, real) == pytest.approx(10 * math.log10(16 / 0.01))
    where = torch.zeros(4, 4)
    where[0, :2] = 1
    assert psnr(made, real, where) == pytest.approx(10 * math.log10(2 / 0.01))
    assert psnr(real, real) == math.inf
    with pytest.raises(ValueError, match="no pixel"):
        psnr(made, real, torch.zeros(4, 4))


def test_psnr_and_ssim_agree_with_scikit_image():
    measures = pytest.importorskip("skimage.metrics")
    for seed in range(3):
        made, real = pair(seed)
        a, b = made.numpy().transpose(1, 2, 0).astype(np.float64), real.numpy().transpose(1, 2, 0).astype(np.float64)
        assert psnr(made, real) == pytest.approx(measures.peak_signal_noise_ratio(b, a, data_range=1))
        how = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1, "channel_axis": -1}
        mean, full = measures.structural_similarity(b, a, full=True, **how)
        np.testing.assert_allclose(ssim_map(made, real).numpy(), full.mean(-1), atol=1e-9)
        assert ssim_map(made, real)[5:-5, 5:-5].mean() == pytest.approx(mean, abs=1e-9)


def test_ssim_agrees_with_scipy_and_counts_the_hole_alone():
    made, real = pair(4)

    def blur(x):
        return ndimage.gaussian_filter(x, 1.5, truncate=3.5)

    maps = []
    for a, b in zip(made.numpy().astype(float), real.numpy().astype(float)):
        ma, mb = blur(a), blur(b)
        va, vb, cov = blur(a * a) - ma**2, blur(b * b) - mb**2, blur(a * b) - ma * mb
        maps.append((2 * ma * mb + 1e-4) * (2 * cov + 9e-4) / ((ma**2 + mb**2 + 1e-4) * (va + vb + 9e-4)))
    expected = np.mean(maps, 0)
    np.testing.assert_allclose(ssim_map(made, real).numpy(), expected, atol=1e-9)
    where = torch.zeros(40, 56)
    where[3:9, 10:30] = 1
    assert ssim(made, real, where) == pytest.approx(expected[3:9, 10:30].mean())
    assert ssim(real, real) == pytest.approx(1)


def test_perceptual_distance_by_hand():
    # One place, two channels: (3, 4) becomes (0.6, 0.8), (0, 2) becomes (0, 1); weights 1 and 2: 0.36 + 2 * 0.04.
    a, b = torch.tensor([3.0, 4.0]).view(1, 2, 1, 1), torch.tensor([0.0, 2.0]).view(1, 2, 1, 1)
    heads = [torch.tensor([1.0, 2.0])]
    assert perceptual.distance([a], [b], heads).item() == pytest.approx(0.44, rel=1e-6)
    assert perceptual.distance([a], [a * 5], heads).item() == pytest.approx(0, abs=1e-9)
    assert perceptual.distance([a, a], [b, b], heads * 2).item() == pytest.approx(0.88, rel=1e-6)


@seen
def test_lpips_rises_with_the_difference_and_agrees_with_the_package():
    from ganapp.metrics.lpips import lpips

    made, real = pair(1, 64, 64)
    near, far = lpips(real * 0.9 + made * 0.1, real), lpips(made, real)
    assert lpips(real, real) == pytest.approx(0, abs=1e-7)
    assert 0 < near < far
    assert far == pytest.approx(lpips(real, made), rel=1e-5)


@seen
def test_lpips_is_the_published_sum_over_five_stages():
    """The same from torch's own layers: convolutions one by one, unit length, weighted squares, means, sum."""
    from safetensors.torch import load_file

    from ganapp.metrics.lpips import lpips

    stored = {k: v.float() for k, v in load_file(paths.features() / vgg.FILE).items()}
    made, real = pair(2, 48, 48)
    shift, scale = torch.tensor([-0.030, -0.088, -0.188]).view(3, 1, 1), torch.tensor([0.458, 0.448, 0.450]).view(3, 1, 1)
    x, total, stage = torch.stack([(p * 2 - 1 - shift) / scale for p in (made, real)]), 0.0, 0
    for block in ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28)):
        for number in block:
            x = torch.conv2d(x, stored[f"features.{number}.weight"], stored[f"features.{number}.bias"], padding=1).relu()
        unit = x / (x.pow(2).sum(1, keepdim=True).sqrt() + 1e-10)
        squares = (unit[0] - unit[1]).pow(2)
        total += (squares * stored[f"lin{stage}"].view(-1, 1, 1)).sum(0).mean().item()
        x, stage = torch.max_pool2d(x, 2), stage + 1
    assert lpips(made, real) == pytest.approx(total, rel=1e-3)


@seen
def test_patch_distance_knows_photographs_from_blur():
    from ganapp.metrics.frechet import frechet
    from ganapp.metrics.lpips import activations as look
    from ganapp.metrics.patch_distance import Crowd, patch_distance, patches

    everywhere = torch.ones(96, 96)
    seen = [patches(look(pair(seed, 96, 96)[1]), everywhere) for seed in range(12)]
    noise = [patches(look(pair(seed, 96, 96)[0]), everywhere) for seed in range(6, 12)]
    assert seen[0].shape == (24 * 24, 256)
    real, again, noisy = Crowd(), Crowd(), Crowd()
    for crowd, pictures in ((real, seen[:6]), (again, seen[6:]), (noisy, noise)):
        for places in pictures:
            crowd.add(places)
    assert patch_distance(again, real) == pytest.approx(frechet(np.concatenate(seen[6:]), np.concatenate(seen[:6])), rel=1e-6)
    assert patch_distance(real, real) == pytest.approx(0, abs=1e-3)
    assert patch_distance(again, real) < patch_distance(noisy, real)
    hole = torch.zeros(96, 96)
    hole[8:17, 8:16] = 1
    assert patches(look(pair(0, 96, 96)[1]), hole).shape == (4, 256), "only places that lie wholly in the hole"
