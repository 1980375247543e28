"""What a script measured stands in its own section of docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path

from scripts import bench_listen, sections


def test_a_section_takes_the_place_of_the_one_before_or_comes_last(tmp_path: Path) -> None:
    place = tmp_path / "benchmarks.md"
    place.write_text("# All\n\nwords\n\n## One\n\n1\n\n## Two\n\n2\n", encoding="utf-8")
    sections.put("## One\n\nanew\n", place)
    assert place.read_text(encoding="utf-8") == "# All\n\nwords\n\n## One\n\nanew\n\n## Two\n\n2\n"
    sections.put("## Three\n\n3", place)
    assert place.read_text(encoding="utf-8").endswith("## Two\n\n2\n\n## Three\n\n3\n")
    before = sections.BENCHMARKS.read_text(encoding="utf-8")
    place.write_text(before, encoding="utf-8")
    for heading in [line for line in before.splitlines() if line.startswith("## ")]:
        part = before.split(heading + "\n", 1)[1].split("\n## ", 1)[0]
        sections.put(f"{heading}\n{part}", place)
    assert place.read_text(encoding="utf-8") == before


def test_the_section_of_sounds_says_by_which_way_how_long_and_at_what_load() -> None:
    found = {"sounds": 8, "search": [0.4, 0.5, 0.3], "vocoder": [0.2, 0.9, 0.6]}
    text = bench_listen.section(found, 3, 2, 1.25)
    assert text.startswith("## Sounds in the page\n")
    assert "load average 1.2 when" in text
    assert "| the search alone | 0.400 s | 0.300 s | 0.500 s | within |" in text
    assert "| the vocoder | 0.600 s | 0.200 s | 0.900 s | beyond |" in text
