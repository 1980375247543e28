"""Signing: a file gets a C2PA manifest (https://spec.c2pa.org) that says how it was made, and from which original."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from functools import cache
from importlib import util
from typing import Any

import ganapp
from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.pictures.provenance import certificate, reading
from ganapp.pictures.provenance.making import Making

RECIPE = "likeness.recipe"  # the label of our own assertion: the recipe as one line of JSON, which no reader of CBOR can bend
MIMES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "tif": "image/tiff", "gif": "image/gif", "wav": "audio/wav"}
ACTIONS = {"edited": "c2pa.edited", "filtered": "c2pa.filtered", "composed": "c2pa.created", "created": "c2pa.created"}
# Nothing is asked of any server, neither while signing nor while reading, and no small copy of the picture is put in.
SETTINGS: dict[str, Any] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": False},
    "builder": {"thumbnail": {"enabled": False}},
}
ENDINGS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"II*\0": "tif", b"MM\0*": "tif", b"GIF8": "gif"}
BLANK = (  # stands for an original whose manifest is left out: a picture of one pixel
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Note:
    """What was put into a file. state: "signed", "off" (the deployer's wish), "missing" (no c2pa-python here) or "failed" (a certificate
    that cannot be used); own: whether the certificate was made here, which no list of trusted ones knows; original: "" for one without a
    manifest, "kept" for one whose manifest went along, "left" for one whose manifest did not; mark: whether an invisible mark is in it."""

    state: str
    own: bool = False
    original: str = ""
    mark: bool = False


def kind(blob: bytes) -> str:
    """The ending of a file's name by its first bytes; "" for what is none of MIMES."""
    if blob[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(blob[8:12], "")
    return next((ending for start, ending in ENDINGS.items() if blob.startswith(start)), "")


def state() -> str:
    """Whether files are signed here: see Note."""
    if not paths.provenance():
        return "off"
    if util.find_spec("c2pa") is None:
        return "missing"
    try:
        certificate.current()
    except UserError as problem:
        logger.warning("%s", problem)
        return "failed"
    return "signed"


def own() -> bool:
    """Whether the certificate, if there is any, was made here."""
    return state() == "signed" and certificate.current().own


def sealed(blob: bytes, making: Making) -> tuple[bytes, Note]:
    """The file with its manifest, and what was done. Not one sample or pixel changes. Where it cannot be signed it comes back as it is."""
    now = state()
    if now != "signed":
        return blob, Note(now, mark=making.mark is not None)
    import c2pa

    signing = certificate.current()
    fate = _fate(making.original)
    try:
        return _signed(blob, making, signing, fate == "kept"), Note("signed", signing.own, fate, making.mark is not None)
    except c2pa.C2paError as problem:
        logger.warning("a file was not signed: %s", problem)
        return blob, Note("failed", mark=making.mark is not None)


def _fate(original: bytes) -> str:
    """What becomes of an original's manifest: it is kept unless it is long, damaged, or holds a place, or a small copy of the
    picture, which would still show what was removed."""
    if not reading.hinted(original):
        return ""
    found = reading.read(original)
    if not found.state:
        return ""
    return "kept" if found.state in ("Valid", "Trusted") and not found.private and found.bytes <= reading.LONGEST_KEPT else "left"


def _signed(blob: bytes, making: Making, signing: certificate.Certificate, kept: bool) -> bytes:
    import c2pa

    mime = MIMES[kind(blob)]
    definition = {
        "claim_generator_info": [{"name": "Likeness", "version": ganapp.__version__}],
        "format": mime,
        "assertions": [{"label": RECIPE, "data": {"recipe": making.recipe}}, *_binding(making)],
    }
    builder = c2pa.Builder(definition, _context(signing))
    if making.original:
        builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
        ending = kind(making.original) or "png"
        held = (MIMES[ending], making.original) if kept else (MIMES["png"], BLANK)
        ingredient = {"title": "original", "relationship": "parentOf", "format": MIMES[ending]}
        builder.add_ingredient(ingredient, held[0], io.BytesIO(held[1]))
    for action in _actions(making):
        builder.add_action(action)
    out = io.BytesIO()
    builder.sign(mime, io.BytesIO(blob), out)
    return out.getvalue()


def _actions(making: Making) -> list[dict[str, Any]]:
    """What was done, in C2PA's words. The library itself puts "opened" before it where there is an original."""
    models = ", ".join(model.id for model in making.models)
    done: dict[str, Any] = {"action": ACTIONS[making.kind], "digitalSourceType": making.source}
    if models:
        done["parameters"] = {"description": models}
    if making.regions:
        done["changes"] = [{"region": [_region(box)]} for box in making.regions]
    return [done] if making.mark is None else [done, {"action": "c2pa.watermarked"}]


def _region(box: tuple[int, int, int, int]) -> dict[str, Any]:
    left, top, width, height = box
    shape = {"type": "rectangle", "unit": "pixel", "origin": {"x": left, "y": top}, "width": width, "height": height, "inside": True}
    return {"type": "spatial", "shape": shape}


def _binding(making: Making) -> list[dict[str, Any]]:
    """The soft binding that names the invisible mark, where there is one."""
    if making.mark is None:
        return []
    block = {"scope": {}, "value": f"{making.mark:08x}"}
    return [{"label": "c2pa.soft-binding", "data": {"alg": "likeness.mark.1", "blocks": [block]}}]


@cache
def _context(signing: certificate.Certificate) -> Any:
    import c2pa

    info = c2pa.C2paSignerInfo(alg=signing.algorithm.encode(), sign_cert=signing.chain, private_key=signing.key, ta_url=None)
    return c2pa.Context.from_dict(SETTINGS, c2pa.Signer.from_info(info))
