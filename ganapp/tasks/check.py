"""Check where a picture or a sound comes from: its signed manifest, its source type, its recipe, its invisible mark.

What is found says something; where nothing is found, nothing is known. Manifests are lost when a file is saved by another program, and
marks of others are not read here. No address that a file names is asked.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from ganapp.base import paths, strict_json
from ganapp.base.errors import UserError
from ganapp.base.validation import about, request_class
from ganapp.pictures import containers, images, photo
from ganapp.pictures.mark import photos
from ganapp.pictures.provenance import manifest, reading, xmp
from ganapp.tasks import _result
from ganapp.tasks._fields import Picture

HEAVY = True
NAMES = {"png": "PNG", "jpg": "JPEG", "webp": "WebP", "tif": "TIFF", "gif": "GIF", "wav": "WAV"}


@request_class
class Request:
    """The file."""

    file: Picture = about("a picture or sound: PNG, JPEG, WebP, GIF, TIFF or WAV", kind="picture")


@dataclass(frozen=True)
class Result(_result.Table):
    """form: kind of the file; size: width and height of a picture; manifest: what the signed manifest says (see reading.Found), state
    "" for none; source: the IPTC digital source type in XMP; recipe: how it was made, as this app wrote it; signed_recipe: whether
    the recipe is covered by a signature that holds; regions: rectangles (left, top, width, height) outside of which nothing was
    changed; mark: number (8 hexadecimal digits), scale and agreement of the invisible mark, None for none; looked: whether such a
    mark was looked for; same_mark: whether it is the one that the recipe names; own: whether this installation's certificate is of
    its own making; remote: an address that the file names for its manifest, which was not asked; any: whether anything was found."""

    form: str
    size: tuple[int, int] | None
    manifest: dict[str, Any]
    source: str = ""
    recipe: dict[str, Any] | None = None
    signed_recipe: bool = False
    regions: tuple[tuple[float, ...], ...] = ()
    mark: dict[str, Any] | None = None
    looked: bool = False
    same_mark: bool | None = None
    own: bool = False
    remote: str = ""
    any: bool = field(default=False)


def run(request: Request) -> Result:
    """Say what a file tells of its making: C2PA manifest and whether it holds, signer, recipe, edited regions, IPTC source type, invisible
    mark. An answer with "any": false is no evidence either way.
    """
    blob = images.from_data_uri(_of_picture(request.file))
    ending = manifest.kind(blob)
    if not ending:
        raise UserError("check_form")
    found, said = reading.read(blob), xmp.said(blob)
    recipe = _parsed(found.recipe) or _parsed(said.get("recipe", "")) or _text(blob)
    size, mark, looked = _seen(blob) if ending in ("png", "jpg", "webp") else (None, None, False)
    named = (recipe or {}).get("mark")
    return Result(
        form=NAMES[ending],
        size=size,
        manifest=dataclasses.asdict(found),
        source=said.get("source", ""),
        recipe=recipe,
        signed_recipe=bool(found.recipe) and found.state in ("Valid", "Trusted"),
        regions=found.regions,
        mark=mark,
        looked=looked,
        same_mark=mark["number"] == named if mark and named else None,
        own=manifest.own(),
        remote=said.get("remote", ""),
        any=bool(found.state not in ("", "unknown") or said or recipe or mark),
    )


def _of_picture(uri: str) -> str:
    """The data URI with a picture's kind: what kind of file it is, its bytes say."""
    head, comma, body = uri.partition(",")
    return f"data:image/any;base64{comma}{body}" if head.endswith(";base64") else uri


def _seen(blob: bytes) -> tuple[tuple[int, int] | None, dict[str, Any] | None, bool]:
    """Size and mark of a picture, and whether it could be looked at: an animation or a damaged file cannot."""
    try:
        shot = photo.read(blob)
    except UserError:
        return None, None, False
    mark = photos.find(shot, paths.mark_key())
    told = {"number": f"{mark.number:08x}", "scale": round(mark.scale, 3), "agreement": round(mark.agreement, 1)} if mark else None
    return (shot.width, shot.height), told, True


def _text(blob: bytes) -> dict[str, Any] | None:
    """The recipe that digits and scenes carry as a text."""
    if manifest.kind(blob) == "png":
        return _parsed(containers.texts(blob).get(images.RECIPE, ""))
    return _parsed(containers.comment(blob)) if manifest.kind(blob) == "gif" else None


def _parsed(line: str) -> dict[str, Any] | None:
    """A recipe that a stranger may have written: an object of JSON, or nothing."""
    try:
        held = strict_json.loads(line) if line else None
        json.dumps(held)
    except (ValueError, TypeError, RecursionError):
        return None
    held = held.get(images.RECIPE, held) if isinstance(held, dict) else None
    return held if isinstance(held, dict) else None
