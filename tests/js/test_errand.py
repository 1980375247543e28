"""assets/js/shell/errand.js, run by node: how long work is asked for, watched and taken back by every page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import node

pytestmark = node.needed

SCRIPT = """
const calls = [];
const server = {
  states: [],
  progress: async (fields) => (calls.push(["progress", fields.seen]), server.states.shift() ?? { state: "gone" }),
  cancel: async (fields) => void calls.push(["cancel", fields.ticket]),
};
const pending = () => {
  let settle, refuse;
  const promise = new Promise((...ends) => ([settle, refuse] = ends));
  return { promise, settle, refuse };
};
const breath = () => new Promise((resolve) => realTimeout(resolve, 0));
const looks = []; // the pauses between two looks
const realTimeout = globalThis.setTimeout;
globalThis.setTimeout = (work, after) => looks.push([work, after]);
const look = async () => { looks.splice(0).forEach(([work]) => work()); await breath(); };
const answers = [];
const sent = [];
const ask = (task, fields) => (sent.push([task, fields]), answers.push(pending()), answers.at(-1).promise);

const errand = new Errand(server, ask);
const reports = [];
const first = errand.run("mend", async () => ({ picture: "p" }), (state) => reports.push(state.state + (state.place ?? "")));
await breath();
server.states = [{ state: "gone" }, { state: "waiting", place: 2 }, { state: "working", shown: 3, preview: "x" }, { state: "working" }];
for (let i = 0; i < 4; i++) await look();
answers[0].settle({ done: true });
const answer = await first;
const ticketsAfter = errand.ticket;
await look(); // a look that was due: nothing is asked any more
const asked = calls.length;

// Taken back while it is worked on: free at once, and what comes later is of no interest.
const second = errand.run("mend", async () => ({}), (state) => reports.push(`late ${state.state}`));
await breath();
errand.cancel();
const taken = await second;
answers[1].refuse(new Error("too late"));
await breath();

// Taken back before it was sent: it is never sent.
const slow = pending();
const third = errand.run("mend", () => slow.promise);
errand.cancel();
slow.settle({});
const unsent = await third;
await breath();
const count = sent.length;
errand.cancel(); // nothing runs: nothing happens

// The server itself took it back; a refusal; a request that cannot be put together.
const fourth = errand.run("mend", async () => ({}));
await breath();
answers.at(-1).settle({ cancelled: true });
const cancelled = await fourth;
const fifth = errand.run("mend", async () => ({}));
await breath();
answers.at(-1).refuse(new RangeError("no"));
const refused = await fifth.catch((error) => error.name);
const sixth = await errand.run("mend", async () => { throw new TypeError("no file"); }).catch((error) => error.name);
console.log(JSON.stringify({
  reports, answer, ticketsAfter, asked, taken, unsent, count, cancelled, refused, sixth,
  fields: Object.keys(sent[0][1]), task: sent[0][0], tickets: new Set(sent.map(([, { ticket }]) => ticket)).size,
  visitors: new Set(sent.map(([, { ticket }]) => ticket.split(".")[0])).size,
  seen: calls.filter(([name]) => name === "progress").map(([, seen]) => seen),
  cancels: calls.filter(([name]) => name === "cancel").map(([, ticket]) => ticket === sent[1][1].ticket),
}));
"""


@pytest.fixture(scope="module")
def course() -> dict[str, Any]:
    result: dict[str, Any] = node.printed(f'import {{ Errand }} from "{node.address("shell/errand.js")}";\n{SCRIPT}')
    return result


def test_work_is_watched_until_its_answer_comes(course: dict[str, Any]) -> None:
    assert course["reports"][:4] == ["sending", "waiting2", "working", "working"], "nothing is said of a ticket that nobody knows"
    assert course["seen"] == [0, 0, 0, 3], "a preview is fetched once"
    assert (course["answer"], course["ticketsAfter"], course["asked"]) == ({"done": True}, None, 4)


def test_what_is_taken_back_is_free_at_once(course: dict[str, Any]) -> None:
    assert course["reports"][4:] == ["late sending"]
    assert (course["taken"], course["unsent"], course["count"]) == (None, None, 2)
    assert course["cancels"][0] is True
    assert len(course["cancels"]) == 2


def test_what_the_server_takes_back_or_refuses(course: dict[str, Any]) -> None:
    assert (course["cancelled"], course["refused"], course["sixth"]) == (None, "RangeError", "TypeError")


def test_every_request_has_a_ticket_of_its_own_and_one_visitor(course: dict[str, Any]) -> None:
    assert (course["task"], course["fields"]) == ("mend", ["picture", "ticket"])
    assert (course["tickets"], course["visitors"]) == (4, 1)
