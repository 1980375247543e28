"""Repair in the shell: `repair IN --mask M --out OUT`, one photo, or a folder or zip of them.

Many photos take masks of the same name, or one mask for all. What is there already is not repaired again, so a run that was cut short goes
on where it stopped; a photo that cannot be repaired is reported, and the others go on.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ganapp.base import filenames, locales, paths
from ganapp.base.errors import UserError
from ganapp.pictures import images
from ganapp.shell import batch, sources
from ganapp.shell import plan as shell_plan
from ganapp.shell.plan import Arguments, Naming, Plan

ENDINGS = {"lossless": ("png", "tif"), "jpeg": ("jpg",)}  # form -> endings that its files may have
FORMS = {".png": "lossless", ".tif": "lossless", ".tiff": "lossless", **dict.fromkeys(filenames.JPEGS, "jpeg")}  # of the file in --out


def say(key: str, **values: object) -> str:
    """A sentence of this command in the reader's language."""
    return locales.text(f"shell.repair.{key}", paths.language(), **values)


def main(arguments: Sequence[str], engine: batch.Engine = batch.local) -> int:
    """Carry out `repair ...`: 0 when all was mended, 1 when some photos of several could not be. UserError says what cannot be."""
    options = parser().parse_args(list(arguments)[1:])
    from ganapp.tasks import repair

    names = {each.name for each in dataclasses.fields(repair.Request)} - {"picture", "mask"}
    fields = {name: value for name, value in vars(options).items() if name in names}
    alone = not sources.many(options.input)
    if alone and sources.many(options.mask):
        raise UserError("shell_repair_mask")
    out = shell_plan.place(options.out)
    shell_plan.form_of_the_file([options.input], out, fields, FORMS)
    wish = repair.Request(picture=shell_plan.NOTHING, mask=shell_plan.NOTHING, **fields)
    naming = Naming(str, ENDINGS[wish.form], beside="-repaired", parted="-", file=True)
    plan = Plan.of(Arguments([options.input], out, [options.mask], options.overwrite), naming)
    masks = sources.masks(options.mask, [job.source for job in plan.jobs])
    order = batch.Order(partial(_made, fields), lambda mask: shell_plan.digest("repair", mask, fields), masks)
    if alone and not plan.archive:
        return _alone(order, plan, options.json)
    return batch.carry_out(order, plan, options.json, say, engine)


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    parser = argparse.ArgumentParser("python -m ganapp repair", description=say("description"))
    parser.add_argument("input", type=Path, metavar="IN", help=say("input"))
    parser.add_argument("--mask", type=Path, required=True, metavar="M", help=say("mask"))
    parser.add_argument("--out", required=True, metavar="OUT", help=say("out"))
    default: dict[str, Any] = {"default": argparse.SUPPRESS}
    parser.add_argument("--fill", choices=("around", "smooth"), help=say("fill"), **default)
    for name in ("grow", "soften", "seed"):
        parser.add_argument(f"--{name}", type=int, help=say(name), **default)
    parser.add_argument("--model", help=say("model"), **default)
    parser.add_argument("--form", choices=tuple(ENDINGS), help=say("form"), **default)
    parser.add_argument("--keep-gps", action="store_true", help=say("keep_gps"), **default)
    batch.add_flags(parser)
    return parser


def _alone(order: batch.Order, plan: Plan, as_json: bool) -> int:
    """Mend the one photo and tell about it. UserError when that cannot be done."""
    job = plan.jobs[0]
    try:
        mask, photo = order.mask(job), job.source.read()
        made = order.make(photo, job.source.name.name, mask)
        report = batch.keep(batch.Outcome(job, shell_plan.content(job.source, photo), order.wish(mask), made), plan)
    except Exception as problem:  # noqa: BLE001 - the readers, writers and engines behind it have no common family of errors
        raise batch.explained(problem) from problem
    finally:
        plan.finish(0)
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        counts = {"changed": report["outside_changed"], "outside": f"{report['outside']:,}", "seconds": report["seconds"]}
        print(say("done", file=report["file"], **counts))
    return 0


def _made(fields: dict[str, Any], photo: bytes, name: str, mask: bytes | None) -> batch.Made:
    """Mend one photo."""
    from ganapp.tasks import repair

    assert mask is not None
    result = repair.run(repair.Request(picture=images.data_uri(photo), mask=images.data_uri(mask), **fields))
    if result.file is None:
        raise TypeError("a whole file was asked for")
    return result.file, {key: value for key, value in result.report().items() if key not in ("picture", "patches")}
