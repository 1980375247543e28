"""What a check finds: one sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ganapp.base import locales

Level = Literal["fine", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """check: which one found it; level: "error" where it will not work; key: of a sentence in assets/locales/*/shipping.json."""

    check: str
    level: Level
    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def sentence(self, language: str = "en") -> str:
        """The sentence in a language."""
        return locales.text(f"shipping.{self.key}", language, **self.values)

    def report(self, language: str = "en") -> dict[str, Any]:
        """As JSON has it."""
        return {"check": self.check, "level": self.level, "key": self.key, **self.values, "sentence": self.sentence(language)}


def fine(check: str, key: str, **values: Any) -> Finding:
    """Nothing to do."""
    return Finding(check, "fine", key, values)


def warning(check: str, key: str, **values: Any) -> Finding:
    """It works, but not as well as it could."""
    return Finding(check, "warning", key, values)


def error(check: str, key: str, **values: Any) -> Finding:
    """It will not work."""
    return Finding(check, "error", key, values)
