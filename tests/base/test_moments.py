"""How often a run shows, saves and looks: counted as the loop does it."""

from __future__ import annotations

import pytest

from ganapp.base.moments import COUNTED_ONE_BY_ONE, Moments, moments


def counted(steps: int, every: int, previews: int, apart: int) -> Moments:
    """By doing what `training.run.loop` does after each step."""
    shows = saves = looks = last = 0
    for done in range(1, steps + 1):
        saved = done % every == 0 or done == steps
        if saved or previews and done % previews == 0:
            shows, saves = shows + 1, saves + saved
            if apart and done - last >= apart:
                looks, last = looks + 1, done
    return Moments(steps, shows, saves, looks)


@pytest.mark.parametrize("previews", [0, 1, 25, 40, 100, 7])
@pytest.mark.parametrize("apart", [0, 1, 250, 90])
@pytest.mark.parametrize(("steps", "every"), [(1400, 250), (1000, 250), (10, 250), (999, 50), (1001, 7), (280, 40)])
def test_they_are_counted_as_the_loop_does(steps: int, every: int, previews: int, apart: int) -> None:
    assert moments(steps, every, previews, apart) == counted(steps, every, previews, apart)


def test_a_billion_are_counted_at_once() -> None:
    found = moments(10**9, 250, 1, 250)
    assert (found.shows, found.saves, found.looks) == (10**9, 4_000_000, 4_000_000)
    assert found.shows > COUNTED_ONE_BY_ONE


def test_a_total_is_the_sum_by_hand() -> None:
    costs = {"ready": 4.0, "step": 0.5, "show": 2.0, "save": 1.0, "diagnosis": 3.0, "first": 7.0, "write": 0.25}
    assert Moments(100, 5, 2, 3).total(costs) == 4 + 50 + 10 + 2 + 7 + 6 + 0.25
    assert Moments(100, 5, 2, 0).total(costs) == 4 + 50 + 10 + 2 + 0.25
