"""What the chapters claim holds for other seeds than the one they begin with: collapse, cure and the way to solve each task."""

from __future__ import annotations

import pytest

from tests.learn.javascript import Laboratory
from tests.learn.test_story import GAMES, OF_FIGURES, PLAY, SOLUTIONS

pytestmark = pytest.mark.slow
SEEDS = range(101, 111)


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
