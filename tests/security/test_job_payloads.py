"""Whatever a request about jobs holds, it is answered or refused with a sentence in both languages, and what is refused leaves nothing."""

from __future__ import annotations

import base64
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import hubjobs, orders, process, queue, store, visitor
from ganapp.jobs.requests import _processes, _schema
from ganapp.ui import binding
from tests.conftest import awaited
from tests.jobs.requests.conftest import KEY, home, quick  # noqa: F401

REQUESTS = tuple(name for name in binding.names() if binding._packages()[name].__name__ == "ganapp.jobs.requests")
TEXTS = ["", " ", "x" * 401, "x" * 10_000, "\ud800", "a\x00b", "../../etc/passwd", "<img src=x onerror=alert(1)>", "{key}", "%s%n"]
TEXTS += ["\u0661", "猫", "upload:" + "0" * 32, "somebody/data", "-1", "null", "\u202e", "😀" * 100]
NUMBERS = [0, -1, 1, 2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 10**40, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), -float("inf")]
OTHERS: list[Any] = [
    None,
    True,
    False,
    [],
    {},
    [[[[[[[[]]]]]]]],
    {"a": {"b": {"c": {"d": {"e": 1}}}}},
    list(range(500)),
    [None],
    b"bytes",
    {"\ud800": 1},
]
Draw = Callable[[], Any]


class Payloads:
    """Requests drawn from a seed: half of what they hold is as it should be, so that they get past the first check."""

    def __init__(self, seed: int, known: list[str]) -> None:
        self.random, self.known = random.Random(seed), known

    def any(self) -> Any:
        return self.random.choice(self.random.choice([TEXTS, NUMBERS, OTHERS]))

    def mixed(self, usual: Draw) -> Any:
        return usual() if self.random.random() < 0.75 else self.any()

    def setting(self, entry: dict[str, Any]) -> Any:
        kind = entry["kind"]
        if kind in ("integer", "number"):
            return self.random.choice([entry["low"], entry["high"], entry["default"], entry["high"] + 1, entry["low"] - 1])
        return self.random.choice([*entry.get("choices", []), entry["default"], True])

    def order(self) -> Any:
        recipe = self.random.choice(["gan", "digits", "stylize", "judge"])
        schema = _schema.facts()["schema" if recipe == "gan" else "digits"]
        names = self.random.sample(sorted(schema), self.random.randint(0, 5))
        settings = {name: self.mixed(lambda name=name: self.setting(schema[name])) for name in names}  # type: ignore[misc]
        whole = {"recipe": recipe, "steps": self.random.choice([1, 5, 10**9]), "seed": 3, "every": 1, "device": "cpu", "settings": settings}
        kept = {name: self.mixed(lambda name=name: whole[name]) for name in whole if self.random.random() < 0.9}  # type: ignore[misc]
        return kept if self.random.random() < 0.9 else {**kept, str(self.any()): self.any()}

    def changes(self) -> Any:
        order = self.order()
        return {name: value for name, value in order.items() if self.random.random() < 0.5} if isinstance(order, dict) else order

    def field(self, name: str, kind: Any) -> Any:
        usual: dict[str, Draw] = {
            "key": lambda: KEY,
            "id": lambda: self.random.choice([*self.known, "ffff", ""]),
            "order": self.order,
            "changes": self.changes,
            "action": lambda: self.random.choice(["pause", "resume", "stop", "share", "unshare", "rename"]),
            "upload": lambda: "picture-upload-0001",
            "painting": lambda: PAINTING,
            "model": lambda: "own-cats-1a2b",
            "token": lambda: "",
            "password": lambda: "",
        }
        plain: dict[Any, Draw] = {bool: lambda: True, int: lambda: 8, float: lambda: 1.0}
        return self.mixed(usual.get(name, plain.get(kind, lambda: self.random.choice(TEXTS))))

    def request(self) -> tuple[str, dict[str, Any]]:
        name = self.random.choice(REQUESTS)
        bound = binding.task(name)
        values = {entry.name: self.field(entry.name, bound.types[entry.name]) for entry in bound.fields if self.random.random() < 0.85}
        return name, values if self.random.random() < 0.95 else {**values, str(self.any()): self.any()}


