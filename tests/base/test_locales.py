"""Both languages say the same things: same keys, same braces, nothing empty, and every sentence that the code asks for is there."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from ganapp.base import locales, paths
from ganapp.base.errors import UserError

ROOT = Path(locales.__file__).parents[1]
SECTIONS = sorted(path.name for path in (paths.assets() / "locales" / "en").glob("*.json"))


def braces(sentence: str) -> list[str]:
    return sorted(re.findall(r"\{(\w*)", sentence))


def test_same_files_and_keys() -> None:
    assert sorted(path.name for path in (paths.assets() / "locales" / "zh").glob("*.json")) == SECTIONS
    english, chinese = locales.words("en"), locales.words("zh")
    assert sorted(english.keys() - chinese.keys()) == []
    assert sorted(chinese.keys() - english.keys()) == []


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_every_value_is_a_sentence(language: str) -> None:
    assert [key for key, value in locales.words(language).items() if not isinstance(value, str) or not value.strip()] == []


def test_same_braces() -> None:
    english, chinese = locales.words("en"), locales.words("zh")
    assert {key: (english[key], chinese[key]) for key in english if braces(english[key]) != braces(chinese.get(key, english[key]))} == {}


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_no_key_stands_twice_in_a_file(language: str, section: str) -> None:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)
        return dict(pairs)

    json.loads((paths.assets() / "locales" / language / section).read_text(encoding="utf-8"), object_pairs_hook=once)


def raised() -> list[tuple[str, str, set[str]]]:
    """(where, key, names of the values) of every UserError that the code makes with a key written out."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", getattr(node.func, "attr", "")) != "UserError" or not node.args:
                continue
            key, where = node.args[0], f"{path.relative_to(ROOT)}:{node.lineno}"
            options = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
            spread = any(keyword.arg is None for keyword in node.keywords)
            names = {"*"} if spread else {keyword.arg or "" for keyword in node.keywords}
            found += [(where, option.value, names) for option in options if isinstance(option, ast.Constant)]
    return found


def test_every_error_has_its_sentence_and_its_values() -> None:
    calls = raised()
    assert len(calls) > 50
    words = locales.words("en")
    assert [(where, key) for where, key, _ in calls if f"errors.{key}" not in words] == []
    needed = [(where, key, set(braces(words[f"errors.{key}"])), given) for where, key, given in calls]
    assert [call for call in needed if "*" not in call[3] and not call[2] <= call[3]] == []


def test_every_error_says_what_to_do() -> None:
    for key in [key for key in locales.words("en") if key.startswith("errors.")]:
        english, chinese = locales.words("en")[key], locales.words("zh")[key]
        assert english.rstrip().endswith((".", "…", ")", "?")), key
        assert chinese.rstrip().endswith(("。", "）", "？", "…")), key


def test_text_fills_braces_and_chooses_the_language() -> None:
    assert locales.text("errors.weights_missing", where="a/b") == "The weights file a/b is missing. Fetch the model again."
    assert locales.text("errors.weights_missing", "zh-CN", where="a/b") == "缺少权重文件 a/b。请重新获取模型。"
    with pytest.raises(KeyError):
        locales.text("errors.no_such_key")


def test_a_value_may_be_called_key_or_language() -> None:
    problem = UserError("missing_key", key="format", where="x/config.json")
    assert "format" in str(problem)
    assert "format" in problem.sentence("zh")
