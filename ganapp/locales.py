"""Every word the app shows, by language: assets/locales/{en,zh}/<section>.json; keys are written with dots."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ganapp import paths

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
    return flat


def text(key: str, /, language: str = "en", **values: object) -> str:
    """The sentence `key` in `language` ("zh..." is Chinese, all else English) with its braces filled. KeyError for an unknown key."""
    sentence = words("zh" if language.lower().startswith("zh") else "en")[key]
    return sentence.format(**values) if values else sentence
