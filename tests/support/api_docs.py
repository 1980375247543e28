"""`python -m tests.support.api_docs`: write the endpoints of docs/api.md and docs/api.zh.md anew, from the code,
docs/api.zh.json (the words in Chinese) and docs/examples (a file an endpoint)."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

from ganapp.ui import binding
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = {"en": DOCS / "api.md", "zh": DOCS / "api.zh.md"}
PLACE = re.compile(r"(?s)(<!-- endpoints -->\n).*(<!-- end of endpoints -->)")
WORDS = {
    "en": {
        "head": "| argument | what it is | without it |\n|---|---|---|",
        "needed": "required",
        "none": "No arguments.",
        "empty": "empty",
    },
    "zh": {"head": "| 参数 | 说明 | 不填时 |\n|---|---|---|", "needed": "必填", "none": "没有参数。", "empty": "空"},
}


def chinese() -> dict[str, dict[str, str]]:
    """{"endpoints": by name, "arguments": by the English words}."""
    read: dict[str, dict[str, str]] = json.loads((DOCS / "api.zh.json").read_text(encoding="utf-8"))
    return read


def example(name: str) -> str:
    """The example of an endpoint."""
    return (DOCS / "examples" / f"{name}.py").read_text(encoding="utf-8")


def section(name: str, language: str) -> str:
    """What is written of one endpoint."""
    bound, words = binding.task(name), WORDS[language]
    known = chinese()
    about = known["endpoints"].get(name, "") if language == "zh" else ""
    rows = [_row(entry, known["arguments"] if language == "zh" else {}, words) for entry in bound.fields]
    table = "\n".join([words["head"], *rows]) if rows else words["none"]
    return f"### /{name}\n\n{about or inspect.cleandoc(bound.run.__doc__ or '')}\n\n{table}\n\n```python\n{example(name)}```\n"


def _row(entry: Any, known: dict[str, str], words: dict[str, str]) -> str:
    text = entry.metadata["help"]
    told = known.get(text, text).replace("|", "\\|")
    return f"| `{entry.name}` | {told} | {_default(entry, words)} |"


def _default(entry: Any, words: dict[str, str]) -> str:
    if binding.required(entry):
        return words["needed"]
    value = entry.default_factory() if callable(entry.default_factory) else entry.default
    return words["empty"] if value in ("", (), None, {}) else f"`{json.dumps(value, ensure_ascii=False)}`"


def renewed(text: str, language: str) -> str:
    """The document with its endpoints as they are."""
    made = "\n".join(section(name, language) for name in binding.names())
    return PLACE.sub(lambda place: f"{place[1]}\n{made}\n{place[2]}", text)


if __name__ == "__main__":
    for spoken, page in PAGES.items():
        page.write_text(renewed(page.read_text(encoding="utf-8"), spoken), encoding="utf-8")
