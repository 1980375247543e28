"""Writes the static edition: which files, packed how, under which version, and a look at it when it is there."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ganapp.base import locales, paths, writing
from ganapp.base.errors import UserError
from ganapp.ui.edition import cards, document, styles
from ganapp.ui.edition.facts import facts
from ganapp.ui.server import static

LIST = "edition.json"  # which files are the edition's; whatever else lies in the folder is never touched
HALVES = (".onnx", ".safetensors")  # of numbers of two bytes: their lower bytes first, then the upper ones, which pack better so
COMMENT = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*\n", re.S | re.M)
SEEN_ELSEWHERE = ("pictures/likeness.webp", "pictures/styles/", "pictures/paintings/")  # of the README; these lie in styles.json
NOT_HERE = (
    "recordings/digits/",
    *SEEN_ELSEWHERE,
    *(f"{kind}/{page}{end}" for page in document.ELSEWHERE for kind, end in (("js", "/"), ("css", ".css"))),
)
PREVIEWS = "pictures/previews/"
DIRECTIONS = "models/digits/directions.json"  # of the network that Learn takes apart; what Digits needs lies in sampler-*.json
OWN_FILES = ("LICENSE", "NOTICE")
MOST_BYTES = 40_000_000
STRANGE = re.compile(r"https?://(?!www\.w3\.org/)[\w.-]+[^\s\"'`<>)]*")
CITED = re.compile(r'<a class="link" href="https://(arxiv\.org/abs|doi\.org)/[\w./-]+">|(?m:^\s*(?://|/?\*).*$)')
NAMED = re.compile(r'(?:src|href)="([^":#?]+)(?=["#?])')
README = """---
title: Likeness
emoji: ✍️
colorFrom: indigo
colorTo: gray
sdk: static
app_file: index.html
short_description: GANs in the browser, no server behind them
license: mit
pinned: false
---

# Likeness, the static edition

Written by `python -m ganapp export-static`. Every page and every net here runs in the reader's browser; nothing is sent anywhere. Put the
folder on any web server.
"""


@dataclass(frozen=True)
class Written:
    """What was written: how many files, how many bytes, the version in every address, and files of an earlier edition that are gone."""

    files: int
    bytes: int
    version: str
    removed: int


def export(out: Path, app: str = "") -> Written:
    """Write the edition into the folder `out`. app: address of the full app, to which pages link; "" for none.

    The same project gives the same bytes. UserError for a folder that holds other things, and where the result is not sound: it asks
    another host, names a file that is not there, or is too large.
    """
    before = _before(out)
    whole = content(app)
    for name, blob in whole.items():
        place = out / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not (place.is_file() and place.read_bytes() == blob):
            writing.write(place, blob)
    gone = [name for name in before if name not in whole]
    for name in gone:
        (out / name).unlink(missing_ok=True)
    for folder in sorted({place for name in gone for place in (out / name).parents if out in place.parents}, reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    found = faults(whole)
    if found:
        raise UserError("edition_unsound", what="; ".join(found[:5]))
    return Written(len(whole), sum(map(len, whole.values())), _version_of(whole), len(gone))


def _before(out: Path) -> list[str]:
    """Files of an edition that lies there already. UserError for a folder with anything else alone."""
    if not out.exists():
        return []
    if not out.is_dir() or (any(out.iterdir()) and not (out / LIST).is_file()):
        raise UserError("edition_folder", folder=str(out))
    try:
        listed = json.loads((out / LIST).read_text(encoding="utf-8"))["files"] if (out / LIST).is_file() else []
    except (ValueError, KeyError, TypeError) as problem:
        raise UserError("edition_folder", folder=str(out)) from problem
    return [name for name in listed if isinstance(name, str) and (out / name).resolve().is_relative_to(out.resolve())]


def content(app: str = "") -> dict[str, bytes]:
    """Every file of the edition by its path. UserError for an address of the full app that is none."""
    if app and not re.fullmatch(r"https?://[^\s\"'<>]+", app):
        raise UserError("edition_app", address=app)
    tree = _tree()
    version = _digest(tree)
    root = f"static/{version}"
    whole = {f"{root}/{name}": blob for name, blob in tree.items()}
    for page in document.pages():
        whole[document.file_of(page)] = document.document_of(page, root, app).encode()
    worker = (paths.assets() / "edition" / "service-worker.js").read_text(encoding="utf-8")
    whole["service-worker.js"] = worker.replace("$version", version).encode()
    whole |= {"README.md": README.encode(), ".nojekyll": b"", **_licences()}
    listed = json.dumps({"version": version, "files": sorted([*whole, LIST])}, indent=1)
    return {**whole, LIST: listed.encode()}


def _tree() -> dict[str, bytes]:
    """What lies below the version: the app's own files without those of pages that are not here, models, packs, and answers."""
    tree: dict[str, bytes] = {}
    for name, file in static.served().items():
        if name.startswith(NOT_HERE) or (name.startswith(PREVIEWS) and Path(name).stem not in document.ELSEWHERE):
            continue
        if file.name == Path(DIRECTIONS).name and name != DIRECTIONS:
            continue
        if file.suffix in HALVES:
            tree |= _packed(name, file.read_bytes())
        elif not file.is_file():  # held in packed form alone
            tree[f"{name}.gz"] = file.with_name(f"{file.name}.gz").read_bytes()
        else:
            tree[name] = file.read_bytes() if file.suffix not in (".js", ".css") else COMMENT.sub("", file.read_text("utf-8")).encode()
    for name, blob in styles.files().items():
        tree |= _packed(name, halved(blob) if name.endswith(".safetensors") else blob)
    answers = facts()
    for name in sorted({each["net"]["file"] for each in (*answers["styles"], *answers["upscale"])}):
        if name.startswith("models/"):
            tree |= _packed(name, (paths.shipped_models().parent / name).read_bytes())
    carded = {name.split("/")[1] for name in tree if name.startswith("models/") and not name.endswith(".json")}
    answers["cards"] = cards.described(carded)
    for model in answers["models"]["models"]:
        model["card"] = model["id"] in carded
    for name, answer in answers.items():
        tree |= _packed(f"edition/{name}.json", json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode())
    for page in document.pages():
        words = json.dumps(document.words_of(page), ensure_ascii=False, separators=(",", ":"))
        tree |= _packed(f"edition/words/{page.slug}.json", words.encode())
    return tree


