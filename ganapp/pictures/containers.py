"""What stands in a picture file beside its pixels: the segments of a JPEG, the chunks of a PNG or a WebP, and the tags in them.

PIL reads tags in its own way, which is not a browser's. So that page and server agree, both read them by the rules of this file; the page's
half is assets/js/parts/tags.js, and a test compares the two. Nothing here fails: what is damaged counts as not there.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

PNG = b"\x89PNG\r\n\x1a\n"
EXIF_PREFIX = b"Exif\0\0"
XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\0"
XMP_KEYWORD = b"XML:com.adobe.xmp"
# ImageMagick keeps tags as hexadecimal digits in a text of this name.
RAW_EXIF = (b"Raw profile type exif", b"Raw profile type APP1")
RAW_XMP = (b"Raw profile type xmp",)
LONGEST_TAGS = 4 * 2**20  # bytes of unpacked tags or text; what is longer is no tag but a bomb, or another program's project
ORIENTATION = 0x0112
# Types of a TIFF field that hold whole numbers -> struct letter.
WHOLE = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I"}
FURTHER, MOST_DIRECTORIES = (0x8769, 0x8825, 0xA005), 16  # fields that name a further directory; how many there may be
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # bytes of the types of a field
SHORTEST = {b"\xe0": 14, b"\xee": 12}  # bytes of a JPEG's JFIF and Adobe segments
SHOWN, COMMENT = b"!\xf9", b"!\xfe"  # extensions of a GIF
MOST_BLOCKS = 100_000
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # between the pixels of a JPEG; 0xff is written there as 0xff 0x00
TURNED = re.compile(rb"""tiff:Orientation[ \t\r\n]*(?:=[ \t\r\n]*["']|>)[ \t\r\n]*([1-8])(?![0-9])""")


@dataclass(frozen=True)
class Block:
    """A segment or chunk. kind: b"\\xe1" of a JPEG, b"eXIf" of a PNG or WebP, b"!\\xfe" or b"," of a GIF; start, end: of the whole block in
    the file."""

    kind: bytes
    start: int
    end: int
    body: memoryview


@dataclass(frozen=True)
class Tags:
    """What a file says about its picture. exif: from "II" or "MM" on; orientation: 1 to 8, 1 where nothing valid is said."""

    exif: bytes = b""
    xmp: bytes = b""
    orientation: int = 1


def blocks(blob: bytes) -> Iterator[Block]:
    """The blocks of a JPEG up to its pixels, or all blocks of a PNG, WebP or GIF; none of any other file."""
    if blob[:2] == b"\xff\xd8":
        yield from _segments(blob)
    elif blob[:8] == PNG:
        yield from _png(blob)
    elif blob[:4] == b"RIFF" and blob[8:12] == b"WEBP":
        yield from _riff(blob)
    elif blob[:6] in (b"GIF87a", b"GIF89a"):
        yield from _gif(blob)


def crowded(blob: bytes) -> bool:
    """Whether a file has more blocks than any program writes. Each takes some time, however few bytes it has."""
    return sum(1 for _ in islice(blocks(blob), MOST_BLOCKS + 1)) > MOST_BLOCKS


def _segments(blob: bytes) -> Iterator[Block]:
    """As libjpeg looks for them: whatever stands between two segments is passed over."""
    view, place = memoryview(blob), 2
    while place + 1 < len(blob):
        kind = blob[place + 1]
        if blob[place] != 0xFF or kind == 0xFF:
            place += 1
        elif kind in (0x00, 0x01) or 0xD0 <= kind <= 0xD8:
            place += 2
        else:
            end = place + 2 + int.from_bytes(blob[place + 2 : place + 4], "big")
            if kind in (0xD9, 0xDA) or end < place + 4 or end > len(blob):
                return
            yield Block(bytes((kind,)), place, end, view[place + 4 : end])
            place = end


def scans(blob: bytes, most: int) -> int:
    """How often the pixels of a JPEG are gone through, counted up to `most` + 1 and only to the end of its first picture."""
    count, place = 0, 2
    while count <= most and (found := MARKER.search(blob, place)) is not None:
        kind, place = blob[found.end() - 1], found.end()
        if kind == 0xD9:
            break
        count += kind == 0xDA
        if kind not in (0x01, 0xD8):
            place += int.from_bytes(blob[place : place + 2], "big")
    return count


def _png(blob: bytes) -> Iterator[Block]:
    view, place = memoryview(blob), 8
    while place + 12 <= len(blob):
        end = place + 12 + int.from_bytes(blob[place : place + 4], "big")
        if end > len(blob):
            return
        yield Block(blob[place + 4 : place + 8], place, end, view[place + 8 : end - 4])
        place = end


def _riff(blob: bytes) -> Iterator[Block]:
    view, place = memoryview(blob), 12
    while place + 8 <= len(blob):
        size = int.from_bytes(blob[place + 4 : place + 8], "little")
        if place + 8 + size > len(blob):
            return
        yield Block(blob[place : place + 4], place, place + 8 + size, view[place + 8 : place + 8 + size])
        place += 8 + size + size % 2


def without_tags(blob: bytes) -> bytes:
    """A JPEG without EXIF, XMP and the list of its further pictures, all of which PIL would read by rules of its own, however large, and
    without JFIF and Adobe segments that are too short, over which libjpeg passes and PIL stumbles."""
    pieces, kept = [], 0
    for block in blocks(blob):
        short = len(block.body) < SHORTEST.get(block.kind, 0)
        if short or block.kind == b"\xe1" or (block.kind == b"\xe2" and bytes(block.body[:4]) == b"MPF\0"):
            pieces.append(blob[kept : block.start])
            kept = block.end
    return b"".join([*pieces, blob[kept:]])


def _gif(blob: bytes) -> Iterator[Block]:
    """Extensions and pictures of a GIF."""
    view, place = memoryview(blob), 13 + _palette(blob[10:11])
    while place + 2 < len(blob) and blob[place] in b"!,":
        plain = blob[place] == ord("!")
        body = (
            place + 2 if plain else place + 11 + _palette(blob[place + 9 : place + 10])
        )  # before the first of the parts that end with none
        end = body
        while end < len(blob) and blob[end]:
            end += blob[end] + 1
        end = min(end + 1, len(blob))
        yield Block(blob[place : place + 2] if plain else b",", place, end, view[body:end])
        place = end


def _palette(flags: bytes) -> int:
    """Bytes of the palette that a GIF's flags announce."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def without_extensions(blob: bytes) -> bytes:
    """A GIF without its comments and other extensions, but for those that say how a picture is shown. PIL copies all comments that came
    before with each one that comes."""
    pieces, kept = [], 0
    for block in blocks(blob):
        if block.kind[:1] == b"!" and block.kind != SHOWN:
            pieces.append(blob[kept : block.start])
            kept = block.end
    return b"".join([*pieces, blob[kept:]])


def comment(blob: bytes) -> str:
    """The first comment of a GIF; empty when it has none, or one that is too long."""
    for block in blocks(blob):
        if block.kind == COMMENT:
            parts, place = [], 0
            while place < len(block.body) and block.body[place]:
                parts.append(bytes(block.body[place + 1 : place + 1 + block.body[place]]))
                place += block.body[place] + 1
            text = b"".join(parts)
            return text.decode("utf-8", "replace") if len(text) <= LONGEST_TAGS else ""
    return ""


def tags(blob: bytes) -> Tags:
    """The EXIF, XMP and orientation of a file. Of several blocks of one kind the first counts; EXIF of its own counts before what
    ImageMagick wrote into a text, and EXIF before XMP."""
    own, raw, packet, raw_packet = b"", b"", b"", b""
    for block in blocks(blob):
        body = block.body
        if block.kind == b"\xe1" and bytes(body[:6]) == EXIF_PREFIX or block.kind in (b"eXIf", b"EXIF"):
            own = own or _bare(bytes(body))
        elif block.kind == b"\xe1" and bytes(body[: len(XMP_PREFIX)]) == XMP_PREFIX:
            packet = packet or bytes(body[len(XMP_PREFIX) :])
        elif block.kind == b"XMP ":
            packet = packet or bytes(body)
        elif block.kind in (b"tEXt", b"zTXt", b"iTXt"):
            keyword = bytes(body[:80]).partition(b"\0")[0]
            if keyword == XMP_KEYWORD:
                packet = packet or text_of(block)
            elif keyword in RAW_EXIF:
                raw = raw or _bare(_digits(text_of(block)))
            elif keyword in RAW_XMP:
                raw_packet = raw_packet or _digits(text_of(block))
    exif, xmp = own or raw, packet or raw_packet
    turned = TURNED.search(xmp)
    return Tags(exif, xmp, orientation(exif) or (int(turned[1]) if turned else 0) or 1)


def texts(blob: bytes) -> dict[str, str]:
    """The text chunks of a PNG by their keywords, those that are not too long."""
    found: dict[str, str] = {}
    for block in blocks(blob):
        if block.kind in (b"tEXt", b"zTXt", b"iTXt"):
            keyword = bytes(block.body[:80]).partition(b"\0")[0].decode("latin-1")
            if len(block.body) <= LONGEST_TAGS:
                found[keyword] = text_of(block).decode("utf-8" if block.kind == b"iTXt" else "latin-1", "replace")
    return found


def text_of(block: Block) -> bytes:
    """The text in a text chunk of a PNG, unpacked; empty when it is damaged or longer than LONGEST_TAGS."""
    _, _, rest = bytes(block.body).partition(b"\0")
    packed = block.kind == b"zTXt"
    if packed:
        rest = rest[1:]
    elif block.kind == b"iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]  # language, translated keyword
    if packed:
        return inflated(rest, LONGEST_TAGS)
    return rest if len(rest) <= LONGEST_TAGS else b""


def inflated(packed: bytes, most: int) -> bytes:
    """A zlib stream unpacked; empty when it is damaged, cut short, followed by anything, or unpacks to more than `most` bytes."""
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(packed, most + 1)
    except zlib.error:
        return b""
    return plain if stream.eof and not stream.unused_data and len(plain) <= most else b""


def _bare(exif: bytes) -> bytes:
    """EXIF without the header that JPEG puts before it, which some programs write twice, or where it does not belong."""
    while exif.startswith(EXIF_PREFIX):
        exif = exif[len(EXIF_PREFIX) :]
    return exif


def _digits(text: bytes) -> bytes:
    r"""The bytes that ImageMagick wrote as a text: "\nname\n   length\n" and hexadecimal digits. Empty when they are none."""
    digits = re.sub(rb"[ \t\r\n]", b"", b"".join(text.split(b"\n")[3:]))
    return b"" if len(digits) % 2 or re.search(rb"[^0-9A-Fa-f]", digits) else bytes.fromhex(digits.decode())


def orientation(exif: bytes) -> int:
    """Orientation by a TIFF header and its first directory, as a whole number of any type and count; 0 when there is none."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 8:
        return 0
    (start,) = struct.unpack_from(f"{order}I", exif, 4)
    if start + 2 > len(exif):
        return 0
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    for place in range(start + 2, min(start + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind, values = struct.unpack_from(f"{order}HHI", exif, place)
        letter = WHOLE.get(kind)
        if tag != ORIENTATION or letter is None or not values:
            continue
        size = struct.calcsize(letter)
        at = place + 8 if values * size <= 4 else struct.unpack_from(f"{order}I", exif, place + 8)[0]
        value = struct.unpack_from(f"{order}{letter}", exif, at)[0] if at + size <= len(exif) else 0
        if 1 <= value <= 8:
            return int(value)
    return 0


def sound(exif: bytes) -> bool:
    """Whether the fields of all directories hold together no more than EXIF of that length can."""
    order = "<" if exif[:2] == b"II" else ">"
    waiting, seen, total = [exif[4:8]], set[int](), 0
    while waiting:
        start = int.from_bytes(waiting.pop(), "little" if order == "<" else "big")
        if start in seen or start + 2 > len(exif):
            continue
        seen.add(start)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for place in range(start + 2, min(start + 2 + 12 * count, len(exif) - 11), 12):
            tag, kind, values = struct.unpack_from(f"{order}HHI", exif, place)
            size = values * SIZES.get(kind, 1)
            total += size if size < len(exif) else 0  # PIL passes over what is longer than there are bytes
            if tag in FURTHER:
                waiting.append(exif[place + 8 : place + 12])
    return total <= 2 * len(exif) and len(seen) <= MOST_DIRECTORIES
