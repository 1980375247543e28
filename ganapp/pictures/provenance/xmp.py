"""The digital source type and the recipe as XMP (ISO 16684-1), beside whatever XMP the original had."""

from __future__ import annotations

from typing import Any
from xml.dom import minidom

from ganapp.pictures import containers, tags
from ganapp.pictures.provenance.making import Making

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
OURS = "urn:likeness:recipe:1/"
EMPTY = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}"/></x:xmpmeta>'
# Said anew, or no longer true: the address of the original's manifest says nothing of the new file.
SAID_ANEW = {"DigitalSourceType", "Recipe", "provenance"}


def packet(making: Making, existing: bytes = b"") -> bytes:
    """An XMP packet that says how a file was made. What `existing` says beside it is kept, where it can be taken apart."""
    document = tags.parsed(tags.narrow(existing)) or minidom.parseString(EMPTY)
    root = _rdf(document)
    if root is None:
        document = minidom.parseString(EMPTY)
        root = _rdf(document)
    for element in list(tags.elements(document)):
        for name in [name for name, _ in element.attributes.items() if _local(name) in SAID_ANEW]:
            element.removeAttribute(name)
        if _local(element.tagName) in SAID_ANEW and element.parentNode is not None:
            element.parentNode.removeChild(element)
    prefix = root.tagName.rpartition(":")[0]
    said = document.createElement(f"{prefix}:Description" if prefix else "Description")
    said.setAttribute(f"{prefix}:about" if prefix else "about", "")
    said.setAttribute("xmlns:Iptc4xmpExt", IPTC)
    said.setAttribute("xmlns:likeness", OURS)
    said.setAttribute("Iptc4xmpExt:DigitalSourceType", making.source)
    said.setAttribute("likeness:Recipe", making.recipe)
    root.appendChild(said)
    return "".join(node.toxml() for node in document.childNodes).encode()


def said(blob: bytes) -> dict[str, str]:
    """What the XMP of a picture or a WAV file says of its making: "source", the end of the IPTC digital source type, "recipe",
    and "remote", the address of a manifest that lies elsewhere."""
    found = of_wav(blob) if blob[:4] == b"RIFF" and blob[8:12] == b"WAVE" else of_tiff(blob) or containers.tags(blob).xmp
    document = tags.parsed(tags.narrow(found))
    told: dict[str, str] = {}
    for element in tags.elements(document) if document else ():
        pairs = [(name, value) for name, value in element.attributes.items()]
        pairs.append((element.tagName, "".join(node.data for node in element.childNodes if node.nodeType == node.TEXT_NODE)))
        for name, value in pairs:
            if _local(name) == "DigitalSourceType" and value.strip():
                told["source"] = value.strip().rpartition("/")[2]
            elif name == "likeness:Recipe":
                told["recipe"] = value
            elif name.startswith("dcterms:provenance") and value.strip():
                told["remote"] = value.strip()[:300]
    return told


def into_wav(blob: bytes, making: Making) -> bytes:
    """A WAV file with the packet in its chunk _PMX, where Adobe's programs keep XMP."""
    body = packet(making)
    chunk = b"_PMX" + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
    whole = blob + b"\0" * (len(blob) % 2) + chunk
    return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]


def of_wav(blob: bytes) -> bytes:
    """The XMP of a WAV file, empty without."""
    place = 12
    while place + 8 <= len(blob):
        size = int.from_bytes(blob[place + 4 : place + 8], "little")
        if blob[place : place + 4] == b"_PMX":
            return blob[place + 8 : place + 8 + size][: tags.LONGEST_XMP]
        place += 8 + size + size % 2
    return b""


def of_tiff(blob: bytes) -> bytes:
    """The XMP of a TIFF file: the tag 700 of its first directory; empty without."""
    if blob[:4] not in (b"II*\0", b"MM\0*"):
        return b""

    def number(place: int, size: int) -> int:
        return int.from_bytes(blob[place : place + size], "little" if blob[:2] == b"II" else "big")

    start = number(4, 4)
    for place in range(start + 2, start + 2 + 12 * min(number(start, 2), 500), 12):
        if number(place, 2) == 700:
            size, at = number(place + 4, 4), number(place + 8, 4)
            return blob[at : at + size] if 4 < size <= tags.LONGEST_XMP else b""
    return b""


def _rdf(document: minidom.Document) -> Any:
    return next((element for element in tags.elements(document) if _local(element.tagName) == "RDF"), None)


def _local(name: str) -> str:
    return str(name).rpartition(":")[2]
