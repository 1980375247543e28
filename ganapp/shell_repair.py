"""Repair in the shell: `repair IN --mask M --out OUT`, one photo, or a folder or zip of them.

Many photos take masks of the same name, or one mask for all. What is there already is not mended again, so a run that was cut short goes on
where it stopped; a photo that cannot be mended is told, and the others go on.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from ganapp import images, locales, paths, progress, shell_batch
from ganapp.errors import UserError
from ganapp.shell_batch import Bar, Masks, Source

RESULTS = (".png", ".jpg", ".tif")


def say(key: str, **values: object) -> str:
    """A sentence of this command in the reader's language."""
    return locales.text(f"shell.repair.{key}", paths.language(), **values)


def main(arguments: Sequence[str]) -> int:
    """Carry out `repair ...`: 0 when all was mended, 1 when some photos of several could not be. UserError says what cannot be."""
    asked = _parser().parse_args(list(arguments)[1:])
    from ganapp.tasks import repair

    names = {each.name for each in dataclasses.fields(repair.Request)} - {"picture", "mask"}
    fields = {name: value for name, value in vars(asked).items() if name in names}
    if not shell_batch.many(asked.input):
        if shell_batch.many(asked.mask):
            raise UserError("shell_repair_mask")
        report = _mend(shell_batch.one(asked.input), shell_batch.content(asked.mask), asked.out, fields)
        _tell(report, asked)
        return 0
    return _batch(asked, fields)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m ganapp repair", description=say("description"))
    parser.add_argument("input", type=Path, metavar="IN", help=say("input"))
    parser.add_argument("--mask", type=Path, required=True, metavar="M", help=say("mask"))
    parser.add_argument("--out", type=Path, required=True, metavar="OUT", help=say("out"))
    default: dict[str, Any] = {"default": argparse.SUPPRESS}
    parser.add_argument("--fill", choices=("around", "smooth"), help=say("fill"), **default)
    for name in ("grow", "soften", "seed"):
        parser.add_argument(f"--{name}", type=int, help=say(name), **default)
    parser.add_argument("--model", help=say("model"), **default)
    parser.add_argument("--form", choices=("lossless", "jpeg"), help=say("form"), **default)
    parser.add_argument("--keep-gps", action="store_true", help=say("keep_gps"), **default)
    parser.add_argument("--json", action="store_true", help=locales.text("shell.json", paths.language()))
    return parser


def _mend(photo: Source, mask: bytes, target: Path, fields: dict[str, Any]) -> dict[str, Any]:
    """Mend one photo into `target`, whose ending becomes that of the kind of file it is; written whole or not at all."""
    from ganapp.tasks import repair

    request = repair.Request(picture=images.data_uri(photo.read()), mask=images.data_uri(mask), **fields)
    result = repair.run(request)
    if result.file is None:
        raise TypeError("a whole file was asked for")
    target = target.with_suffix(f".{result.file.ending}")
    shell_batch.write(target, result.file.blob)
    kept = {key: value for key, value in result.report().items() if key not in ("picture", "patches")}
    return {"photo": str(photo.name), "file": str(target), **kept}


def _tell(report: dict[str, Any], asked: argparse.Namespace) -> None:
    if asked.json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        counts = {"changed": report["outside_changed"], "outside": f"{report['outside']:,}", "seconds": report["seconds"]}
        print(say("done", file=report["file"], **counts))


def _batch(asked: argparse.Namespace, fields: dict[str, Any]) -> int:
    photos = list(shell_batch.sources(asked.input))
    if not photos:
        raise UserError("shell_none", name=asked.input)
    masks = shell_batch.masks(asked.mask)
    targets = _targets([photo.name for photo in photos])
    folder = shell_batch.place(asked.out)
    works: list[shell_batch.Work] = [(photo.name, partial(_one, photo, masks, folder / targets[photo.name], fields)) for photo in photos]
    return shell_batch.carry_out(works, asked.out, asked.json, say)


def _targets(names: list[PurePosixPath]) -> dict[PurePosixPath, PurePosixPath]:
    """Where each photo's result goes, but for its ending: a.png and a.jpg, which would share one name, become a-png and a-jpg."""
    stems = Counter(name.with_suffix("") for name in names)
    taken = {stem for stem, count in stems.items() if count == 1}
    found = {}
    for name in names:
        own = name.with_suffix("")
        if stems[own] > 1:
            own = own.with_name(f"{own.name}-{name.suffix[1:].lower()}")
            while own in taken:
                own = own.with_name(f"{own.name}-")
            taken.add(own)
        found[name] = own.with_name(f"{own.name}{name.suffix}")
    return found


def _one(photo: Source, masks: Masks, target: Path, fields: dict[str, Any], bar: Bar) -> dict[str, Any] | None:
    """Mend one photo of several; None when it was there already."""
    if any(target.with_suffix(ending).is_file() for ending in RESULTS):
        return None
    mask = masks(photo.name)
    with progress.watched(bar):
        return _mend(photo, mask, target, fields)
