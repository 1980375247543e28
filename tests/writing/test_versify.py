"""English stanzas: the measures by hand, where a writer stands, and drafts as they were asked for."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.models.lexicon import LETTERS, SCHEMES
from ganapp.models.versifier import Versifier
from ganapp.writing import metre, stanzas, versify
from ganapp.writing.metre import ANY, Stand
from ganapp.writing.versify import Wish
from tests.support import tinystanzas

KNOWN = tinystanzas.known()


def lines(text: str) -> list[list[int]]:
    return [KNOWN.tokens(line) for line in text.split(" | ")]


def test_a_line_is_printed_as_people_write_it() -> None:
    assert KNOWN.text(KNOWN.tokens("god and i . the moon -- bright")) == "God and I. The moon — bright"
    with pytest.raises(UserError) as caught:
        KNOWN.tokens("the qwerty moon")
    assert caught.value.key == "unknown_words"


def test_measures_by_hand() -> None:
    four = lines(tinystanzas.FIRST)
    assert metre.beats(four[0], KNOWN) == ". 10 . 01 . ."
    assert [metre.in_metre(line, 8, KNOWN) for line in four] == [True, True, True, False]  # the last one has seven syllables
    assert metre.in_metre(KNOWN.tokens("a golden golden moon"), 6, KNOWN)
    assert not metre.in_metre(KNOWN.tokens("the moon golden the moon"), 6, KNOWN)  # a stress on the third place
    assert metre.in_metre(KNOWN.tokens("golden the moon"), 4, KNOWN)  # a turned first foot
    assert metre.scheme_of(four, KNOWN) == "AABB"
    assert metre.marked(four, KNOWN) == ["A", "A", "B", "B"]
    assert metre.scheme_of(lines(tinystanzas.SECOND), KNOWN) == "ABAB"
    assert metre.measure(four, 0, SCHEMES.index("ABAB"), KNOWN) == metre.Kept(False, False)
    day = KNOWN.places["day"]
    assert not KNOWN.rhyming(day, day)  # the same word is no rhyme
    assert not KNOWN.rhyming(KNOWN.places["moon"], KNOWN.places["wind"])  # no rhyme with a number of its own


def test_where_a_writer_stands() -> None:
    text = metre.written(lines(tinystanzas.FIRST), KNOWN)
    stand = Stand(KNOWN, np.array([[3, ANY, ANY, ANY]]))
    assert stand.where().tolist() == [[4, 0, 0, KNOWN.rhymes, ANY]]
    stand.choose(np.array([0]), np.array([SCHEMES.index("AABB")]))
    assert stand.where().tolist() == [[0, 0, 8, KNOWN.rhymes, 3]]
    for token in text[: text.index(KNOWN.end) + 1]:
        stand.push(np.array([token]))
    assert stand.where().tolist() == [[1, 0, 8, 0, ANY]]  # the second line is to rhyme with "grey"
    stand.push(np.array([KNOWN.places["away"]]))
    assert stand.where().tolist() == [[1, 2, 6, KNOWN.rhymes, ANY]]
    assert metre.lines(text, KNOWN) == lines(tinystanzas.FIRST)


@pytest.fixture(scope="module")
def pen(tmp_path_factory: pytest.TempPathFactory) -> Versifier:
    torch.set_num_threads(1)
    return tinystanzas.pen(tmp_path_factory.mktemp("pen"))


def test_rules_kept_by_force(pen: Versifier) -> None:
    for scheme in range(4):
        drafts = versify.drafts(pen, Wish(strict=True, scheme=scheme, drafts=6, seed=scheme))
        for draft in drafts:
            assert metre.measure(draft.lines, draft.metre, scheme, pen.lexicon) == metre.Kept(True, True)


def test_first_letters_and_a_first_line(pen: Versifier) -> None:
    letters = tuple(LETTERS.index(sign) for sign in "love")
    for draft in versify.drafts(pen, Wish(letters=letters, drafts=4)):
        assert [pen.lexicon.text(line).lstrip("'")[0] for line in draft.lines] == list("LOVE")
    first = tuple(pen.lexicon.tokens("The woods are dark and still at night,"))
    drafts = versify.drafts(pen, Wish(first=first, drafts=3))
    assert all(draft.lines[0] == first for draft in drafts)
    assert {draft.metre for draft in drafts} <= {0, 2}  # eight syllables
    with pytest.raises(UserError) as caught:
        versify.drafts(pen, Wish(first=first, letters=(0, ANY, ANY, ANY)))
    assert caught.value.key == "first_line_letter"


def test_a_draft_follows_from_its_wish_and_the_critic_orders(pen: Versifier) -> None:
    wish = Wish(drafts=4, seed=9, strict=True)
    one, other = (versify.ranked(pen, versify.drafts(pen, wish)) for _ in range(2))
    assert one == other
    assert [draft.score for draft in one] == sorted((draft.score for draft in one), reverse=True)
    assert versify.drafts(pen, dataclasses.replace(wish, seed=10)) != versify.drafts(pen, wish)


def test_the_nearest_line_that_was_read(tmp_path: Path) -> None:
    line = stanzas.poems("train")[100].lines[2]
    near, shared = versify.nearest(line)
    words = {token for token in line if token < len(stanzas.shipped_lexicon())}
    assert shared == len(words)
    assert words <= set(near)


def test_splits_share_no_line() -> None:
    known = len(stanzas.shipped_lexicon())
    splits = {name: {tuple(t for t in line if t < known) for each in stanzas.poems(name) for line in each.lines} for name in stanzas.SPLITS}
    assert not splits["train"] & splits["dev"]
    assert not splits["train"] & splits["test"]
    assert not splits["dev"] & splits["test"]
    held_out = stanzas.rhymed("test")
    kept = [metre.measure(each.lines, each.metre, each.scheme, stanzas.shipped_lexicon()) for each in held_out]
    assert all(each.metre and each.rhyme for each in kept)
