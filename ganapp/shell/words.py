"""Sentences of the shell."""

from ganapp.base import locales, paths


def say(key: str, **values: object) -> str:
    """A sentence of the shell in the reader's language."""
    return locales.text(f"shell.{key}", paths.language(), **values)
