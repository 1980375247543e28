"""Mode coverage by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import entropy

from ganapp.metrics.mode_coverage import mode_coverage


def test_by_hand() -> None:
    # Shares 1/2, 1/2, 0, 0 against 1/4 each: KL = log 2.
    found = mode_coverage(np.array([0, 0, 1, 1]), np.full(4, 0.25))
    assert found.covered == 2
    assert found.divergence == pytest.approx(math.log(2))
    assert found.floor == pytest.approx(3 / 8)


def test_the_data_themselves_have_all_modes_and_no_divergence() -> None:
    assert mode_coverage(np.array([0, 1, 1, 2]), np.array([0.25, 0.5, 0.25])).divergence == pytest.approx(0)


def test_against_scipy_and_the_floor_is_what_chance_makes() -> None:
    random = np.random.default_rng(0)
    frequencies = random.dirichlet(np.full(50, 20.0))
    seen = [mode_coverage(random.choice(50, 2000, p=frequencies), frequencies) for _ in range(40)]
    assert np.mean([one.divergence for one in seen]) == pytest.approx(seen[0].floor, rel=0.15)
    modes = random.choice(50, 2000, p=frequencies)
    expected = entropy(np.bincount(modes, minlength=50), frequencies)
    assert mode_coverage(modes, frequencies).divergence == pytest.approx(expected)


@pytest.mark.parametrize("modes", [[], [-1], [4]])
def test_modes_that_do_not_fit_are_refused(modes: list[int]) -> None:
    with pytest.raises(ValueError, match="numbered"):
        mode_coverage(np.array(modes, int), np.full(4, 0.25))
