"""What a tool answers: a picture as an image block and an address, facts as short text.

An agent reads every block: a picture is shown at a size it can look at, and no text block is longer than `LONGEST`. The whole file is at
the address, for an hour.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from typing import Any

from mcp.types import AudioContent, ContentBlock, ImageContent, TextContent
from PIL import Image

from ganapp.base import results
from ganapp.ui.agents.caller import Caller

LONGEST = 4000  # bytes of a text block
SHOWN_BYTES = 256 * 1024  # of a picture that is shown as it is; a larger one is shown smaller
SIDE = 768  # pixels, of what is shown then
SHOWN_AS_THEY_ARE = ("image/png", "image/jpeg", "image/webp", "image/gif")
MIMES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "tif": "image/tiff", "gif": "image/gif", "wav": "audio/wav"}


@dataclass(frozen=True)
class File:
    """A file of a result, as bytes or, where it is kept already, by its token."""

    name: str
    mime: str
    blob: bytes
    token: str = ""

    @classmethod
    def of_uri(cls, uri: str, name: str) -> File:
        """The file in a data URI."""
        head, _, body = uri.partition(",")
        mime = head.removeprefix("data:").removesuffix(";base64")
        ending = next((ending for ending, known in MIMES.items() if known == mime), "bin")
        return cls(f"{name}.{ending}", mime, base64.b64decode(body))

    @classmethod
    def of_address(cls, address: str) -> File:
        """A file that is kept under an address of this app."""
        token = address.removeprefix(results.ADDRESS)
        kept = results.find(token)
        assert kept is not None, "it was kept this moment"
        return cls(kept.name, kept.mime, kept.path.read_bytes(), token)

    def blocks(self, caller: Caller) -> list[ContentBlock]:
        """What is looked at or listened to, and the address of the whole."""
        token = self.token or results.keep(self.blob, self.name, self.mime)
        where = f"{self.name}: {caller.base}{results.ADDRESS}{token} ({len(self.blob):,} bytes, kept for an hour)"
        return [*self._shown(), TextContent(type="text", text=where)]

    def _shown(self) -> list[ContentBlock]:
        if self.mime.startswith("audio/"):
            return [AudioContent(type="audio", data=_base64(self.blob), mimeType=self.mime)]
        if not self.mime.startswith("image/"):
            return []
        if self.mime in SHOWN_AS_THEY_ARE and len(self.blob) <= SHOWN_BYTES:
            return [ImageContent(type="image", data=_base64(self.blob), mimeType=self.mime)]
        return [ImageContent(type="image", data=_base64(_smaller(self.blob)), mimeType="image/jpeg")]


def _base64(blob: bytes) -> str:
    return base64.b64encode(blob).decode("ascii")


def _smaller(blob: bytes) -> bytes:
    """A JPEG to look at; what is transparent is shown on white."""
    with Image.open(io.BytesIO(blob)) as image:
        image.draft("RGB", (SIDE, SIDE))
        image.thumbnail((SIDE, SIDE))
        deep = image.mode.startswith(("I", "F"))  # 16 bits of grey
        clear = (image.convert("I").point(lambda level: level / 256).convert("L") if deep else image).convert("RGBA")
        shown = Image.new("RGB", clear.size, "white")
        shown.paste(clear, mask=clear.getchannel("A"))
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=85)
    return out.getvalue()


def text(words: str) -> list[ContentBlock]:
    """Text in blocks that an agent may read, parted between lines."""
    parts, held = [], ""
    for line in words.splitlines():
        line = _cut(line)
        if held and len(f"{held}\n{line}".encode()) > LONGEST:
            parts.append(held)
            held = line
        else:
            held = f"{held}\n{line}" if held else line
    return [TextContent(type="text", text=part) for part in [*parts, held]]


def _cut(line: str) -> str:
    return line if len(line.encode()) <= LONGEST else line.encode()[: LONGEST - 3].decode(errors="ignore") + "..."


def facts(values: dict[str, Any]) -> list[ContentBlock]:
    """Facts as JSON, without the longest of them where it would be too long."""
    kept = dict(values)
    while len(json.dumps(kept, ensure_ascii=False).encode()) > LONGEST:
        longest = max(kept, key=lambda name: len(json.dumps(kept[name], ensure_ascii=False)))
        kept[longest] = "left out: too long"
    return text(json.dumps(kept, ensure_ascii=False))
