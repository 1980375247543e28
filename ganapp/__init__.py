"""Likeness: generative adversarial networks that can be used, and understood, in a browser.

As a library: `from ganapp import repair, upscale, stylize, sample` (docs/library.md). Nothing is loaded before one of them is asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganapp.library import repair, sample, stylize, upscale

__version__ = "0.9.0"
__all__ = ["__version__", "repair", "sample", "stylize", "upscale"]


def __getattr__(name: str) -> object:
    """The functions of the library, when they are first asked for. AttributeError for anything else."""
    if name in __all__:
        from ganapp import library

        return getattr(library, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
