"""`python -m ganapp.pictures.provenance.reader`: read the manifest of the file on stdin, tell on stdout what is in it, as JSON."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from typing import Any

from ganapp.machine import memory

MEGABYTES = 600  # beside the file
LONGEST, MOST = 300, 20  # characters of a word, entries of a list: a page shows them
RECIPE = 16_000
# Without trust anchors of its own the library calls every certificate unknown; deployers may name theirs.
SETTINGS: dict[str, Any] = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
PLACE = re.compile(r"gps|latitude|longitude|location|city|country", re.IGNORECASE)


def told(blob: bytes) -> dict[str, Any]:
    """See reading.Found. Empty for a file without a manifest."""
    import c2pa

    try:
        reader = c2pa.Reader.try_create(None, io.BytesIO(blob), context=c2pa.Context.from_dict(SETTINGS))
    except c2pa.C2paError as problem:
        return {} if "ManifestNotFound" in type(problem).__name__ else {"state": "unreadable", "problems": [_word(problem)]}
    if reader is None:
        return {}
    whole = json.loads(reader.json())
    manifests = whole.get("manifests", {})
    active = manifests.get(whole.get("active_manifest"), {})
    signature, generator = active.get("signature_info") or {}, (active.get("claim_generator_info") or [{}])[0]
    listed = [each for manifest in manifests.values() for each in manifest.get("assertions", [])]
    text = json.dumps([each for each in listed if each.get("label") != "likeness.recipe"])
    return {
        "state": _word(whole.get("validation_state") or reader.get_validation_state()),
        "signer": _word(signature.get("common_name")),
        "issuer": _word(signature.get("issuer")),
        "trusted": (whole.get("validation_state") or reader.get_validation_state()) == "Trusted",
        "problems": sorted({_word(each.get("code")) for each in _problems(whole)})[:MOST],
        "generator": " ".join(filter(None, (_word(generator.get("name")), _word(generator.get("version"))))),
        "actions": _actions(active)[:MOST],
        "recipe": _recipe(active),
        "ingredients": [_ingredient(each) for each in (active.get("ingredients") or [])[:MOST]],
        "private": "thumbnail" in json.dumps(manifests) or bool(PLACE.search(text)),
        "bytes": len(reader_bytes(blob)),
        "count": len(manifests),
        "regions": _regions(active)[:MOST],
    }


def reader_bytes(blob: bytes) -> bytes:
    """From the first word of a manifest to the last: about as long as what a manifest takes in a file."""
    first, last = blob.find(b"jumb"), blob.rfind(b"c2pa")
    return blob[first : last + 4] if 0 <= first < last else b""


def _problems(whole: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [each for each in whole.get("validation_status") or [] if isinstance(each, dict)]
    return found


def _actions(manifest: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"action": _word(action.get("action")), "source": _word(action.get("digitalSourceType")).rpartition("/")[2]}
        for action in _raw_actions(manifest)
    ]


def _raw_actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    listed = [each for each in manifest.get("assertions", []) if str(each.get("label")).startswith("c2pa.actions")]
    lists = [each.get("data", {}).get("actions", []) for each in listed]
    return [action for actions in lists for action in actions if isinstance(action, dict)]


def _regions(manifest: dict[str, Any]) -> list[list[float]]:
    """Rectangles in pixels: left, top, width, height."""
    found = []
    for action in _raw_actions(manifest):
        for change in action.get("changes") or []:
            for part in change.get("region") or []:
                shape = part.get("shape") or {}
                origin = shape.get("origin") or {}
                if shape.get("type") == "rectangle" and shape.get("unit") == "pixel":
                    sides = origin.get("x"), origin.get("y"), shape.get("width"), shape.get("height")
                    found.append([float(value or 0) for value in sides])
    return found


def _recipe(manifest: dict[str, Any]) -> str:
    held = next((each.get("data") for each in manifest.get("assertions", []) if each.get("label") == "likeness.recipe"), None)
    line = held.get("recipe") if isinstance(held, dict) else None
    return line if isinstance(line, str) and len(line) <= RECIPE else ""


def _ingredient(each: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": _word(each.get("title")),
        "format": _word(each.get("format")),
        "relationship": _word(each.get("relationship")),
        "manifest": bool(each.get("active_manifest")),
    }


def _word(value: object) -> str:
    return str(value if value is not None else "")[:LONGEST]


def main() -> int:
    """Returns 0 when it was read, or there is nothing to read."""
    blob, out = sys.stdin.buffer.read(), os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    import c2pa  # noqa: F401 - before the memory is limited

    memory.limit(MEGABYTES + 3 * len(blob) // 2**20)
    json.dump(told(blob), out)
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
