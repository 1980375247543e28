"""Names of jobs that nobody named."""

from __future__ import annotations

import json
from typing import Any

from ganapp.base import locales, paths
from ganapp.jobs import lessons
from ganapp.jobs.requests import _names


def preset(**changes: Any) -> dict[str, Any]:
    """The first preset's order with other settings."""
    order = json.loads((paths.assets() / "presets.json").read_text(encoding="utf-8"))[0]["order"]
    return {**order, "settings": order["settings"] | changes}


def test_a_name_says_data_preset_and_what_differs_in_each_language() -> None:
    data = {language: locales.text("choices.data.mnist.name", language) for language in locales.LANGUAGES}
    assert _names.of(preset())["zh"] == f"{data['zh']}，推荐设置"
    assert _names.of(preset(width=48))["en"] == f"{data['en']}, Good start, Width 48"
    many = _names.of(preset(width=48, latent=32, batch=16))["en"]
    assert many.startswith(f"{data['en']}, Good start, ")
    assert many.endswith("2 more settings")


def test_other_data_is_another_name_and_no_change() -> None:
    assert _names.of(preset(data="fashion_mnist"))["en"] == f"{locales.text('choices.data.fashion_mnist.name')}, Good start"


def test_a_lesson_and_its_cure_have_two_names() -> None:
    lesson = lessons.lesson(lessons.names()[0])
    healed = {**lesson.order, "settings": lesson.order["settings"] | {k: v for k, v in lesson.changes["settings"].items() if v is not None}}
    names = [_names.of(order)["en"] for order in (lesson.order, healed)]
    assert names[0] == lesson.say("name")
    assert names[1].startswith(f"{names[0]}, ")


def test_an_order_of_another_recipe_and_one_of_nothing() -> None:
    assert _names.of({"recipe": "upscale", "settings": {"data": "none"}})["en"] == "upscale"
    assert set(_names.of({})) == {"en", "zh"}
