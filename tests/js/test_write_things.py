"""Lists of things beside each other (assets/js/write/things.js): where they differ. The address of the sections of the page."""

from __future__ import annotations

import json

from tests.support import node

pytestmark = node.needed
SEVEN = {"kind": "7", "colour": "red", "size": "large", "slant": "right", "place": "top left"}
STAR = {"kind": "star", "colour": "blue", "size": "small", "slant": "upright", "place": "bottom middle"}


def test_where_lists_of_things_differ() -> None:
    loose = {**SEVEN, "size": "", "place": ""}
    cases = [
        ([SEVEN, STAR], [STAR, SEVEN]),
        ([SEVEN, STAR], [STAR, {**SEVEN, "kind": "1", "size": "small"}]),
        ([loose, STAR], [STAR, SEVEN]),
        ([loose], [{**SEVEN, "colour": "black"}, STAR]),
        ([SEVEN], [{**SEVEN, "place": "top right"}]),
    ]
    script = f"import {{ differing }} from {json.dumps(node.address('write/things.js'))};\n"
    script += f"console.log(JSON.stringify({json.dumps(cases)}.map(([one, other]) => differing(one, other))))"
    assert node.printed(script) == [[], ["kind", "size"], [], ["colour", "count"], ["kind", "colour", "size", "slant", "place"]]


def test_sections_stand_beside_the_poem_in_the_address() -> None:
    script = f"import * as link from {json.dumps(node.address('write/link.js'))};\n"
    script += "const hash = link.beside({ ...link.START, seed: 9 }, '#seed=3&scene=6&heads=x');\n"
    script += "console.log(JSON.stringify([hash, link.sectionOf('#' + hash, 'scene'), link.sectionOf('#seed=3', 'scene')]))"
    assert node.printed(script) == ["seed=9&scene=6", "6", None]


def test_a_sentence_to_paint_stands_in_the_address_with_or_without_its_seed() -> None:
    hashes = ["#draw=7.a+red+star", "#draw=a+red+star.+and+a+two", "#seed=3", "#draw=", "#draw=99999999999.x", "#draw=4294967295.%E6%98%9F"]
    script = f"import {{ wished }} from {json.dumps(node.address('write/painted.js'))};\n"
    script += f"console.log(JSON.stringify({json.dumps(hashes)}.map(wished)))"
    seven, plain, none, empty, large, last = node.printed(script)  # type: ignore[misc]
    assert seven == {"sentence": "a red star", "seed": 7}
    assert plain == {"sentence": "a red star. and a two", "seed": 1}
    assert none is None
    assert empty is None
    assert large["seed"] == 1
    assert last == {"sentence": "星", "seed": 4294967295}
