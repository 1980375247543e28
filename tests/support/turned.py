"""Small pictures whose files say in every known way how they are to be turned, and the orientation each of them means."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

XMP_NAME = b"http://ns.adobe.com/xap/1.0/\0"


def stored() -> np.ndarray:
    """The pixels as they lie in the files, (40, 60, 3): a smooth slope, no two corners alike."""
    y, x = np.mgrid[:40, :60]
    return np.stack([x * 4, y * 6, 255 - x * 2 - y * 3], axis=2).astype(np.uint8)


def base(kind: str) -> bytes:
    out = io.BytesIO()
    image = Image.fromarray(stored())
    image.save(out, kind, **({"lossless": True} if kind == "WEBP" else {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}))
    return out.getvalue()


def tiff(order: str = "<", kind: int = 3, count: int = 1, value: int = 6, first: bytes = b"") -> bytes:
    """EXIF with nothing but an orientation of that type and count; what takes more than four bytes lies after the directory."""
    letter = {1: "B", 3: "H", 4: "I", 2: "B", 5: "I", 9: "i"}[kind]
    values = struct.pack(f"{order}{count}{letter}", *([value] * count))
    entry = struct.pack(f"{order}HHI", 0x0112, kind, count)
    inside = values.ljust(4, b"\0") if len(values) <= 4 else struct.pack(f"{order}I", 8 + 2 + 12 + 4 + len(first))
    head = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8 + len(first)) + first
    return head + struct.pack(f"{order}H", 1) + entry + inside + bytes(4) + (values if len(values) > 4 else b"")


def packet(said: str) -> bytes:
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {rdf}><rdf:Description rdf:about="" {said}</rdf:RDF></x:xmpmeta>'.encode()


ATTRIBUTE = packet('tiff:Orientation="6"/>')
QUOTED = packet("tiff:Orientation = '8'/>")
ELEMENT = packet("><tiff:Orientation>3</tiff:Orientation></rdf:Description>")


def jpeg(*segments: bytes) -> bytes:
    whole = base("JPEG")
    return whole[:2] + b"".join(b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body for body in segments) + whole[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: bytes, late: bool = False) -> bytes:
    """`late`: after the pixels."""
    whole = base("PNG")
    place = len(whole) - 12 if late else 33
    return whole[:place] + b"".join(chunks) + whole[place:]


def webp(**chunks: bytes) -> bytes:
    """EXIF, XMP: chunks after the pixels of a WebP."""
    pixels = base("WEBP")[12:]
    flags = (8 if "EXIF" in chunks else 0) | (4 if "XMP" in chunks else 0)
    body = b"VP8X" + struct.pack("<IB3x", 10, flags) + (59).to_bytes(3, "little") + (39).to_bytes(3, "little") + pixels
    for kind, content in chunks.items():
        body += kind.ljust(4).encode() + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def magick(kind: str, content: bytes) -> bytes:
    """As ImageMagick keeps tags in a PNG."""
    digits = content.hex()
    lines = "\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
    return chunk(b"zTXt", f"Raw profile type {kind}".encode() + b"\0\0" + zlib.compress(f"\n{kind}\n{len(content):8d}\n{lines}\n".encode()))


def itxt(content: bytes, packed: bool = False) -> bytes:
    text = zlib.compress(content) if packed else content
    return chunk(b"iTXt", b"XML:com.adobe.xmp\0" + (b"\1" if packed else b"\0") + b"\0\0\0" + text)


E = b"Exif\0\0"


def files() -> dict[str, tuple[bytes, int]]:
    """By name: the file, and the orientation that it means."""
    found = {f"jpeg-{n}.jpg": (jpeg(E + tiff(value=n)), n) for n in range(1, 9)}
    found |= {f"png-{n}.png": (png(chunk(b"eXIf", tiff(">", value=n))), n) for n in range(1, 9)}
    found |= {f"webp-{n}.webp": (webp(EXIF=tiff(value=n)), n) for n in range(1, 9)}
    found |= {
        "long.jpg": (jpeg(E + tiff(kind=4)), 6),
        "byte.jpg": (jpeg(E + tiff(kind=1)), 6),
        "two.jpg": (jpeg(E + tiff(count=2)), 6),
        "three.jpg": (jpeg(E + tiff(">", count=3, value=8)), 8),
        "long-big.jpg": (jpeg(E + tiff(">", kind=4, value=5)), 5),
        "far.jpg": (jpeg(E + tiff(first=bytes(300))), 6),
        "text.jpg": (jpeg(E + tiff(kind=2, value=ord("6"))), 1),
        "nine.jpg": (jpeg(E + tiff(value=9)), 1),
        "doubled.jpg": (jpeg(E + E + tiff()), 6),
        "two-headers.jpg": (jpeg(E + tiff(value=3), E + tiff(value=6)), 3),
        "xmp.jpg": (jpeg(XMP_NAME + ATTRIBUTE), 6),
        "xmp-quoted.jpg": (jpeg(XMP_NAME + QUOTED), 8),
        "xmp-element.jpg": (jpeg(XMP_NAME + ELEMENT), 3),
        "exif-before-xmp.jpg": (jpeg(XMP_NAME + ELEMENT, E + tiff()), 6),
        "exif-1-before-xmp.jpg": (jpeg(XMP_NAME + ELEMENT, E + tiff(value=1)), 1),
        "padded.jpg": (base("JPEG")[:2] + b"\xff\xff\xff" + jpeg(E + tiff())[2:], 6),
        "cut-exif.jpg": (jpeg(E + tiff()[:14]), 1),
        "prefixed.png": (png(chunk(b"eXIf", E + tiff())), 6),
        "late.png": (png(chunk(b"eXIf", tiff(value=8)), late=True), 8),
        "magick-exif.png": (png(magick("exif", E + tiff())), 6),
        "magick-app1.png": (png(magick("APP1", E + tiff(value=8))), 8),
        "magick-xmp.png": (png(magick("xmp", ATTRIBUTE)), 6),
        "magick-late.png": (png(magick("exif", E + tiff(value=3)), late=True), 3),
        "exif-before-magick.png": (png(magick("exif", E + tiff(value=3)), chunk(b"eXIf", tiff(value=6))), 6),
        "xmp.png": (png(itxt(ATTRIBUTE)), 6),
        "xmp-packed.png": (png(itxt(ELEMENT, packed=True)), 3),
        "xmp-bomb.png": (png(itxt(ATTRIBUTE + b" " * 5 * 2**20, packed=True)), 1),
        "xmp-spoilt.png": (png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(ATTRIBUTE)[:-3])), 1),
        "prefixed.webp": (webp(EXIF=E + tiff()), 6),
        "long.webp": (webp(EXIF=tiff(">", kind=4, value=7)), 7),
        "xmp.webp": (webp(XMP=ATTRIBUTE), 6),
        "both.webp": (webp(EXIF=tiff(value=8), XMP=ELEMENT), 8),
    }
    return found


def upright(levels: np.ndarray, orientation: int) -> np.ndarray:
    """Levels (h, w, c) turned as the EXIF standard says it in words: where row 0 and column 0 of what is stored are seen."""
    if orientation > 4:  # row 0 is seen at a side
        levels = levels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        levels = levels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        levels = levels[::-1]
    return levels
