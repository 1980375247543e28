"""Names of files: which are pictures, what the systems leave behind, and names that every disk takes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

JPEGS = (".jpg", ".jpeg", ".jfif", ".jpe", ".jif", ".pjpeg", ".pjp")  # one kind of file by its several endings
TIFFS = (".tif", ".tiff")
PICTURES = (".png", *JPEGS, ".webp", ".gif", ".bmp", *TIFFS, ".heic", ".heif", ".hif", ".avif")
SOUNDS = (".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff")
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz")
LITTER = ("thumbs.db", "ehthumbs.db", "desktop.ini", "@eadir", "$recycle.bin", "system volume information", "__macosx")
STEM_BYTES = 200  # of a name without its ending: file systems take 255 bytes, and a suffix, a number and an ending come after it
ENDING_BYTES = 12
# Names that Windows keeps for devices, whatever ending follows.
DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])[ .]*(\..*)?", re.IGNORECASE)
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\ud800-\udfff]")  # by one of the usual systems; lone surrogates by all


def litter(name: str) -> bool:
    """Whether a file is what operating systems leave behind: hidden files and folders, resource forks, thumbnails."""
    return any(part.lower() in LITTER or (part.startswith(".") and part not in (".", "..")) for part in PurePosixPath(name).parts)


def composed(name: str) -> str:
    """The name in Unicode's form NFC: macOS writes é as two signs, so that one name would count as two."""
    return unicodedata.normalize("NFC", name)


def key(name: str) -> str:
    """What two names share that are one file on a disk without upper and lower case."""
    return composed(composed(name).casefold())


def ending(name: str) -> str:
    """A name's ending in lower case, with its dot; "" for none."""
    return PurePosixPath(name).suffix.lower()


def safe(part: str, otherwise: str = "photo") -> str:
    """A file's or folder's name as every usual disk takes it; `otherwise` when nothing is left."""
    name = shortened(FORBIDDEN.sub("", composed(part)).strip(" ."))
    return f"_{name}" if DEVICE.fullmatch(name) else name or otherwise


def fitting(name: str) -> str:
    """A whole name in as many bytes as file systems take, composed; its ending stays."""
    name = composed(name)
    stem, dot, last = name.rpartition(".")
    if len(name.encode("utf-8")) <= STEM_BYTES + ENDING_BYTES or not stem or len(last.encode("utf-8")) > ENDING_BYTES:
        return shortened(name, STEM_BYTES + ENDING_BYTES)
    return shortened(stem) + dot + last


def shortened(stem: str, most: int = STEM_BYTES) -> str:
    """The name in at most so many bytes. A longer one is cut and ends with a digest of the whole, so that two that begin alike stay two."""
    whole = stem.encode("utf-8")
    if len(whole) <= most:
        return stem
    mark = f"-{hashlib.sha256(whole).hexdigest()[:6]}"
    return whole[: most - len(mark)].decode("utf-8", "ignore").rstrip(" .") + mark
