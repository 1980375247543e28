"""Prosody by poems whose tones and rhymes were checked by hand."""

from __future__ import annotations

import pytest

from ganapp.models.alphabet import EITHER, FORMS, LEVEL, OBLIQUE
from ganapp.writing import corpus, prosody

# Zhang Ji: 平平 begins? 月落 is oblique; line 1 rhymes (天 眠 船, rhyme an).
MOORING = "月落烏啼霜滿天江楓漁火對愁眠姑蘇城外寒山寺夜半鐘聲到客船"
# Li Bai: 朝辭 is level; 間 還 山.
BAIDI = "朝辭白帝彩雲間千里江陵一日還兩岸猿聲啼不住輕舟已過萬重山"
# Wang Wei: 獨在 is oblique, line 1 ends in 客 (oblique); 親 人.
HEIGHTS = "獨在異鄉爲異客每逢佳節倍思親遙知兄弟登高處遍插茱萸少一人"


def tokens(poem: str) -> list[int]:
    return corpus.shipped_alphabet().tokens(poem)


@pytest.mark.parametrize(("poem", "form"), [(MOORING, "oblique_rhymed"), (BAIDI, "level_rhymed")])
def test_the_form_of_a_known_poem(poem: str, form: str) -> None:
    assert FORMS[prosody.form_of(tokens(poem), corpus.shipped_alphabet())] == form


@pytest.mark.parametrize("poem", [MOORING, BAIDI])
def test_regulated_poems_keep_every_rule(poem: str) -> None:
    kept = prosody.measure(tokens(poem), corpus.shipped_alphabet())
    assert kept == prosody.Prosody(True, True, True, True)


def test_a_poem_that_was_mixed_up_breaks_rules() -> None:
    first, second, third, fourth = prosody.lines(MOORING)
    turned = tokens("".join([second, first, third, fourth]))  # 天 and 船 still rhyme, but the couplets no longer adhere
    kept = prosody.measure(turned, corpus.shipped_alphabet())
    assert kept.rhyme
    assert not kept.adhesion
    apart = tokens("".join([first, third, second, fourth]))  # 寺 does not rhyme with 船
    assert not prosody.measure(apart, corpus.shipped_alphabet()).rhyme


def test_a_first_line_alone_tells_the_form() -> None:
    known = corpus.shipped_alphabet()
    assert FORMS[prosody.form_of(known.tokens(MOORING[:7]), known)] == "oblique_rhymed"
    assert FORMS[prosody.form_of(known.tokens("姑蘇城外寒山寺"), known)] == "level"


def test_the_pattern_of_a_form() -> None:
    rows = prosody.pattern(FORMS.index("oblique_rhymed"))
    assert [row[1] for row in rows] == [OBLIQUE, LEVEL, LEVEL, OBLIQUE]
    assert rows[0] == [EITHER, OBLIQUE, EITHER, LEVEL, EITHER, OBLIQUE, LEVEL]
    assert [row[-1] for row in prosody.pattern(FORMS.index("level"))] == [OBLIQUE, LEVEL, OBLIQUE, LEVEL]


def test_the_shipped_poems_keep_the_rules_as_often_as_is_known() -> None:
    found = prosody.shares(corpus.poems("test"), corpus.shipped_alphabet())
    assert {name: round(share, 3) for name, share in found.items()} == {
        "rhyme": 0.87,
        "level": 0.942,
        "adhesion": 0.888,
        "alternate": 0.754,
    }
