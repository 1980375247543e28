"""docs/terms.md: one Chinese word for a term, everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from ganapp.base import paths
from tests.conftest import ROOT

ROW = re.compile(r"^\| (?P<english>[^|]+) \| (?P<chinese>[^|]+) \| (?P<refused>[^|]+) \|$", re.M)
PAIR = re.compile(r"^\| (?P<english>[^|]+) \| (?P<refused>[^|]+) \|$", re.M)
BRACKETED = re.compile(r"（[^（）]*）")


def rows() -> list[tuple[str, str, list[str]]]:
    text = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")
    found = [(row["english"], row["chinese"], row["refused"].split("、")) for row in ROW.finditer(text) if row["english"] != "English"]
    return [row for row in found if not row[0].startswith("---")]


def sentences(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from sentences(part)
    elif isinstance(value, str):
        yield value


def chinese() -> dict[str, str]:
    """Every Chinese text by its file, without what stands in brackets."""
    files = {
        path: "\n".join(sentences(json.loads(path.read_text(encoding="utf-8")))) for path in (paths.assets() / "locales" / "zh").iterdir()
    }
    files |= {path: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.zh.md")}
    return {path.name: BRACKETED.sub("", text) for path, text in files.items()}


def test_the_list_is_clear() -> None:
    every = rows()
    assert len(every) >= 30
    assert len({english for english, *_ in every}) == len({word for _, word, _ in every}) == len(every)
    ours = {word for _, word, _ in every}
    assert not ours & {word for *_, refused in every for word in refused}


@pytest.mark.parametrize(
    ("english", "word", "refused"), rows(), ids=lambda value: value if isinstance(value, str) and value.isascii() else ""
)
def test_a_term_has_one_chinese_word(english: str, word: str, refused: list[str]) -> None:
    texts = chinese()
    assert any(word in text for text in texts.values()), f"nobody says {word} for {english}"
    faults = [f"{name}: {other}, not {word}" for name, text in texts.items() for other in refused if other in text]
    assert faults == []


def test_the_pages_say_it_in_the_better_english_words() -> None:
    text = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")
    pairs = [(row["english"], row["refused"]) for row in PAIR.finditer(text) if row["refused"] != "not"]
    assert len(pairs) >= 14
    english = "\n".join(
        sentence
        for path in (paths.assets() / "locales" / "en").iterdir()
        for sentence in sentences(json.loads(path.read_text(encoding="utf-8")))
    )
    assert [word for word, _ in pairs if word not in english] == []
    assert [refused for _, refused in pairs if re.search(rf"\b{re.escape(refused)}\b", english)] == []
