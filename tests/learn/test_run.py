"""A run repeats exactly, goes back exactly, and is measured truly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.learn.javascript import Laboratory

OPEN = """
const { Run } = await engine("run");
const { Measure, divergences } = await engine("measure");
const { draw, masses, SETS, dataOf } = await engine("data");
const { Random } = await engine("random");
const { settled } = await engine("settings");
const opened = (settings, plain = false) => Run.open(settled(settings), plain ? null : module);
const on = (run, ticks) => { for (let i = 0; i < ticks; i++) run.advance(); return run; };
const weights = (run) => Array.from(run.game.save().weights);
const same = (a, b) => a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
"""


def play(laboratory: Laboratory, code: str, job: Any = None) -> Any:
    return laboratory.run(OPEN + code, job)


@pytest.mark.parametrize("plain", [False, True])
def test_same_settings_give_the_same_run_looked_at_or_not(laboratory: Laboratory, plain: bool) -> None:
    code = """
      const [one, other] = [await opened({ seed: 5 }, job), await opened({ seed: 5 }, job)];
      on(one, 120);
      for (let i = 0; i < 120; i++) {
        on(other, 1);
        if (i % 7 === 0) for (const look of ["seen", "field", "mesh", "best"]) other.measure[look]();
      }
      const third = on(await opened({ seed: 6 }, job), 120);
      return [same(weights(one), weights(other)), same(weights(one), weights(third)), one.game.losses.d];"""
    equal, other, loss = play(laboratory, code, plain)
    assert (equal, other) == (True, False)
    assert np.isfinite(loss)


def test_both_kernels_play_nearly_the_same_run(laboratory: Laboratory) -> None:
    code = "return [on(await opened({}), 50), on(await opened({}, true), 50)].map((run) => run.losses.map(({ d, g }) => [d, g]));"
    wasm, plain = play(laboratory, code)
    np.testing.assert_allclose(wasm, plain, rtol=1e-9)


def test_every_state_can_be_gone_back_to_exactly_and_continued(laboratory: Laboratory) -> None:
    """Over half steps, changes on the way and the thinning of kept states; the measures of the second time are those of the first."""
    code = """
      const run = await opened({ g: [8], d: [8], batch: 16 });
      run.most = 20;
      const seen = new Map();
      const note = () => seen.set(run.tick, weights(run));
      for (let i = 0; i < 333; i++) {
        if (run.tick === 100) run.change({ ...run.game.settings, loss: "relativistic", r1: 0.5, rateG: 0.01 });
        run.advance(run.tick === 150 ? "d" : run.tick === 151 ? "g" : null);
        note();
      }
      const back = [333, 1, 99, 100, 101, 150, 151, 152, 153, 250, 0].filter((tick) => {
        run.go(tick);
        return tick === 0 ? run.tick === 0 : same(weights(run), seen.get(tick));
      });
      const kept = run.states.length;
      run.go(120);
      const [end, before] = [run.end, run.game.settings.loss];
      on(run, 213);
      const again = same(weights(run), seen.get(333));
      run.go(50);
      const then = run.game.settings.loss;
      run.change({ ...run.game.settings, rateD: 0.05 });
      on(run, 10);
      const cut = [run.end, run.losses.at(-1).tick, run.measures.at(-1).tick];
      return { back, kept, end, before, then, again, other: same(weights(run), seen.get(60)), cut };"""
    told = play(laboratory, code)
    assert told["back"] == [333, 1, 99, 100, 101, 150, 151, 152, 153, 250, 0]
    assert told["kept"] <= 21
    assert (told["end"], told["before"], told["then"]) == (333, "relativistic", "non_saturating")
    assert told["again"] is False, "half steps after the tick gone back to were given up"
    assert told["other"] is False
    assert told["cut"] == [60, 60, 0]


def test_a_change_of_shape_begins_anew(laboratory: Laboratory) -> None:
    code = """const run = on(await opened({}), 3);
      const changes = [{ g: [16] }, { data: "ring" }, { batch: 64 }, { k: 3 }, { loss: "hinge" }];
      return changes.map((change) => run.change({ ...run.game.settings, ...change }));"""
    assert play(laboratory, code) == [False, False, False, True, True]


def test_settings_of_a_stranger_are_brought_within_bounds(laboratory: Laboratory) -> None:
    wild = {
        "data": "<b>",
        "g": [1000, -4, "x", 3, 3, 3, 3, 3],
        "d": "no",
        "rateD": "1e9",
        "beta1D": -1,
        "batch": 100,
        "seed": -3.2,
        "k": "4",
        "loss": None,
    }
    told = play(laboratory, "return settled(job);", wild | {"drawn": [[9, 0], ["a", 1], [0.5, -0.5]]})
    assert told["data"] == "eight"
    assert told["g"] == [64, 2, 3, 3, 3]
    assert (told["d"], told["rateD"], told["beta1D"], told["batch"], told["seed"], told["k"]) == ([32, 32], 1, 0, 128, 0, 4)
    assert told["loss"] == "non_saturating"
    np.testing.assert_allclose(told["drawn"], [[1.5, 0], [0.5, -0.5]], atol=0.006)


@pytest.mark.parametrize("name", ["gaussian", "line", "ring", "eight", "grid", "moons", "spiral", "blobs", "bell", "two"])
def test_the_exact_density_is_that_of_the_samples(laboratory: Laboratory, name: str) -> None:
    """A chi-squared test of 40,000 drawn points on the cells where 10 or more are to be expected."""
    code = """const set = SETS[job], n = 40000, points = new Float32Array(set.dims * n);
      draw(set, new Random(3), points, 0, n);
      const { dims, centres, spread } = set;
      return { points: Array.from(points), dims, masses: Array.from(masses(set, 24)), centres, spread };"""
    told = play(laboratory, code, name)
    points = np.array(told["points"]).reshape(told["dims"], -1)
    counts, *_ = np.histogramdd(points.T, bins=24, range=[(-1.6, 1.6)] * told["dims"])
    expected = np.array(told["masses"]).reshape([24] * told["dims"]).T * points.shape[1]
    assert expected.sum() / points.shape[1] > 0.98
    often = expected >= 10
    assert (
        stats.chisquare(
            np.append(counts[often], counts[~often].sum()), np.append(expected[often], expected[~often].sum()), sum_check=False
        ).pvalue
        > 1e-4
    )
    edges = np.linspace(-1.6, 1.6, 25)
    one = [np.diff(stats.norm.cdf(edges, told["centres"][0][i], told["spread"])) for i in range(told["dims"])]
    many = [[np.diff(stats.norm.cdf(edges, centre[i], told["spread"])) for i in range(told["dims"])] for centre in told["centres"]]
    assert len(one) == told["dims"]
    exact = np.mean([each[0] if told["dims"] == 1 else np.outer(each[1], each[0]) for each in many], 0).reshape(-1)
    np.testing.assert_allclose(told["masses"], exact, atol=2e-7)


def test_divergences_of_a_known_generator(laboratory: Laboratory) -> None:
    """Samples of a shifted Gaussian against N(centre, 0.35): KL has a closed form, JS is integrated; both within the floor and 0.02."""
    code = """const run = await opened({ data: "gaussian" });
      const { data } = run.game, n = 40960, points = new Float32Array(2 * n);
      draw({ ...data, centres: [[data.centres[0][0] - 0.3, data.centres[0][1]]] }, new Random(5), points, 0, n);
      const cells = 12, p = masses(data, cells), q = new Float64Array(cells * cells);
      for (let c = 0; c < n; c++) {
        const [i, j] = [points[c], points[n + c]].map((x) => Math.floor((x + 1.6) / 3.2 * cells));
        if (i >= 0 && i < cells && j >= 0 && j < cells) q[j * cells + i] += 1 / n;
      }
      return { ...divergences(Array.from(p), Array.from(q), n), p: Array.from(p) };"""
    told = play(laboratory, code)
    x = np.linspace(-4, 4, 4001)
    p, q = stats.norm.pdf(x, 0, 0.35), stats.norm.pdf(x, -0.3, 0.35)
    half = (p + q) / 2
    js = np.trapezoid(0.5 * stats_log(p, half) + 0.5 * stats_log(q, half), x)
    assert told["js"] == pytest.approx(js, abs=0.02)
    assert told["kl"] == pytest.approx(0.3**2 / (2 * 0.35**2), abs=0.06)


def stats_log(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    return np.where(p > 0, p * np.log(np.maximum(p, 1e-300) / np.maximum(q, 1e-300)), 0)


def test_arrows_are_minus_the_gradient_of_the_chosen_loss(laboratory: Laboratory) -> None:
    """By differences: the first layer of D sees the point moved along its arrow; L_G of that point falls by the arrow's length."""
    code = """const { generator, LOSSES } = await engine("losses");
      const out = {};
      for (const loss of Object.keys(LOSSES)) {
        const run = on(await opened({ loss }), 40), { game, measure } = run, { heap, D, look } = game;
        const { points, arrows, real } = measure.seen();
        const lossAt = (c, x, y) => {
          const [s, r] = [[x, y], [real[c], real[256 + c]]].map(([a, b]) => {
            heap[look.real.h[0]] = a;
            heap[look.real.h[0] + 256] = b;
            D.forward(look.real);
            return heap[look.real.output];
          });
          return LOSSES[loss].own(LOSSES[loss].paired ? s - r : s);
        };
        const h = 2e-3;
        out[loss] = [0, 50, 200].map((c) => [0, 1].map((row) => {
          const [x, y] = [points[c], points[256 + c]];
          const [up, down] = [h, -h].map((by) => lossAt(c, x + (row ? 0 : by), y + (row ? by : 0)));
          return [arrows[row * 256 + c], -(up - down) / (2 * h)];
        })).flat();
      }
      return out;"""
    for loss, pairs in play(laboratory, code).items():
        arrows, differences = np.array(pairs).T
        assert np.abs(arrows).max() > 1e-4, loss
        np.testing.assert_allclose(arrows, differences, rtol=0.05, atol=2e-3, err_msg=loss)


