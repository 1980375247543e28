"""The one kind of error a person at the page sees: a sentence that says what to do next."""

from __future__ import annotations

LONGEST = 2000  # characters of a value in a sentence


class UserError(Exception):
    """Something the person in front of the page (or shell) can put right.

    `key` names a sentence in assets/locales/*.json (section "errors"), `values` fill its braces.
    `str(error)` is the English sentence, so logs and the shell read well without the page.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)

    def sentence(self, language: str = "en") -> str:
        """The sentence in `language` ("en" or "zh"), ready to be shown and sent: half of a surrogate pair in a value becomes a "?"."""
        from ganapp.base.locales import text

        return text(f"errors.{self.key}", language, **{name: _shown(value, language) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.sentence("en")


def _shown(value: object, language: str) -> str:
    """A value as it may stand in a sentence: a request may name anything, and whatever it named must not spoil the answer."""
    try:
        words = value.sentence(language) if isinstance(value, UserError) else str(value)
    except ValueError:  # a whole number of more than 4,300 digits
        return "?"
    words = words if len(words) <= LONGEST else f"{words[:LONGEST]}..."
    return words.encode("utf-8", "replace").decode("utf-8")  # without half characters, which no answer can carry
