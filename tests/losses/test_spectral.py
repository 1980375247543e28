"""Distances of spectra: none between equal ones, whatever the phase, and what the formulas give by hand."""

from __future__ import annotations

import math

import pytest
import torch

from ganapp.losses import spectral
from ganapp.sounds import mel


def test_equal_samples_are_no_distance_apart_and_their_sign_says_nothing() -> None:
    samples = 0.2 * torch.randn(2, 2000, generator=torch.Generator().manual_seed(0))
    assert float(spectral.distance(samples, samples)) == 0
    assert float(spectral.distance(-samples, samples)) == pytest.approx(0, abs=1e-5)
    assert float(spectral.bands(-samples, samples)) == pytest.approx(0, abs=1e-4)


def test_twice_as_loud_is_as_far_as_the_formulas_say() -> None:
    samples = 0.2 * torch.randn(1, 4000, generator=torch.Generator().manual_seed(1))
    assert float(spectral.distance(2 * samples, samples)) == pytest.approx(1 + math.log(2), rel=1e-2)  # convergence 1, logarithms ln 2
    assert float(spectral.bands(2 * samples, samples)) == pytest.approx(math.log(4), rel=1e-2)


def test_a_tone_has_its_size_in_its_bin() -> None:
    t = torch.arange(2048) / mel.RATE
    tone = torch.sin(2 * torch.pi * 1000 * t)[None]
    found = spectral.sizes(tone, 256)[0, :, 5:-5].mean(1)
    assert int(found.argmax()) == 32
    assert float(found.max()) == pytest.approx(64, rel=1e-2)  # half of Hann's window's sum
