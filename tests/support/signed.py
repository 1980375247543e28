"""Files without their signatures, which differ each time a file is signed: what is left is the same for the same request."""

from __future__ import annotations

from ganapp.pictures import containers, images


def unsigned(blob: bytes) -> bytes:
    """A PNG without its manifest; any other file as it is."""
    kept, place = [], 0
    for block in containers.blocks(blob) if blob.startswith(containers.PNG) else ():
        if block.kind == b"caBX":
            kept.append(blob[place : block.start])
            place = block.end
    return b"".join([*kept, blob[place:]])


def unsigned_uri(uri: str) -> bytes:
    """The same of a data URI."""
    return unsigned(images.from_data_uri(uri))
