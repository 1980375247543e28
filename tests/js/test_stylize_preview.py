"""assets/js/stylize/preview.js, run by node: what cannot be painted is not asked for again and again."""

from __future__ import annotations

import json

import pytest

from tests.support import node

pytestmark = node.needed

SCRIPT = """
process.on("unhandledRejection", () => {});
globalThis.document = { createElement: () => ({}), documentElement: {} };
const { Preview } = await import(ADDRESS);
let asked = 0, listened = null;
const settings = { style: "wave", strength: 1 };
const item = { width: 8, height: 8, copy: null, file: { slice: () => ({ arrayBuffer: async () => { throw new TypeError("gone"); } }) } };
const bench = {
  server: {}, tools: { ask: async () => ({}) }, able: true, busy: false, shown: item, told: [],
  on: (names, listen) => (listened = names.includes("settings") ? listen : listened),
  fieldsOf: () => (++asked, { ...settings }), pictures: () => ({}), trouble: (...said) => bench.told.push(said), tell: () => {},
};
let least = 200; // an endless loop would end here
const limit = bench.fieldsOf;
bench.fieldsOf = () => (--least < 0 ? process.exit(3) : limit());
const preview = new Preview(bench);
const rest = () => new Promise((resolve) => setTimeout(resolve, 200));
listened();
await rest();
const first = [asked, preview.running, item.copy];
settings.strength = 0.5;
listened();
await rest();
console.log(JSON.stringify({ first, second: asked }));
"""


@pytest.fixture(scope="module")
def course() -> dict[str, object]:
    found: dict[str, object] = node.printed(SCRIPT.replace("ADDRESS", json.dumps(node.address("stylize/preview.js"))))
    return found


def test_a_photo_that_cannot_be_opened_is_asked_for_once(course: dict[str, object]) -> None:
    assert course["first"] == [2, False, None], "asked, and looked at once more afterwards"


def test_it_is_tried_again_when_a_setting_changes(course: dict[str, object]) -> None:
    assert course["second"] == 4