def test_modes_are_counted_and_unrest_is_seen(laboratory: Laboratory) -> None:
    code = """const run = await opened({}), { measure } = run, n = 4096, fake = (modes) => {
        const set = { ...run.game.data, centres: run.game.data.centres.slice(0, modes) }, points = new Float32Array(2 * n);
        draw(set, new Random(2), points, 0, n);
        return measure.covered(points);
      };
      return [fake(8), fake(3), measure.covered(new Float32Array(2 * n)), (measure.before = null, measure.take(1)), measure.take(2)];"""
    eight, three, none, first, second = play(laboratory, code)
    assert (eight["modes"], three["modes"], none["modes"]) == (8, 3, 0)
    assert eight["good"] > 0.99
    assert none["good"] == 0
    assert first["unrest"] is None or np.isnan(first["unrest"])
    assert second["unrest"] < 0.1, "the same generator, other points"
    assert 0 <= first["js"] <= np.log(2)


def test_the_way_back_may_be_interrupted_and_starts_from_where_one_is(laboratory: Laboratory) -> None:
    """In slices of one step each, and onwards from a nearer state than the last one kept."""
    code = """
      const run = await opened({ g: [8], d: [8], batch: 16 });
      run.every = 100;
      const seen = new Map();
      for (let i = 0; i < 260; i++) (run.advance(), seen.set(run.tick, weights(run)));
      const slices = (tick) => {
        run.aim(tick);
        let count = 0;
        while (!run.approach(() => count > 0 && count % 2 === 0 && (count += 1))) count += 1;
        return [run.tick, same(weights(run), seen.get(tick))];
      };
      const first = slices(130);
      const restored = [];
      const { restore } = run.game;
      run.game.restore = (state) => (restored.push(1), restore.call(run.game, state));
      const onward = slices(150), counted = restored.length, back = slices(120);
      return { first, onward, counted, back, all: restored.length };"""
    told = play(laboratory, code)
    assert told == {"first": [130, True], "onward": [150, True], "counted": 0, "back": [120, True], "all": 1}