def painting() -> str:
    buffer = io.BytesIO()
    Image.effect_noise((120, 120), 90).convert("RGB").save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


PAINTING = painting()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """One job that is there; what would start a process or call the Hub answers at once. None of it is what is tried here."""

    def away(*_: Any, **__: Any) -> Any:
        raise UserError("hub_offline", repository="-", revision="main")

    def measured(*_: Any, **__: Any) -> dict[str, Any]:
        return {"device": "cpu", "memory_mb": 1, "pictures": 10, "classes": {}, "refused": [], "sides": [8, 8, 8], "coloured": 0.0}

    monkeypatch.setenv("GANAPP_FEATURES", str(tmp_path))
    (tmp_path / "vgg16_lpips.safetensors").touch()
    monkeypatch.setattr(hubjobs, "offers", away)
    monkeypatch.setattr(_processes, "run", measured)
    monkeypatch.setattr(_processes, "newest", measured)
    monkeypatch.setattr(queue, "tick", lambda: None)  # nothing is started
    now = 1.0
    job = store.Job("1a2b3c4d5e", "A job", visitor.of(KEY).owner, "gan", 5, "cpu", now, now, state="done")
    job.folder.mkdir(parents=True)
    orders.write(job.folder, {"recipe": "gan", "steps": 5, "device": "cpu", "settings": {}})
    with store.changing() as db:
        store.insert(job, db)
    return [job.id]


def answered(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """The answer as a page would get it: JSON that can be sent, and sentences without gaps."""
    answer = awaited(binding.procedure(name)(values))
    json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()
    if "error" in answer:
        assert answer["error"]["key"] != "internal", (name, values)
        for language in ("en", "zh"):
            sentence = answer["error"][language]
            assert sentence, (name, values)
            assert "Traceback" not in sentence
            assert len(sentence) < 3000
    return answer


def tried(seeds: range, known: list[str]) -> None:
    for seed in seeds:
        name, values = Payloads(seed, known).request()
        folders = {path.name for path in paths.jobs().iterdir()}
        rows = {job.id for job in store.select()}
        try:
            answer = answered(name, values)
            listed = answered("jobs_list", {"key": KEY, "count": 200})
        except Exception as problem:
            raise AssertionError(f"seed {seed}: {name} {str(values)[:500]}") from problem
        now = {job.id for job in store.select()}
        assert {path.name for path in paths.jobs().iterdir()} == now, f"seed {seed}: a folder without a row, or the other way round"
        assert {row["id"] for row in listed["jobs"]} == now
        if "error" in answer:
            assert (now, {path.name for path in paths.jobs().iterdir()}) == (rows, folders), f"seed {seed}: a refusal left something"
        for job in store.select():
            answered("job_show", {"key": KEY, "id": job.id})
            if job.id not in known:
                answered("job_change", {"key": KEY, "id": job.id, "action": "delete"})


@pytest.mark.parametrize("part", range(3))
def test_three_hundred_payloads(house: list[str], part: int) -> None:
    tried(range(100 * part, 100 * part + 100), house)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(27))
def test_three_thousand_payloads(house: list[str], part: int) -> None:
    tried(range(300 + 100 * part, 400 + 100 * part), house)


def test_the_payloads_get_past_the_first_check(house: list[str]) -> None:
    """A fuzzer that is refused at the door tries nothing: enough of them are met, and many kinds of refusal are seen."""
    answers = [awaited(binding.procedure(name)(values)) for name, values in (Payloads(seed, house).request() for seed in range(150))]
    keys = {answer["error"]["key"] for answer in answers if "error" in answer}
    assert sum("error" not in answer for answer in answers) >= 5
    assert len(keys) >= 12, keys
    assert process._children == {}
