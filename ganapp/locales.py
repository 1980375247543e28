"""Every word the app shows, by language: assets/locales/{en,zh}.json, nested; keys are written with dots."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ganapp import paths

LANGUAGES = ("en", "zh")


@cache
def words(language: str) -> dict[str, str]:
    """All sentences of a language, by dotted key."""
    tree = json.loads((paths.assets() / "locales" / f"{language}.json").read_text(encoding="utf-8"))
    flat: dict[str, str] = {}

    def walk(node: dict[str, Any], prefix: str) -> None:
        for key, value in node.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}{key}.")
            else:
                flat[f"{prefix}{key}"] = value

    walk(tree, "")
    return flat


def text(key: str, language: str = "en", **values: object) -> str:
    """The sentence `key` in `language` ("zh..." is Chinese, all else English) with its braces filled. KeyError for an unknown key."""
    sentence = words("zh" if language.lower().startswith("zh") else "en")[key]
    return sentence.format(**values) if values else sentence