def test_a_long_run_uses_the_room_of_states_it_gave_up(laboratory: Laboratory) -> None:
    code = """
      const run = await opened({ g: [4], d: [4], batch: 16 });
      run.most = 20;
      const rooms = new Set();
      const counts = [];
      for (let i = 0; i < 3000; i++) {
        run.advance();
        for (const { state } of run.states) rooms.add(state.weights);
        if (i === 999 || i === 2999) counts.push(rooms.size);
      }
      run.go(500);
      on(run, 1500);
      for (const { state } of run.states) rooms.add(state.weights);
      return [...counts, rooms.size, new Set(run.states.map(({ state }) => state.weights)).size === run.states.length];"""
    early, late, after, apart = play(laboratory, code)
    assert early == late == after == 21
    assert apart, "no two states share their room"


def test_weights_beyond_all_numbers_are_noticed_and_not_called_rest(laboratory: Laboratory) -> None:
    code = """
      const run = await opened({ optimizer: "sgd", rateD: 1, rateG: 1 });
      const before = run.game.lost();
      on(run, 3000);
      const after = run.game.lost(), unrest = run.measures.at(-1).unrest;
      run.go(0);
      return [before, after, Number.isNaN(unrest), run.game.lost()];"""
    assert play(laboratory, code) == [False, True, True, False]


