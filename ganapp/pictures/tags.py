"""A photo's EXIF and XMP as they go into a new file: upright, without small copies of the old picture, and without the place it was taken
unless that is to be kept."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from typing import Any
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from PIL import Image

from ganapp.pictures import containers, decoding

ORIENTATION, GPS, DETAILS, WIDTH, HEIGHT = 0x0112, 0x8825, 0x8769, 0xA002, 0xA003  # EXIF tags
RESOLUTIONS, UNIT, CENTIMETRE = (0x011A, 0x011B), 0x0128, 3  # dots per unit, across and down
PACKETS = (0x02BC, 0x83BB)  # XMP and IPTC inside EXIF: orientation, place and all
PHOTOSHOP = 0x8649  # its own records, with a small copy of the old picture
DENSEST = 65_535  # dots per inch that every kind of file can hold
LONGEST_XMP = 2**20  # bytes of XMP that are taken apart
COPIES = {"Thumbnails"}  # small copies of the old picture
# Words in the name of a field that says where the picture was taken, as in GPSLatitude, CountryCode, LocationShown, ProvinceState.
PLACES = {"gps", "latitude", "longitude", "altitude", "city", "country", "province", "location", "sublocation", "address", "venue"}
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# Whole names: of Photoshop and IPTC, of wgs84_pos of the W3C, of Dublin Core.
PLACE_NAMES = {"state", "worldregion", "lat", "long", "lon", "coverage"}
PLACE_LIKE = re.compile(rb"gps|latitude|longitude|city|country|location|province|state|wgs84|coverage", re.IGNORECASE)
# How a packet begins that is not in UTF-8 -> how it is read (ISO 16684-1, 7.3.2: any encoding of Unicode).
WIDE = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0\0\0": "utf-32-le",
    b"\0\0\0<": "utf-32-be",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
DECLARED = re.compile(r"<\?xml [^>]*\?>")


def dots(dpi: object) -> tuple[float, float] | None:
    """Dots per inch across and down, where they can be true and every kind of file can hold them."""
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return None
    try:
        across, down = float(dpi[0]), float(dpi[1])
    except decoding.DAMAGED:
        return None
    return (across, down) if all(math.isfinite(each) and 1 <= each <= DENSEST for each in (across, down)) else None


def dots_of(given: bytes) -> tuple[float, float] | None:
    """Dots per inch by EXIF; None where it says none that can be true."""
    found = _loaded(given)
    if found is None:
        return None
    each = dots(tuple(found.get(name) for name in RESOLUTIONS))
    return dots((2.54 * each[0], 2.54 * each[1])) if each and found.get(UNIT) == CENTIMETRE else each


def _loaded(given: bytes) -> Image.Exif | None:
    """EXIF as PIL reads it; None when there is none, it cannot be read, or its fields name the same bytes again and again, each of which
    would be read anew."""
    if not given or not containers.sound(given):
        return None
    found = Image.Exif()
    try:
        found.load(containers.EXIF_PREFIX + given)
        for name in (DETAILS, GPS):
            if name in found:
                found.get_ifd(name)
    except decoding.UNREADABLE:
        return None
    return found


def exif(given: bytes, size: tuple[int, int], keep_gps: bool) -> Image.Exif | None:
    """EXIF for a new file of `size` (width, height): orientation 1, no preview (that would still show what was removed), nothing absurd,
    and the place only with `keep_gps`. None when there was none or it cannot be read."""
    tags = _loaded(given)
    if tags is None:
        return None
    try:
        if ORIENTATION in tags:
            tags[ORIENTATION] = 1
        if not keep_gps:
            tags.pop(GPS, None)
        for name in (PHOTOSHOP, *PACKETS):
            tags.pop(name, None)
        if dots(tuple(tags.get(name) for name in RESOLUTIONS)) is None:
            for name in (*RESOLUTIONS, UNIT):
                tags.pop(name, None)
        inner = tags.get_ifd(DETAILS) if DETAILS in tags else {}
        if WIDTH in inner and HEIGHT in inner:
            inner[WIDTH], inner[HEIGHT] = size
        tags.tobytes()
    except decoding.UNREADABLE:
        return None
    return tags


def xmp(given: bytes, keep_gps: bool) -> bytes:
    """XMP for a new file. What cannot be taken apart goes as a whole when it seems to tell a place and that is not wanted."""
    upright = containers.TURNED.sub(lambda said: said[0][:-1] + b"1", narrow(given))
    document = parsed(upright)
    if document is None:
        return upright if keep_gps or not PLACE_LIKE.search(upright.replace(b"\0", b"")) else b""
    changed = _clean(document, keep_gps)
    return "".join(node.toxml() for node in document.childNodes).encode() if changed else upright


def narrow(packet: bytes) -> bytes:
    """The packet in UTF-8."""
    codec = next((codec for start, codec in WIDE.items() if packet.startswith(start)), "")
    return DECLARED.sub("", packet.decode(codec, "replace")).encode("utf-8", "replace") if codec else packet


def parsed(packet: bytes) -> minidom.Document | None:
    """The packet's tree; None when it is too long, damaged, or defines entities, which can grow without end."""
    if not packet or len(packet) > LONGEST_XMP or b"<!" in packet:
        return None
    try:
        return minidom.parseString(packet.strip(b"\0 \r\n"))
    except (ExpatError, ValueError, LookupError, RecursionError):
        return None


def _clean(document: minidom.Document, keep_gps: bool) -> bool:
    """Take out of the tree what does not go into a new file. Whether there was anything."""
    changed = False
    for element in list(elements(document)):
        for name in list(element.attributes.keys()):
            if _unwanted(name.rpartition(":")[2], keep_gps):
                element.removeAttribute(name)
                changed = True
        if element.parentNode is not None and _unwanted(element.tagName.rpartition(":")[2], keep_gps):
            element.parentNode.removeChild(element)
            changed = True
    return changed


def elements(node: Any) -> Iterator[Any]:
    """All elements of a tree, parents before what is in them."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.nodeType == one.ELEMENT_NODE:
            yield one
        waiting += one.childNodes


def _unwanted(name: str, keep_gps: bool) -> bool:
    if name in COPIES:
        return True
    whole = name.lower()
    return not keep_gps and (
        whole in PLACE_NAMES or whole.startswith("gps") or not PLACES.isdisjoint(word.lower() for word in WORDS.findall(name))
    )
