"""assets/js/write/english: stanzas are drawn in the page token for token as on the server; links; metre and rhyme as they are there."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from ganapp.models.lexicon import METRES, SCHEMES
from ganapp.models.versifier import Versifier
from ganapp.tasks import stanza
from ganapp.writing import metre, stanzas, versify
from tests.support import node

pytestmark = node.needed
KNOWN = stanzas.shipped_lexicon()
WISHES: tuple[dict[str, Any], ...] = (
    {"seed": 1, "drafts": 3},
    {"seed": 4294967295, "letters": "LO*E", "scheme": "ABAB", "drafts": 3},
    {"seed": 6, "first": "The woods are dark and still at night,", "drafts": 2},
    {"seed": 8, "strict": True, "metre": "pentameter", "temperature": 1.2, "drafts": 3},
    {"seed": 9, "strict": True, "letters": "zeal", "scheme": "free", "drafts": 2},
)


class Hashed:
    """Scores that follow from token, place and what was written before, the same in both languages."""

    def continue_(self, tokens: Tensor, where: Tensor, past: Tensor | None) -> tuple[Tensor, Tensor]:
        place = 0 if past is None else int(past)
        every = torch.arange(KNOWN.size)[None]
        told = where[:, 0] @ torch.tensor([1, 2, 3, 5, 7])
        mixed = (every * 7919 + (tokens + told[:, None]) * 104729 + place * 31) % 1009
        return (mixed.float() / 128)[:, None], torch.tensor(place + 1)


SCORES = """(tokens, where, place) => tokens.map((token, draft) => {
  const told = where[draft].reduce((sum, each, i) => sum + each * [1, 2, 3, 5, 7][i], 0);
  return Float32Array.from({ length: SIZE }, (_, i) => ((i * 7919 + (token + told) * 104729 + place * 31) % 1009) / 128);
})"""


def printed(script: str) -> Any:
    link, composing, words = (json.dumps(node.address(f"write/english/{name}.js")) for name in ("link", "composing", "metre"))
    head = f"import * as link from {link}; import {{ compose, wishOf }} from {composing}; import {{ Lexicon }} from {words};\n"
    return node.printed(head + script)


def test_the_same_wishes_write_the_same_stanzas() -> None:
    pen = Versifier("pen", KNOWN, False, Hashed())
    wanted = []
    for fields in WISHES:
        request = stanza.Request(**fields)
        best = versify.ranked(pen, versify.drafts(pen, stanza.wish(request, KNOWN)))[0]
        wanted.append(
            {
                "lines": [KNOWN.text(line) for line in best.lines],
                "beats": [metre.beats(line, KNOWN) for line in best.lines],
                "rhymes": metre.marked(best.lines, KNOWN),
                "kinds": [METRES[best.metre], SCHEMES[best.scheme]],
                "kept": asdict(metre.measure(best.lines, best.metre, best.scheme, KNOWN)),
            }
        )
    script = f"""
const known = new Lexicon({json.dumps(KNOWN.table())});
const SIZE = {KNOWN.size};
const found = [];
for (const fields of {json.dumps(WISHES)}) {{
  const whole = {{ ...link.START, ...fields }};
  const net = {{ next: async (...told) => ({SCORES})(...told), opinions: async () => null }};
  const told = await compose(whole, wishOf(whole, known), known, {{}}, net);
  const each = (name) => told.lines.map((line) => line[name]);
  found.push({{ lines: each("text"), beats: each("stresses"), rhymes: each("rhyme"), kinds: [told.metre, told.scheme], kept: told.kept }});
}}
console.log(JSON.stringify(found));
"""
    assert printed(script) == wanted


def test_what_only_the_server_can_answer() -> None:
    wishes = [{"first": "The qwertyuiop"}, {"letters": "LOVES"}, {"letters": "4"}, {"first": "The night", "letters": "A"}]
    script = f"""
const known = new Lexicon({json.dumps(KNOWN.table())});
console.log(JSON.stringify({json.dumps(wishes)}.map((fields) => wishOf({{ ...link.START, ...fields }}, known))));
"""
    assert printed(script) == [None] * 4


def test_a_link_comes_back_as_it_was() -> None:
    wish = {
        "letters": "LO*E",
        "first": "",
        "metre": "common",
        "scheme": "ABCB",
        "temperature": 1.05,
        "drafts": 4,
        "strict": True,
        "seed": 7,
    }
    wish |= {"model": "own-1a2b"}
    within = "(name, value, otherwise) => (value === null ? otherwise : Number(value))"
    assert printed(f"console.log(JSON.stringify(link.fromText(link.toText({json.dumps(wish)}), {within})))") == wish
    start = stanza.Request()
    found = printed("console.log(JSON.stringify([link.START, link.METRES, link.SCHEMES, link.fromText('x=1', null)]))")
    assert found[0] == {name: getattr(start, name) for name in found[0]}
    assert found[1:] == [list(METRES), list(SCHEMES), None]