@pytest.mark.parametrize("name", ["eight", "two"])
def test_floors_are_what_other_real_points_get(laboratory: Laboratory, name: str) -> None:
    code = """
      const run = await opened({ data: job }), { measure } = run, { data } = run.game, n = 4096, rows = [];
      const { shares } = await engine("measure");
      for (const seed of [100, 101, 102, 103]) {
        const points = new Float32Array(data.dims * n);
        draw(data, new Random(seed), points, 0, n);
        rows.push(divergences(measure.p, shares(points, data.dims, measure.cells), n));
      }
      return { floor: measure.floor, rows, start: run.measures[0] };"""
    told = play(laboratory, code, name)
    for measure in ("kl", "js"):
        floor, others = told["floor"][measure], [row[measure] for row in told["rows"]]
        assert 0.6 * min(others) < floor < 1.6 * max(others), measure
        assert told["start"][measure] > 5 * floor, measure
    assert 0 < told["floor"]["unrest"] < 0.1


@pytest.mark.parametrize("name", ["eight", "two"])
def test_a_density_to_look_at_keeps_the_mass_and_its_place(laboratory: Laboratory, name: str) -> None:
    code = """
      const run = await opened({ data: job }), { measure } = run, one = new Float64Array(measure.p.length);
      const at = run.game.data.dims === 2 ? 20 * 48 + 30 : 60;
      one[at] = 1;
      const { p } = measure, [spot, soft, q] = [one, p, measure.counted()].map((shares) => Array.from(measure.soft(shares)));
      return { at, spot, p: Array.from(p), soft, q };"""
    told = play(laboratory, code, name)
    bell = np.array([1, 4, 6, 4, 1]) / 16
    spot = np.array(told["spot"])
    if name == "eight":
        spot, bell = spot.reshape(48, 48)[18:23, 28:33], np.outer(bell, bell)
    else:
        spot = spot[told["at"] - 2 : told["at"] + 3]
    np.testing.assert_allclose(spot, bell, atol=1e-7)
    assert sum(told["soft"]) == pytest.approx(sum(told["p"][:-1]), abs=1e-3)
    assert 0.5 < sum(told["q"]) <= 1 + 1e-6
    assert len(told["q"]) == len(told["p"]) - 1


@pytest.mark.slow
def test_collapse_and_cure_in_nine_of_ten_seeds(laboratory: Laboratory) -> None:
    code = """const ends = [];
      for (let seed = 1; seed <= 10; seed++) {
        const run = on(await opened({ ...job, seed }), 5000);
        ends.push(run.measures.filter(({ tick }) => tick > 4000).map(({ modes }) => modes));
      }
      return ends;"""
    wild = play(laboratory, code, {"rateD": 0.003, "rateG": 0.03, "beta1D": 0.9, "beta1G": 0.9})
    calm = play(laboratory, code, {"rateD": 0.001, "rateG": 0.001, "beta1D": 0, "beta1G": 0, "r1": 1})
    assert sum(max(modes) <= 4 for modes in wild) >= 9, wild
    assert sum(min(modes) >= 7 for modes in calm) >= 9, calm
