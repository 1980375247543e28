"""What the server would answer from the shipped files alone, as JSON for assets/js/edition/server.js: lists, descriptions, measures."""

from __future__ import annotations

from typing import Any

import ganapp
from ganapp.models import catalog
from ganapp.pictures.provenance import xmp
from ganapp.pictures.provenance.making import Making
from ganapp.tasks import samplers
from ganapp.ui.edition import styles
from ganapp.ui.pages import models, upscale, write
from ganapp.upscaling import choice


def facts() -> dict[str, Any]:
    """By name of the file, what stands in it: samplers (and each one's description), styles, models (the page's data), upscale and write
    (theirs), said (what files say of their making)."""
    return {
        **_samplers(),
        "styles": styles.listed(),
        "models": {"models": [each for each in models.listed() if each["source"] == "shipped"], "trades": models.trades()},
        "upscale": [_enlarger(each) for each in upscale.listed() if each["source"] == "shipped" and _enlarges(each["id"])],
        "said": _said(),
        "write": [each for each in write.writers() if _here(each["id"])],
    }


def _samplers() -> dict[str, Any]:
    """The shipped generators that the browser can draw with. What asks for more than the net itself (discriminator, training pictures, the
    search for a latent) is not able."""
    found = samplers.run(samplers.Request()).report()
    shipped = [each for each in found["samplers"] if each["source"] == "shipped" and each["web"]]
    described = {each["id"]: samplers.run(samplers.Request(model=each["id"])).report()["described"] for each in shipped}
    able = {name: {**held, "can": dict.fromkeys(held["can"], False)} for name, held in described.items()}
    return {"samplers": shipped, **{f"sampler-{name}": held for name, held in able.items()}}


def _enlarges(model: str) -> bool:
    """Whether the browser enlarges with a model: one of ours of the small size."""
    shipped = choice.SHIPPED.fullmatch(model)
    return shipped is not None and shipped[1] != choice.BEST


def _enlarger(line: dict[str, Any]) -> dict[str, Any]:
    """The page's line of a model with its net: file, the family's settings, how far it looks; sibling: id of the fidelity model."""
    described = catalog.load(line["id"], "upscale").description
    part = described.parts["model"]
    net = {"file": f"models/{line['id']}/{part.file}", "config": part.net, "reach": described.promises["receptive"]}
    return {**line, "net": {**net, "sibling": described.values.get("sibling", "")}}


def _said() -> dict[str, str]:
    """XMP packets by what was done, with the word RECIPE in the place of the recipe; what stands before one in a JPEG; the app."""
    packets = {kind: xmp.packet(_Nothing(kind, "", {})).decode() for kind in ("created", "filtered")}
    return {**packets, "jpeg": "http://ns.adobe.com/xap/1.0/\0", "app": f"Likeness {ganapp.__version__}"}


class _Nothing(Making):
    """A making whose recipe is told later."""

    recipe = "RECIPE"  # type: ignore[assignment]


def _here(model: str) -> bool:
    """Whether a model is shipped and has a copy for the browser."""
    loaded = catalog.load(model, "write")
    return loaded.source == "shipped" and bool(loaded.browser_digest())
