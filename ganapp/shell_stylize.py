"""Stylize in the shell: `stylize IN... --style great-wave --out OUT`, photos, folders and zips of them.

What is there already is not painted again, so a run that was cut short goes on where it stopped; a photo that cannot be painted is told,
and the others go on.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from ganapp import images, locales, paths, progress, shell_batch
from ganapp.shell_batch import FORMS, Bar, Job, Masks

ENDINGS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}  # of a single result -> its form
OWN = "own"


def say(key: str, **values: object) -> str:
    """A sentence of this command in the reader's language."""
    return locales.text(f"shell.stylize.{key}", paths.language(), **values)


def main(arguments: Sequence[str]) -> int:
    """Carry out `stylize ...`: 0 when all was painted, 1 when some photos could not be. UserError says what cannot be."""
    asked = _parser().parse_args(list(arguments)[1:])
    from ganapp.tasks import stylize

    names = {each.name for each in dataclasses.fields(stylize.Request)} - {"picture", "name", "mask", "style", "second"}
    fields = {name: value for name, value in vars(asked).items() if name in names}
    fields |= _style(asked.style, "style", "painting") | _style(asked.second, "second", "second_painting")
    alone = len(asked.input) == 1 and not shell_batch.many(asked.input[0]) and asked.out.suffix.lower() in ENDINGS
    if alone:
        fields.setdefault("form", ENDINGS[asked.out.suffix.lower()])
    masks = shell_batch.masks(asked.mask) if asked.mask else None
    jobs = shell_batch.jobs(asked.input, shell_batch.place(asked.out))
    works: list[shell_batch.Work] = [(job.source.name, partial(_one, job, fields, masks, asked.out if alone else None)) for job in jobs]
    return shell_batch.carry_out(works, asked.out, asked.json, say)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m ganapp stylize", description=say("description"))
    parser.add_argument("input", type=Path, nargs="+", metavar="IN", help=say("input"))
    parser.add_argument("--out", type=Path, required=True, metavar="OUT", help=say("out"))
    for name in ("style", "second"):
        parser.add_argument(f"--{name}", default="", metavar="STYLE", help=say(name))
    default: dict[str, Any] = {"default": argparse.SUPPRESS}
    for name in ("blend", "strength", "strokes", "detail"):
        parser.add_argument(f"--{name}", type=float, help=say(name), **default)
    parser.add_argument("--colours", choices=("style", "luminance", "matched"), help=say("colours"), **default)
    parser.add_argument("--mask", type=Path, metavar="M", help=say("mask"))
    parser.add_argument("--where", choices=("inside", "outside"), help=say("where"), **default)
    parser.add_argument("--form", choices=tuple(FORMS), help=say("form"), **default)
    for name in ("seed", "quality", "tile"):
        parser.add_argument(f"--{name}", type=int, help=say(name), **default)
    parser.add_argument("--keep-gps", action="store_true", help=say("keep_gps"), **default)
    parser.add_argument("--json", action="store_true", help=locales.text("shell.json", paths.language()))
    return parser


def _style(given: str, style: str, painting: str) -> dict[str, str]:
    """The fields of a style: a name, or the picture that is to be its painting."""
    if not given:
        return {}
    if Path(given).suffix.lower() in shell_batch.ENDINGS:
        return {style: OWN, painting: images.data_uri(shell_batch.content(Path(given)))}
    return {style: given}


def _one(job: Job, fields: dict[str, Any], masks: Masks | None, target: Path | None, bar: Bar) -> dict[str, Any] | None:
    """Paint one photo, into `target` or under its own name; None when that was done already."""
    from ganapp.tasks import stylize

    more: dict[str, Any] = {"mask": images.data_uri(masks(job.source.name))} if masks else {}
    request = stylize.Request(picture=images.data_uri(job.source.read()), name=job.name, **fields, **more)
    if target is None and any((job.place / stylize.named(job.name, request, ending)).is_file() for ending in FORMS[request.form]):
        return None
    with progress.watched(bar):
        result = stylize.run(request)
    target = target.with_suffix(f".{result.file.ending}") if target else job.place / result.name
    shell_batch.write(target, result.file.blob)
    return {"photo": str(PurePosixPath(job.source.name)), "file": str(target), **result.facts()}
