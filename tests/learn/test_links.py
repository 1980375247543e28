"""The links that the teachers' pages offer, and what comes back out of a link."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ganapp.base import paths
from tests.learn.javascript import Laboratory

DOCS = paths.assets().parent / "docs"
CHAPTERS = ["collapse", "cure", "saturation", "circling", "pictures"]  # in the order in which the pages list them
ROUND = """
const { fromHash, toHash } = await import("/js/learn/link.js");
const { CHAPTERS } = await import("/js/learn/tasks.js");
return job.map((link) => {
  const state = fromHash(link);
  return { back: toHash(state), key: CHAPTERS[state.chapter - 1]?.key, ...state };
});"""
WILD = [
    "chapter=99&data=<b>&g=1000-x&rateD=1e9&seed=-1&views=nothing&pace=7",
    "drawn=!!!&data=drawn",
    "noise=&loss=constructor&unit=__proto__",
]


def links(name: str) -> list[str]:
    return re.findall(r"`#(chapter=[^`]+)`", (DOCS / name).read_text(encoding="utf-8"))


def test_the_five_links_for_teachers_open_the_chapters_they_are_for(laboratory: Laboratory) -> None:
    offered = links("learn.md")
    assert offered == links("learn.zh.md")
    states = laboratory.run(ROUND, offered)
    assert [state["key"] for state in states] == CHAPTERS
    for link, state in zip(offered, states, strict=True):
        given, back = (dict(part.split("=") for part in text.split("&")) for text in (link, state["back"]))
        assert all(given[name] == value for name, value in back.items()), link
        assert {name for name in given if name not in back} <= {"data", "views"}, "only what is the standard may be left out"


def test_every_setting_goes_through_a_link(laboratory: Laboratory) -> None:
    state: dict[str, Any] = {
        "settings": {
            **laboratory.run('return (await engine("settings")).DEFAULTS;'),
            **{"data": "drawn", "drawn": [[1.5, -1.5], [0, 0], [0.5 * 127 / 127, 1.5 / 127]], "noise": "uniform", "dims": 1},
            **{"g": [2, 64, 7, 8, 9], "d": [64], "unit": "swish", "loss": "relativistic", "r1": 0.03, "r2": 100, "gp": 0.5},
            **{"optimizer": "sgd", "rateD": 0.00001, "rateG": 0.37, "beta1D": 0.999, "beta1G": 0, "beta2D": 0.9, "beta2G": 0.5},
            **{"k": 10, "ema": 0.9999, "batch": 512, "seed": 4294967295},
        },
        "views": ["density", "best"],
        "chapter": 3,
        "pace": 10,
    }
    code = """const { fromHash, toHash } = await import("/js/learn/link.js");
      const link = toHash(job), state = fromHash(link);
      return { link, state, again: toHash(state) };"""
    told = laboratory.run(code, state)
    drawn = told["state"]["settings"].pop("drawn")
    assert drawn == [pytest.approx(point, abs=0.006) for point in state["settings"].pop("drawn")]
    assert {name: told["state"][name] for name in state} == state
    assert told["again"] == told["link"]


def test_a_chapter_named_alone_brings_its_own_experiment(laboratory: Laboratory) -> None:
    """And one whose experiment was set back to the standard settings is not named alone."""
    code = """const { fromHash, toHash } = await import("/js/learn/link.js"), { CHAPTERS } = await import("/js/learn/tasks.js");
      const { settled } = await engine("settings"), standard = { settings: settled(), views: ["points", "field"], pace: 0 };
      return CHAPTERS.map(({ settings, views }, i) => {
        const alone = fromHash(`#chapter=${i + 1}`), back = fromHash(toHash({ ...standard, chapter: i + 1 }));
        return [alone, { ...alone, settings: settled(settings), views, chapter: i + 1 }, back, { ...back, ...standard, chapter: i + 1 }];
      });"""
    for alone, expected, back, standard in laboratory.run(code):
        assert alone == expected
        assert back == standard


@pytest.mark.parametrize(("link", "said"), [("", False), ("#main", False), ("#pace=10", True), ("#views=none", True), ("#chapter=2", True)])
def test_what_is_no_link_says_nothing(laboratory: Laboratory, link: str, said: bool) -> None:
    code = 'return (await import("/js/learn/link.js")).fromHash(job).said;'
    assert laboratory.run(code, link) is said


def test_links_of_strangers_give_possible_states(laboratory: Laboratory) -> None:
    states = laboratory.run(ROUND, WILD)
    for state in states:
        assert state["settings"]["data"] == "eight"
        assert 1 <= len(state["settings"]["g"]) <= 5
        assert all(2 <= size <= 64 for size in state["settings"]["g"])
        assert 0 < state["settings"]["rateD"] <= 1
        assert (state["settings"]["loss"], state["settings"]["unit"]) == ("non_saturating", "leaky")
