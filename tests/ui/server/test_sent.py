"""Pictures that are sent once and named afterwards."""

from __future__ import annotations

import pytest

from ganapp.base.errors import UserError
from ganapp.ui import binding
from ganapp.ui.server import sent
from tests.conftest import awaited


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "_held", {})
    monkeypatch.setattr(sent, "LEAST", 10)


def test_a_picture_is_named_by_its_digest_and_small_ones_are_not() -> None:
    made, names = sent.with_pictures({"picture": "a" * 10, "mask": "b", "seed": 1}, ("picture", "mask"))
    assert made == {"picture": "a" * 10, "mask": "b", "seed": 1}
    assert list(names) == ["picture"]
    again, none = sent.with_pictures({"picture": names["picture"], "mask": "c"}, ("picture", "mask"))
    assert (again, none) == ({"picture": "a" * 10, "mask": "c"}, {})
    assert sent.with_pictures({"picture": None, "text": "sent:x"}, ("picture",)) == ({"picture": None, "text": "sent:x"}, {})


def test_what_was_not_named_for_long_or_is_too_much_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "MOST", 25)
    names = [sent.with_pictures({"picture": letter * 10}, ("picture",))[1]["picture"] for letter in "ab"]
    sent.with_pictures({"picture": names[0]}, ("picture",))  # named again, so the other one is the oldest
    sent.with_pictures({"picture": "c" * 10}, ("picture",))
    assert sent.with_pictures({"picture": names[0]}, ("picture",))[0] == {"picture": "a" * 10}
    for _ in range(2):
        with pytest.raises(UserError, match="no longer has this picture"):
            sent.with_pictures({"picture": names[1]}, ("picture",))
        names[1] = names[0]
        monkeypatch.setattr(sent, "SECONDS", -1.0)


def test_a_page_names_what_it_sent() -> None:
    call = binding.procedure("scratches")
    answer = awaited(call({"picture": "no picture at all"}))
    assert answer["error"]["key"] == "not_a_data_uri"
    assert awaited(call({"picture": "sent:unknown"}))["error"]["key"] == "picture_forgotten"
    assert binding.task("repair").pictures == ("picture", "mask")
