"""The one kind of error a person at the page sees: a sentence that says what to do next."""

from __future__ import annotations


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
        from ganapp.locales import text

        return text(f"errors.{self.key}", language, **self.values).encode("utf-8", "replace").decode()

    def __str__(self) -> str:
        return self.sentence("en")
