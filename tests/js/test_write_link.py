"""assets/js/write: a link holds what was asked of a poem, whatever it says; the plot's rows."""

from __future__ import annotations

import json

from ganapp.models.alphabet import FORMS
from ganapp.tasks import write
from ganapp.writing import corpus
from tests.support import node

pytestmark = node.needed


def printed(script: str) -> object:
    return node.printed(f"import * as link from {json.dumps(node.address('write/link.js'))};\n{script}")


def test_a_link_comes_back_as_it_was() -> None:
    wish = {"heads": "春*秋冬", "first": "", "rhyme": "ang", "form": "level_rhymed", "temperature": 1.05, "drafts": 4}
    wish |= {"strict": True, "script": "traditional", "seed": 4294967295, "model": "own-mine-1a2b"}
    assert printed(f"console.log(JSON.stringify(link.fromHash('#' + link.toHash({json.dumps(wish)}))))") == wish


def test_a_link_that_says_nonsense_is_bounded() -> None:
    hashes = ["", "#x=1", "#seed=-5&temperature=99&drafts=1e9&rhyme=zz&form=<b>&script=x&strict=1&model=a/b&heads=" + "a" * 50]
    none, other, bounded = printed(f"console.log(JSON.stringify({json.dumps(hashes)}.map(link.fromHash)))")  # type: ignore[misc]
    assert none is None
    assert other is None
    assert bounded == {
        "heads": "a" * 12,
        "first": "",
        "rhyme": "",
        "form": "",
        "temperature": 1.5,
        "drafts": 64,
        "strict": False,
        "script": "simplified",
        "seed": 0,
        "model": "write-quatrains",
    }


def test_the_page_offers_what_the_task_takes() -> None:
    found = printed("console.log(JSON.stringify([link.RHYMES, link.FORMS, link.START]))")
    assert found[0] == list(corpus.shipped_alphabet().rhymes)  # type: ignore[index]
    assert found[1] == list(FORMS)  # type: ignore[index]
    start = write.Request()
    assert found[2] == {name: getattr(start, name) for name in found[2]}  # type: ignore[index]


def test_rows_of_the_plot() -> None:
    module = json.dumps(node.address("write/plot.js"))
    table = [
        {"method": "real", "temperature": 0, "samples": 5, "self_bleu": 0.1, "rhyme": 0.9},
        {"method": "pen", "temperature": 0.8, "samples": 5, "self_bleu": 0.2, "rhyme": 0.8},
        {"method": "game", "temperature": 0.8, "samples": 5, "self_bleu": 0.3, "rhyme": 0.7},
        {"method": "best_of_16", "temperature": 0.8, "samples": 2, "rhyme": 0.7},
        {"method": "upper_half", "temperature": 0.8, "samples": 0},
    ]
    script = f"import {{ series }} from {module}; console.log(JSON.stringify(series({json.dumps(table)}, 'rhyme', 'pen')))"
    rows = node.printed(script)
    assert [(row["name"], row["css"], len(row["points"])) for row in rows] == [
        ("real", "r", 1),
        ("pen", "a", 1),
        ("game", "b", 1),
        ("upper_half", "c", 0),
    ]
    assert rows[1]["points"] == [{"x": 0.2, "y": 0.8, "temperature": 0.8}]


def test_names_in_the_plot_stand_apart() -> None:
    """Inside the plot, over no other name and no dot, also where rows end at the same place or at the edge."""
    module = json.dumps(node.address("write/plot.js"))
    rows = [
        {"css": "a", "text": "ranker, after the game", "ends": [{"x": 208, "y": 30}]},
        {"css": "b", "text": "generator, after the game", "ends": [{"x": 686, "y": 76}]},
        {"css": "c", "text": "likelihood alone", "ends": [{"x": 152, "y": 40}]},
        {"css": "r", "text": "真诗", "ends": [{"x": 158, "y": 48}]},
    ]
    dots = [dot for row in rows for dot in row["ends"]]
    width = 744
    placed = node.printed(
        f"import {{ named }} from {module}; console.log(JSON.stringify(named({json.dumps(rows)}, {json.dumps(dots)}, {width})))"
    )
    assert [name["css"] for name in placed] == ["a", "b", "c", "r"]
    for i, name in enumerate(placed):
        assert name["left"] >= 0
        assert name["right"] <= width
        apart = [
            (
                other["right"] <= name["left"]
                or other["left"] >= name["right"]
                or other["bottom"] <= name["top"]
                or other["top"] >= name["bottom"]
            )
            for other in placed[:i]
        ]
        assert all(apart), name
        assert not [dot for dot in dots if name["left"] < dot["x"] < name["right"] and name["top"] < dot["y"] < name["bottom"]], name


@node.needed
def test_a_name_without_room_at_one_end_of_its_row_stands_at_the_other() -> None:
    """As on a phone, where two rows begin at one place; and lines between dots count."""
    module = json.dumps(node.address("write/plot.js"))
    ranker, alone = [{"x": 100, "y": 30}, {"x": 150, "y": 230}], [{"x": 102, "y": 32}, {"x": 104, "y": 200}]
    row = [{"css": "a", "text": "ranker, after the game", "ends": ranker}, {"css": "c", "text": "likelihood alone", "ends": alone}]
    script = f"""import {{ named, strewn }} from {module};
      const dots = [...strewn({json.dumps(ranker)}), ...strewn({json.dumps(alone)})];
      console.log(JSON.stringify([named({json.dumps(row)}, dots, 300), dots]));"""
    (first, second), dots = node.printed(script)
    assert len(dots) > 30
    assert second["top"] >= first["bottom"] or first["top"] >= second["bottom"]
    for name in (first, second):
        assert not [dot for dot in dots if name["left"] < dot["x"] < name["right"] and name["top"] < dot["y"] < name["bottom"]], name
