"""What the chapters claim holds for other seeds than the one they begin with: collapse, cure and the way to solve each task."""

from __future__ import annotations

from itertools import combinations
from statistics import median

import pytest

from tests.learn.javascript import Laboratory
from tests.learn.test_story import GAMES, OF_FIGURES, PLAY, SOLUTIONS

pytestmark = pytest.mark.slow
SEEDS = range(101, 111)
CHANGES: dict[str, dict[str, float]] = {
    "rates": {"rateD": 0.001, "rateG": 0.001},
    "momentum": {"beta1D": 0, "beta1G": 0},
    "penalty": {"r1": 1},
}
# Plays the run of the cure with these changes until its task is solved, or cannot be any more.
CURED = """
const { CHAPTERS } = await import("/js/learn/tasks.js");
const { Run } = await engine("run");
const { settled } = await engine("settings");
const { done, settings } = CHAPTERS.find(({ key }) => key === "cure");
const run = await Run.open(settled({ ...settings, ...job }), module), log = () => ({ losses: run.losses, measures: run.measures });
while (run.tick < 5200 && !(run.tick > 3000 && run.measures.at(-1).modes < 8)) {
  for (let i = 0; i < 100; i++) run.advance();
  if (done({ log: log() })) return run.tick - 2000;
}
return null;
"""


@pytest.mark.parametrize("key", SOLUTIONS)
def test_the_way_to_solve_a_task_leads_there_in_nine_of_ten_fresh_seeds(laboratory: Laboratory, key: str) -> None:
    way = SOLUTIONS[key]
    jobs = [{"key": key, **way, "begin": {**way.get("begin", {}), "seed": seed}} for seed in SEEDS]
    answers = [laboratory.run(PLAY, job) for job in jobs]
    assert not any(at_once for at_once, _, _ in answers)
    unsolved = [(seed, modes) for seed, (_, solved, modes) in zip(SEEDS, answers, strict=True) if not solved]
    assert len(unsolved) <= 1, unsolved


@pytest.mark.parametrize("key", OF_FIGURES)
def test_so_does_the_way_through_a_figure(laboratory: Laboratory, key: str) -> None:
    jobs = [{"key": key, "begin": {**OF_FIGURES[key], "seed": seed}, "ticks": 10_000, "stop": True} for seed in SEEDS]
    answers = [laboratory.run(GAMES, job) for job in jobs]
    assert sum(solved for solved, _ in answers) >= 9, answers


def test_the_rates_cure_first_momentum_sooner_and_a_penalty_not_beside_strong_momentum(laboratory: Laboratory) -> None:
    """Of ten runs each; and the median step from which on all modes are held."""
    found = {}
    for count in range(4):
        for names in combinations(CHANGES, count):
            changes = {key: value for name in names for key, value in CHANGES[name].items()}
            found[names] = [laboratory.run(CURED, {**changes, "seed": seed}) for seed in SEEDS]
    cured = {names: sum(tick is not None for tick in ticks) for names, ticks in found.items()}
    works = [("rates",), ("rates", "momentum"), ("rates", "momentum", "penalty")]
    assert all(cured[names] >= 9 if names in works else cured[names] <= 1 for names in found), found
    rates, without_momentum, whole = (median(tick for tick in found[names] if tick is not None) for names in works)
    assert 0.4 * rates < without_momentum < 0.65 * rates, found
    assert 0.5 * without_momentum < whole < without_momentum, found
