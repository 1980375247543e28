"""Every word the app shows, by language: assets/locales/{en,zh}/<section>.json; keys are written with dots.

What is found by listing brings its words with it (see `members`): the name of ganapp/losses/hinge.py is "losses.hinge.name".
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ganapp.base import members, paths

LANGUAGES = ("en", "zh")


@cache
def words(language: str) -> dict[str, str]:
    """All sentences of a language, by dotted key; the first part of a key is the file's name."""
    flat: dict[str, str] = {}

    def walk(node: dict[str, Any], prefix: str) -> None:
        for key, value in node.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}{key}.")
            else:
                flat[f"{prefix}{key}"] = value

    for path in sorted((paths.assets() / "locales" / language).glob("*.json")):
        walk(json.loads(path.read_text(encoding="utf-8")), f"{path.stem}.")
    return flat | members.words(language)


def text(key: str, /, language: str = "en", **values: object) -> str:
    """The sentence `key` in `language` ("zh..." is Chinese, all else English) with its braces filled; what has words of its own in Chinese,
    as a sentence within a sentence, comes with a second value: `why` and `why_zh`. KeyError for an unknown key."""
    spoken = "zh" if language.lower().startswith("zh") else "en"
    own = {name.removesuffix(f"_{spoken}"): value for name, value in values.items() if name.endswith(f"_{spoken}")}
    sentence = words(spoken)[key]
    return sentence.format(**values | own) if values else sentence