def _packed(name: str, blob: bytes) -> dict[str, bytes]:
    """A file as it is unpacked in the page (assets/js/parts/runtime.js): a plain server may not say how it is coded."""
    if Path(name).suffix in HALVES:
        return {f"{name}.halves.gz": gzip.compress(blob[0::2] + blob[1::2], 9, mtime=0)}
    return {f"{name}.gz": gzip.compress(blob, 9, mtime=0)}


def halved(blob: bytes) -> bytes:
    """A safetensors file with its single-precision tensors in half precision."""
    (size,) = struct.unpack("<Q", blob[:8])
    header: dict[str, Any] = json.loads(blob[8 : 8 + size])
    made, parts, at = {}, [], 0
    for name, entry in sorted((name, entry) for name, entry in header.items() if name != "__metadata__"):
        first, last = entry["data_offsets"]
        part = blob[8 + size + first : 8 + size + last]
        if entry["dtype"] == "F32":
            part, entry = np.frombuffer(part, "<f4").astype("<f2").tobytes(), {**entry, "dtype": "F16"}
        made[name] = {**entry, "data_offsets": [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    told = json.dumps(made, separators=(",", ":")).encode()
    told += b" " * (-len(told) % 8)
    return struct.pack("<Q", len(told)) + told + b"".join(parts)


def _digest(tree: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, blob in sorted(tree.items()):
        digest.update(f"{name} {len(blob)}\n".encode())
        digest.update(blob)
    return digest.hexdigest()[:16]


def _version_of(whole: dict[str, bytes]) -> str:
    version: str = json.loads(whole[LIST])["version"]
    return version


def _licences() -> dict[str, bytes]:
    return {name: (paths.ROOT / name).read_bytes() for name in OWN_FILES if (paths.ROOT / name).is_file()}


def faults(whole: dict[str, bytes]) -> list[str]:
    """What is wrong with an edition: files that name another host, beside citations and what is only linked; addresses of files that are
    not there; more bytes than a free host likes."""
    found = []
    for name, blob in whole.items():
        if name.endswith((".html", ".css", ".js")) and "/vendor/" not in name:
            text = CITED.sub("", blob.decode())
            found += [f"{name} names {address}" for address in STRANGE.findall(_without_words(text))]
        if name.endswith(".html"):
            if "default-src 'self'" not in blob.decode():
                found.append(f"{name} has no policy")
            named = {address for address in NAMED.findall(_without_words(blob.decode())) if address not in ("./",)}
            found += [f"{name} leads to {address}, which is not there" for address in sorted(named) if address not in whole]
    total = sum(map(len, whole.values()))
    return [*found, f"{total} bytes"] if total > MOST_BYTES else found


def _without_words(text: str) -> str:
    """A document without what its scripts are told: words, and the address of the full app, which is linked and never asked."""
    return re.sub(r'<script type="application/json".*?</script>', "", text, flags=re.S)


def summary(done: Written, language: str) -> str:
    """A sentence on what was written."""
    values = {"files": done.files, "megabytes": f"{done.bytes / 1e6:.1f}", "removed": done.removed, "version": done.version}
    return locales.text("shell.export_static.written", language, **values)
