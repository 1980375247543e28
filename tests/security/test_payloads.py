"""Requests that no page would send: every one is answered with a report or with a sentence, and never with a stack trace."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganapp import tasks
from ganapp.machine import memory
from ganapp.ui import binding
from tests.conftest import awaited
from tests.security.conftest import marks, noise
from tests.support import tinymodel

TASKS = [name for name in binding.names() if (Path(tasks.__file__).parent / f"{name}.py").is_file()]
FILE = {"path": "/etc/passwd", "url": "http://127.0.0.1:1/", "meta": {"_type": "gradio.FileData"}}
SVG = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="
DEEP: list[Any] = []
for _ in range(200):
    DEEP = [DEEP]
NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**53, 2**63, 2**70, 10**400, -(10**400), 0.5, float("nan"), float("inf"), 1e308,
    "", " ", "x" * 500, "\ud800", "\x00", "a\nb", "９", "../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/x",
    "<img src=x onerror=alert(1)>", "{0.__class__}", "%s%n", "data:image/png;base64,", "data:image/png;base64,AAAA", "data:image/png,x",
    SVG, "sent:" + "0" * 64, "upload:" + "0" * 32, [], [[]], ["x"] * 300, [float("nan")] * 64, [None, {}], DEEP, {}, {"": ""}, {"x": DEEP},
    FILE, [FILE], {"model": FILE}, [[1, 2], [3]], [10**400], "true", "1e9", "-0", b"x".decode(),
)  # fmt: skip
VALID: dict[str, Any] = {
    "picture": noise(24), "mask": marks(24), "model": "tiny", "digit": 3, "seed": 1, "width": 30, "height": 20, "pixels": 64,
    "seeds": [1, 2], "style": noise(24, 1), "scale": 2,
    "text": "你好", "poem": "春眠不觉晓处处" * 4, "drafts": 2, "count": 2, "candidates": 2,
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Models small enough that a request which is met by chance takes no time."""
    runs = tmp_path_factory.mktemp("runs")
    tinymodel.generator(runs / "models" / "tiny")
    tinymodel.inpainter(runs / "models" / "tinyrepair")
    tinymodel.upscalers(runs / "models")
    tinymodel.stylizers(runs / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANAPP_RUNS", str(runs))
        patch.setenv("HF_HUB_OFFLINE", "1")
        yield


def mutated(number: int) -> tuple[str, Any]:
    """Task and fields of the payload of that number; the same at every run."""
    chance = random.Random(number)
    bound = binding.task(chance.choice(TASKS))
    fields = {entry.name: VALID[entry.name] for entry in bound.fields if entry.name in VALID and chance.random() < 0.8}
    for entry in chance.sample(bound.fields, min(len(bound.fields), chance.randint(1, 3))):
        fields[entry.name] = chance.choice(NASTY)
    if chance.random() < 0.1:
        fields[chance.choice(("ticket", "", "\ud800", "__class__", "request"))] = chance.choice(NASTY)
    return bound.name, chance.choice(NASTY) if chance.random() < 0.05 else fields


async def unanswered(numbers: range) -> list[str]:
    """What was answered with anything but a report or a sentence."""
    faults = []
    for number in numbers:
        name, fields = mutated(number)
        try:
            answer = await binding.procedure(name)(fields)
            text = orjson.dumps(answer).decode()
        except Exception as problem:  # noqa: BLE001 - this is what must not happen
            faults.append(f"{number}: {name}({str(fields)[:300]!r}) raised {type(problem).__name__}: {str(problem)[:200]}")
            continue
        error = answer.get("error")
        if error is not None and error["key"] == "internal":
            faults.append(f"{number}: {name}({str(fields)[:300]!r}) failed: {error['en']}")
        if "Traceback" in text or error is not None and not (error["key"] and error["en"].strip() and error["zh"].strip()):
            faults.append(f"{number}: {name}: {text[:300]}")
    return faults


def test_every_task_is_tried() -> None:
    assert len(TASKS) >= 18
    assert {mutated(number)[0] for number in range(300)} == set(TASKS)
    assert all(dataclasses.is_dataclass(binding.task(name).request) for name in TASKS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.sampled_from(NASTY[:30]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A task, some of its fields as they should be, and some of any kind."""
    bound = binding.task(draw(st.sampled_from(TASKS)))
    fields: dict[str, Any] = {}
    for entry in bound.fields:
        kind = draw(st.integers(0, 4))
        if entry.name in VALID and (kind < 3 or entry.name == "model" and kind < 4):  # others than the tiny ones take seconds
            fields[entry.name] = VALID[entry.name]
        elif kind == 4:
            fields[entry.name] = draw(JSON)
    return bound.name, fields


def answered(many: int) -> None:
    """Hypothesis looks for a request that is not answered, and shows the smallest."""

    @settings(max_examples=many, deadline=30_000, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(requests())
    def tried(request: tuple[str, dict[str, Any]]) -> None:
        name, fields = request
        answer = awaited(binding.procedure(name)(fields))
        text = orjson.dumps(answer).decode()
        assert "Traceback" not in text
        assert answer.get("error", {}).get("key") != "internal", answer

    before = memory.peak_mb()
    tried()
    assert memory.peak_mb() - before < 3000


def test_hypothesis_finds_no_request_without_an_answer() -> None:
    answered(40)


@pytest.mark.slow
def test_hypothesis_finds_no_request_without_an_answer_in_a_thousand() -> None:
    answered(1000)


def test_three_hundred_payloads_are_answered() -> None:
    assert awaited(unanswered(range(300))) == []


@pytest.mark.slow
def test_three_thousand_payloads_are_answered() -> None:
    assert awaited(unanswered(range(300, 3300))) == []
