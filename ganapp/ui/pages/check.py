"""Check: where a picture or a sound comes from, as far as it says so itself."""

from ganapp.pictures.provenance import manifest
from ganapp.ui.page import Page


def here() -> dict[str, object]:
    """What this server puts into its own files: see manifest.Note."""
    return {"state": manifest.state(), "own": manifest.own()}


PAGE = Page(slug="check", order=20, place="foot", tasks=("check",), data=here)
