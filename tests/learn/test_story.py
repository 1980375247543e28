"""Each chapter's task can be solved, and is not solved by doing nothing or by playing alone where that is not the task."""

from __future__ import annotations

from typing import Any

import pytest

from tests.learn.javascript import Laboratory

PLAY = """
const { CHAPTERS } = await import("/js/learn/tasks.js");
const { Run } = await engine("run");
const { settled } = await engine("settings");
const { done, settings } = CHAPTERS.find(({ key }) => key === job.key);
const run = await Run.open(settled({ ...settings, ...(job.begin ?? {}) }), module), memory = {};
let solved = false;
const look = () => {
  const frame = { tick: run.tick, losses: run.game.losses, arrows: run.measure.seen().arrows };
  const log = { losses: run.losses, measures: run.measures };
  solved ||= Boolean(done({ log, frame, settings: run.game.settings, memory, figure: job.figure }));
};
look();
const atOnce = solved;
for (const [ticks, change, half] of job.way) {
  for (let i = 0; i < ticks; i++) {
    run.advance(half);
    if (run.tick % 50 === 0) look();
  }
  look();
  if (change) run.change({ ...run.game.settings, ...change });
  look();
}
return [atOnce, solved, run.measures.map(({ modes }) => modes)];
"""
GAMES = """
const { CHAPTERS } = await import("/js/learn/tasks.js");
const { Blend, PLAIN } = await import("/js/learn/chapters/blend.js");
const { of } = await import("/js/learn/chapters/blend_measure.js");
const { BEGIN } = await import("/js/learn/chapters/mixed.js");
const { FEW } = await import("/js/learn/chapters/copies.js");
const { done } = CHAPTERS.find(({ key }) => key === job.key), begin = job.key === "mixed" ? { ...PLAIN, ...BEGIN } : FEW;
const game = await Blend.open({ ...begin, ...job.begin }, module), seen = [];
let solved = false;
while (game.tick < job.ticks && !(solved && job.stop)) {
  for (let i = 0; i < 200; i++) game.step();
  const now = of(game);
  seen.push([now.modes, now.good, now.miss, now.copies, now.attack]);
  solved ||= done({ figure: job.key === "mixed" ? { data: game.settings.data, games: [now] } : { now } });
}
return [solved, seen.at(-1)];
"""
CURE = {"rateD": 0.001, "rateG": 0.001, "beta1D": 0, "beta1G": 0, "r1": 1, "ema": 0.99}
WILD = {"rateD": 0.003, "rateG": 0.03, "beta1D": 0.9, "beta1G": 0.9}
SOLUTIONS: dict[str, dict[str, Any]] = {
    "two": {"way": [[6000, None]]},
    "terms": {"begin": {"k": 10}, "way": [[1500, None]]},
    "best": {"begin": {"r1": 0.1, "beta1D": 0, "beta1G": 0}, "way": [[5000, None]]},
    "saturation": {"way": [[60, {"loss": "non_saturating"}, "d"]]},
    "collapse": {"way": [[3000, WILD], [4000, None]]},
    "circling": {"begin": {"r1": 1}, "way": [[4000, None]]},
    "distance": {"begin": {"gp": 1, "k": 5}, "way": [[3000, None]]},
    "measure": {"begin": {"g": [2]}, "way": [[5000, None]]},
    "cure": {"begin": CURE, "way": [[5200, None]]},
    "pictures": {"begin": {"r1": 0.1, "beta1D": 0, "beta1G": 0}, "way": [[8000, None]]},
    "uses": {"way": [[6000, None]], "figure": {"marked": ["B", "D"]}},
}
OF_FIGURES = {"mixed": {"pull": 100}, "harms": {"pool": 500}}
PLAYING_SOLVES = {"two", "pictures"}


@pytest.mark.parametrize("key", SOLUTIONS)
def test_a_task_can_be_solved(laboratory: Laboratory, key: str) -> None:
    at_once, solved, modes = laboratory.run(PLAY, {"key": key, **SOLUTIONS[key]})
    assert not at_once
    assert solved, modes


def test_only_the_right_marks_solve_the_task_of_the_uses(laboratory: Laboratory) -> None:
    code = """
      const { CHAPTERS } = await import("/js/learn/tasks.js");
      const { done } = CHAPTERS.find(({ key }) => key === "uses"), settings = { data: "moons" };
      const tried = (marked, modes = 9) => done({ log: { measures: [{ modes }] }, settings, figure: { marked } });
      return [tried(["B", "D"]), ...["", "B", "D", "ABD", "BDF", "ABCDEF"].map((marks) => tried([...marks])), tried(["B", "D"], 8)];"""
    assert laboratory.run(code) == [True] + [False] * 7


@pytest.mark.slow
@pytest.mark.parametrize("key", OF_FIGURES)
@pytest.mark.parametrize("idle", [False, True], ids=["solved", "idle"])
def test_a_task_of_a_figure_can_be_solved_and_not_by_doing_nothing(laboratory: Laboratory, key: str, idle: bool) -> None:
    job = {"key": key, "begin": {} if idle else OF_FIGURES[key], "ticks": 10_000, "stop": True}
    solved, seen = laboratory.run(GAMES, job)
    assert solved is not idle, seen


@pytest.mark.slow
@pytest.mark.parametrize("key", SOLUTIONS)
def test_a_task_is_not_solved_by_doing_nothing(laboratory: Laboratory, key: str) -> None:
    at_once, solved, modes = laboratory.run(PLAY, {"key": key, "way": [[0 if key in PLAYING_SOLVES else 8000, None]]})
    assert not at_once
    assert not solved, modes


def test_every_chapter_has_its_solution(laboratory: Laboratory) -> None:
    keys = laboratory.run('return (await import("/js/learn/tasks.js")).CHAPTERS.map(({ key }) => key);')
    assert sorted(keys) == sorted([*SOLUTIONS, *OF_FIGURES])
    assert len(keys) == len(set(keys)) == 13
