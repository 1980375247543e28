"""Composing: what was asked for is there, the rest follows the seed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganapp.base.errors import UserError
from ganapp.models.writer import Writer
from ganapp.writing import compose, corpus, prosody
from ganapp.writing.compose import Wish
from tests.support import tinyverse


@pytest.fixture(scope="module")
def pen(tmp_path_factory: pytest.TempPathFactory) -> Writer:
    """A small writer with a critic that nobody trained."""
    return tinyverse.pen(tmp_path_factory.mktemp("pen") / "pen")


def test_the_same_wish_gives_the_same_poems_and_another_seed_others(pen: Writer) -> None:
    one = compose.drafts(pen, Wish(drafts=3))
    assert one == compose.drafts(pen, Wish(drafts=3))
    assert one != compose.drafts(pen, Wish(drafts=3, seed=2))
    assert one[:2] == compose.drafts(pen, Wish(drafts=2))
    assert len({draft.poem for draft in one}) == 3


def test_first_characters_stand_where_they_were_asked_for(pen: Writer) -> None:
    known = pen.alphabet
    heads = tuple(known.tokens("春夏秋冬"))
    for draft in compose.drafts(pen, Wish(heads, drafts=4)):
        assert draft.poem[:: prosody.COLUMNS] == heads
    some = (heads[0], None, None, heads[3])
    for draft in compose.drafts(pen, Wish(some, drafts=4)):
        assert (draft.poem[0], draft.poem[21]) == (heads[0], heads[3])


def test_a_first_line_stays_and_settles_form_and_rhyme(pen: Writer) -> None:
    known = pen.alphabet
    line = tuple(known.tokens("月落烏啼霜滿天"))
    for draft in compose.drafts(pen, Wish(first=line, drafts=3)):
        assert draft.poem[:7] == line
        assert (draft.form, known.rhymes[draft.rhyme]) == (3, "an")


def test_a_first_line_and_another_first_character_cannot_be(pen: Writer) -> None:
    line = tuple(pen.alphabet.tokens("月落烏啼霜滿天"))
    with pytest.raises(UserError) as caught:
        compose.drafts(pen, Wish((5, None, None, None), line))
    assert caught.value.key == "first_line_begins"


@pytest.mark.parametrize("form", range(4))
def test_rules_kept_by_force_are_kept_whatever_the_net(pen: Writer, form: int) -> None:
    known = pen.alphabet
    for draft in compose.drafts(pen, Wish(form=form, rhyme=known.rhymes.index("an"), drafts=4, strict=True)):
        kept = prosody.measure(draft.poem, known)
        assert kept == prosody.Prosody(True, True, True, True)
        assert known.rhyme[draft.poem[-1]] == known.rhymes.index("an")
        assert prosody.form_of(draft.poem, known) % 2 == form % 2


def test_the_most_real_draft_comes_first(pen: Writer) -> None:
    found = compose.ranked(pen, compose.drafts(pen, Wish(drafts=6)))
    assert [draft.score for draft in found] == sorted((draft.score for draft in found), reverse=True)
    assert all(len(draft.scores) == 4 for draft in found)


def test_a_score_is_placed_among_those_of_real_poems(pen: Writer) -> None:
    assert [pen.share(score, "lines") for score in (-2.0, -0.5, 0.0, 0.5, 2.0)] == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert pen.share(0.0, "unknown") is None


def test_draws_are_even_and_the_same_everywhere() -> None:
    numbers = np.concatenate([compose.uniform(7, 1000, place) for place in range(20)])
    assert abs(numbers.mean() - 0.5) < 0.01
    assert abs(np.histogram(numbers, 10, (0, 1))[0] / len(numbers) - 0.1).max() < 0.01
    assert [round(number, 6) for number in compose.uniform(1, 3, 0)] == [round(number, 6) for number in GOLDEN]


def test_colder_odds_draw_the_likeliest() -> None:
    scores = torch.tensor([[0.0, 1.0, 3.0, 2.0]])
    free = torch.tensor([True, True, True, True])
    assert compose.drawn(scores, free, 0.01, np.array([0.5])).item() == 2
    assert compose.drawn(scores, torch.tensor([True, True, False, True]), 0.01, np.array([0.5])).item() == 3
    assert compose.drawn(scores, free, 1.0, np.array([0.0])).item() == 0
    assert compose.drawn(scores, free, 1.0, np.array([1 - 2**-32])).item() == 3


def test_the_nearest_line_of_training() -> None:
    line = corpus.poems("train")[5][7:14]
    assert compose.nearest(line)[1] == 7
    changed = (line[0], *line[1:6], (line[6] + 1) % 3000)
    found, shared = compose.nearest(changed)
    assert shared >= 6
    assert sum(a == b for a, b in zip(found, changed, strict=True)) == shared


GOLDEN = (0.35994276, 0.21678283, 0.39772148)
