"""Stylize in the shell: `stylize IN... --style sand-and-sky --out OUT`, photos, folders and zips of them.

What is there already is not painted again, so a run that was cut short goes on where it stopped; a photo that cannot be painted is
reported, and the others go on.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ganapp.base import filenames, locales, paths
from ganapp.pictures import images
from ganapp.shell import batch, sources
from ganapp.shell import plan as shell_plan
from ganapp.shell.batch import FORMS
from ganapp.shell.plan import Arguments, Naming, Plan

OWN = "own"


def say(key: str, **values: object) -> str:
    """A sentence of this command in the reader's language."""
    return locales.text(f"shell.stylize.{key}", paths.language(), **values)


def main(arguments: Sequence[str], engine: batch.Engine = batch.local) -> int:
    """Carry out `stylize ...`: 0 when all was painted, 1 when some photos could not be. UserError says what cannot be."""
    options = parser().parse_args(list(arguments)[1:])
    from ganapp.stylizing import mixture
    from ganapp.tasks import stylize

    names = {each.name for each in dataclasses.fields(stylize.Request)} - {"picture", "name", "mask", "style", "second"}
    fields = {name: value for name, value in vars(options).items() if name in names}
    style = options.style or mixture.first()
    fields |= _style(style, "style", "painting") | _style(options.second, "second", "second_painting")
    out = shell_plan.place(options.out)
    shell_plan.form_of_the_file(options.input, out, fields)
    wish = stylize.Request(picture=shell_plan.NOTHING, **fields)

    def named(stem: str) -> str:
        return stylize.named(f"{stem}.", wish, "").rstrip(".")

    others = [Path(each) for each in (options.mask, options.style, options.second) if each and Path(each).exists()]
    plan = Plan.of(Arguments(options.input, out, others, options.overwrite), Naming(named, FORMS[wish.form]))
    masks = sources.masks(options.mask, [job.source for job in plan.jobs]) if options.mask else None
    order = batch.Order(partial(_made, fields), lambda mask: shell_plan.digest("stylize", {**fields, **_masked(mask)}), masks)
    return batch.carry_out(order, plan, options.json, say, engine)


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    parser = argparse.ArgumentParser("python -m ganapp stylize", description=say("description"))
    parser.add_argument("input", type=Path, nargs="+", metavar="IN", help=say("input"))
    parser.add_argument("--out", required=True, metavar="OUT", help=say("out"))
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
    batch.add_flags(parser)
    return parser


def _style(given: str, style: str, painting: str) -> dict[str, str]:
    """The fields of a style: a name, or the picture that is to be its painting."""
    if not given:
        return {}
    if filenames.ending(given) in filenames.PICTURES:
        return {style: OWN, painting: images.data_uri(sources.content(Path(given)))}
    return {style: given}


def _masked(mask: bytes | None) -> dict[str, Any]:
    return {"mask": images.data_uri(mask)} if mask is not None else {}


def _made(fields: dict[str, Any], photo: bytes, name: str, mask: bytes | None) -> batch.Made:
    """Paint one photo."""
    from ganapp.tasks import stylize

    result = stylize.run(stylize.Request(picture=images.data_uri(photo), name=name, **fields, **_masked(mask)))
    return result.file, result.facts()
