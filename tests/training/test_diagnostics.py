"""The collapse meter: every measure by hand, and lamps that stay off for real pictures and go on for spoilt ones."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.base.locales import text
from ganapp.digits import idx
from ganapp.models import catalog
from ganapp.training.data import sets
from ganapp.training.data.sets import Pictures, Selection
from ganapp.training.health import advice, diagnoses, witness
from ganapp.training.health.doctor import Doctor
from ganapp.training.health.view import Real, Reference, Set, View, nearest, pairs_apart, shares

MEASURES = diagnoses.diagnoses()


def a_set(values: list[float], modes: list[int]) -> Set:
    column = np.array(values, np.float32)[:, None]
    return Set(column, column, np.array(modes))


def a_view(made: Set, real: Set | None = None, **more: Any) -> View:
    real = real or a_set([0, 1, 2, 3, 10, 11, 12, 13], [0, 0, 0, 0, 1, 1, 1, 1])
    frequencies = shares(real.modes, 4) + 1e-3
    reference = Reference.of(real, frequencies / frequencies.sum(), real.pixels, real.pixels)
    return View(made, reference, more.pop("turns", np.zeros((0, 4))), **more)


def measured(name: str, view: View) -> Any:
    return MEASURES[name].measure(view)


def test_all_measures_have_words_advice_and_a_sound_threshold() -> None:
    expected = {"modes_covered", "entropy", "divergence", "pair_diversity", "duplicates", "recall", "coverage", "oscillation", "memorising"}
    assert set(MEASURES) == expected | {"critic"}
    for name, module in MEASURES.items():
        assert module.BETTER in ("higher", "lower")
        assert set(module.ADVICE) <= set(advice.CHANGES)
        assert module.ADVICE
        for language in ("en", "zh"):
            assert all(text(f"diagnostics.{name}.{part}", language) for part in ("name", "well", "ill"))
        if name != "critic":
            line = module.threshold(Real(0.9, 0.001))
            assert line < 0.9 if module.BETTER == "higher" else line > 0.9
            wide = module.threshold(Real(0.9, 10.0))
            assert abs(wide - 0.9) == pytest.approx(40)


def test_modes_entropy_and_divergence_by_hand() -> None:
    view = a_view(a_set([0, 0, 0, 0], [0, 0, 0, 1]))
    assert measured("modes_covered", view) == 2
    assert measured("entropy", view) == pytest.approx((0.75 * math.log(4 / 3) + 0.25 * math.log(4)) / math.log(4))
    q = view.reference.frequencies
    assert measured("divergence", view) == pytest.approx(0.75 * math.log(0.75 / q[0]) + 0.25 * math.log(0.25 / q[1]))
    one = a_view(a_set([0, 0], [3, 3]))
    assert measured("entropy", one) == 0
    assert measured("divergence", one) == pytest.approx(math.log(1 / q[3]))


def test_pair_diversity_by_hand() -> None:
    # Real: two modes of 0, 1, 2, 3: mean distance of pairs (3 * 1 + 2 * 2 + 3) / 6 = 10/6.
    real = a_set([0, 1, 2, 3, 10, 11, 12, 13], [0, 0, 0, 0, 1, 1, 1, 1])
    assert pairs_apart(real) == pytest.approx(10 / 6)
    made = a_view(a_set([5, 6, 20, 21], [0, 0, 1, 1]), real)
    assert measured("pair_diversity", made) == pytest.approx(0.6)
    assert measured("pair_diversity", a_view(a_set([5, 5, 9, 9], [0, 0, 1, 1]), real)) == 0
    assert pairs_apart(a_set([0, 1, 2], [0, 1, 2])) == pytest.approx(4 / 3)  # no two of a mode: any pairs


def test_duplicates_by_hand() -> None:
    view = a_view(a_set([0, 0.1, 5, 9], [0, 0, 0, 0]))  # real ones are 1 apart
    assert view.reference.near == pytest.approx(1)
    assert measured("duplicates", view) == 0.5


def test_memorising_by_hand() -> None:
    assert measured("memorising", a_view(a_set([0.5, 1.5, 11.5], [0, 0, 1]))) == pytest.approx(0.5)
    assert measured("memorising", a_view(a_set([0, 1, 12], [0, 0, 1]))) == 0
    real = a_set([0, 1, 2, 3], [0, 0, 0, 0])
    assert measured("memorising", a_view(real, real, copies=True)) == pytest.approx(1)
    assert nearest(np.array([[0.2]], np.float32), np.array([[0.0], [1.0]], np.float32)).tolist() == pytest.approx([0.2])


def test_oscillation_by_hand() -> None:
    made = a_set([0, 1], [0, 1])
    assert measured("oscillation", a_view(made, turns=np.array([[1.0, 0, 0, 0], [0, 1, 0, 0]]))) is None
    taking_turns = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0]])
    assert measured("oscillation", a_view(made, turns=taking_turns)) == pytest.approx(1)
    steady = np.array([[0.5, 0.5, 0, 0]] * 3)
    assert measured("oscillation", a_view(made, turns=steady)) == 0


def test_recall_coverage_and_critic() -> None:
    random = np.random.default_rng(0)
    real = Set(*[random.normal(size=(60, 4)).astype(np.float32)] * 2, np.zeros(60, int))
    same = Set(*[random.normal(size=(60, 4)).astype(np.float32)] * 2, np.zeros(60, int))
    far = Set(same.pixels + 50, same.features + 50, same.modes)
    assert measured("recall", a_view(same, real)) > 0.7
    assert measured("coverage", a_view(same, real)) > 0.7
    assert measured("recall", a_view(far, real)) == measured("coverage", a_view(far, real)) == 0
    assert measured("critic", a_view(same, real, certainty=0.99)) == 0.99
    assert measured("critic", a_view(same, real)) is None
    assert MEASURES["critic"].threshold(Real(0, 0)) == 0.98


def test_real_values_make_thresholds() -> None:
    real = Real.of([0.9, 0.92, 0.94])
    assert real.mean == pytest.approx(0.92)
    assert real.spread == pytest.approx(0.02)
    assert real.below(0.01) == pytest.approx(0.84)
    assert real.above(0.5) == pytest.approx(1.42)


@pytest.fixture(scope="module")
def digits() -> Pictures:
    """2,000 real digits, judged by their classes and not by a net."""
    torch.set_num_threads(1)
    held = idx.load("mnist", "test")
    pictures = torch.from_numpy(held.pictures[:2000].copy()).unsqueeze(1)
    return Pictures(pictures, torch.from_numpy(held.labels[:2000].copy()), tuple("0123456789"), {"en": "Digits"})


def seen(doctor: Doctor, x: torch.Tensor, certainty: float | None = 0.7) -> set[str]:
    return {name for name, told in doctor.examine(x, x, certainty).items() if told["ill"]}


@pytest.fixture(scope="module")
def others() -> torch.Tensor:
    """1,000 real digits that the data set does not hold, in [-1, 1]."""
    return torch.from_numpy(idx.load("mnist", "test").pictures[4000:5000].copy()).unsqueeze(1).float() / 127.5 - 1


@pytest.mark.parametrize("classes", [True, False])
def test_new_real_pictures_light_no_lamp(digits: Pictures, others: torch.Tensor, classes: bool) -> None:
    data = digits if classes else dataclasses.replace(digits, labels=None, classes=())
    doctor = Doctor(data, seed=1)
    for part in others.split(500):
        assert seen(doctor, part) == set()


def test_spoilt_pictures_light_their_lamps(digits: Pictures, others: torch.Tensor) -> None:
    labels = torch.from_numpy(idx.load("mnist", "test").labels[4000:5000].copy())
    few, one = others[labels < 4], others[labels == 3][:1]
    twins = torch.cat([others[:50]] * 10)
    right = witness.witness(digits, torch.Generator().manual_seed(0)).look(others)[1] == labels
    same_way = torch.cat([others[right & (labels == c)][:1].expand(50, -1, -1, -1) for c in range(10)])
    noisy = same_way + 0.02 * torch.randn(500, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    by_heart = digits.at(torch.arange(500))[0]

    doctor = Doctor(digits, seed=1)

    def lamps(x: torch.Tensor, certainty: float = 0.7) -> set[str]:
        doctor.turns.clear()
        return seen(doctor, x[torch.arange(500) % len(x)] if len(x) < 500 else x[:500], certainty)

    assert {"modes_covered", "entropy", "divergence"} <= lamps(few)
    assert {"modes_covered", "entropy", "divergence", "pair_diversity", "duplicates", "recall", "coverage"} <= lamps(one)
    assert "duplicates" in lamps(twins)
    assert {"pair_diversity", "recall", "coverage"} <= lamps(noisy)
    assert not {"modes_covered", "entropy", "divergence"} & lamps(noisy)  # collapsed within every class: classes alone say nothing
    assert "memorising" in lamps(by_heart)
    assert "memorising" not in lamps(others[:500])
    assert "critic" in lamps(others[:500], 0.995)


def test_classes_that_take_turns_are_noticed(digits: Pictures, others: torch.Tensor) -> None:
    labels = torch.from_numpy(idx.load("mnist", "test").labels[4000:5000].copy())
    low, high, doctor = others[labels < 5], others[labels >= 5], Doctor(digits, seed=1)
    told: dict[str, Any] = {}
    for raw in (low, high, low, high):
        told = doctor.examine(others[:500], raw, 0.7)
    assert told["oscillation"]["ill"]
    assert told["oscillation"]["value"] > 0.7
    assert not told["modes_covered"]["ill"]
    again = Doctor(digits, seed=1)
    again.remember(list(doctor.turns))
    assert again.examine(others[:500], low, 0.7)["oscillation"]["ill"]


def test_a_diagnosis_draws_no_random_number_of_the_run(digits: Pictures, others: torch.Tensor) -> None:
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    Doctor(digits, seed=1).examine(others[:500], others[:500], None)
    assert torch.equal(torch.rand(4), expected)


def test_small_data_sets_can_be_diagnosed(digits: Pictures) -> None:
    tiny = dataclasses.replace(digits, pictures=digits.pictures[:16], labels=None, classes=())
    doctor = Doctor(tiny, seed=0)
    assert doctor.samples == 8
    x = tiny.at(torch.arange(8))[0]
    told = doctor.examine(x, x, None)
    assert told["memorising"]["ill"]
    assert all(math.isfinite(entry["value"]) for entry in told.values())


def test_the_judge_names_digits_and_stacks() -> None:
    held = idx.load("mnist", "test")
    x = torch.nn.functional.pad(torch.from_numpy(held.pictures[:60].copy()).unsqueeze(1).float() / 127.5 - 1, (2, 2, 2, 2), value=-1.0)
    data = sets.load("mnist", Selection(32, 1))
    single = witness.witness(data, torch.Generator())
    assert isinstance(single, witness.Judged)
    features, modes = single.look(x)
    assert (modes.numpy() == held.labels[:60]).mean() > 0.95
    stacked = witness.Judged(single.judge, stacked=True)
    three, numbers = stacked.look(x.view(20, 3, 32, 32))
    assert three.shape == (20, 3 * features.shape[1])
    assert numbers.tolist() == (modes.view(20, 3) * torch.tensor([100, 10, 1])).sum(1).tolist()


def test_without_the_judge_digits_are_told_apart_all_the_same(monkeypatch: pytest.MonkeyPatch, digits: Pictures) -> None:
    def gone(*_: Any) -> None:
        raise UserError("unknown_model", model="digits-judge", known="-")

    monkeypatch.setattr(catalog, "load", gone)
    found = witness.witness(dataclasses.replace(digits, judge="digits-judge"), torch.Generator().manual_seed(0))
    assert isinstance(found, witness.Plain)
    held = idx.load("mnist", "test")
    x = torch.from_numpy(held.pictures[6000:6300].copy()).unsqueeze(1).float() / 127.5 - 1
    assert (found.look(x)[1].numpy() == held.labels[6000:6300]).mean() > 0.8
    with pytest.raises(UserError):
        witness.witness(dataclasses.replace(digits, judge="digits-judge", stacked=True), torch.Generator())


def test_cells_find_the_heaps() -> None:
    random = torch.Generator().manual_seed(0)
    heaps = torch.tensor([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    points = (heaps[:, None] + 0.1 * torch.randn(3, 50, 2, generator=random)).view(-1, 2)
    tries = [torch.cdist(heaps, witness.cells(points, 3, torch.Generator().manual_seed(s))).amin(1).max() for s in range(5)]
    assert min(tries) < 0.1
