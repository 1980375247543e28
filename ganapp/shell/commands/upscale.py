"""Upscale in the shell: `upscale IN... --scale 4 --out DIR`, photos, folders and zips of them.

What is there already is not enlarged again, so a run that was cut short goes on where it stopped; a photo that cannot be enlarged is
reported, and the others go on.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ganapp.base import locales, paths
from ganapp.pictures import images
from ganapp.shell import batch
from ganapp.shell import plan as shell_plan
from ganapp.shell.batch import FORMS
from ganapp.shell.plan import Arguments, Naming, Plan


def say(key: str, **values: object) -> str:
    """A sentence of this command in the reader's language."""
    return locales.text(f"shell.upscale.{key}", paths.language(), **values)


def main(arguments: Sequence[str], engine: batch.Engine = batch.local) -> int:
    """Carry out `upscale ...`: 0 when all was enlarged, 1 when some photos could not be. UserError says what cannot be."""
    options = parser().parse_args(list(arguments)[1:])
    from ganapp.tasks import upscale

    names = {each.name for each in dataclasses.fields(upscale.Request)} - {"picture", "name"}
    fields = {name: value for name, value in vars(options).items() if name in names}
    out = shell_plan.place(options.out)
    shell_plan.form_of_the_file(options.input, out, fields)
    wish = upscale.Request(picture=shell_plan.NOTHING, **fields)

    def named(stem: str) -> str:
        return upscale.named(stem, wish.factor, wish.width, "").rstrip(".")

    plan = Plan.of(Arguments(options.input, out, overwrite=options.overwrite), Naming(named, FORMS[wish.form]))
    order = batch.Order(partial(_made, fields), lambda _: shell_plan.digest("upscale", fields))
    return batch.carry_out(order, plan, options.json, say, engine)


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    parser = argparse.ArgumentParser("python -m ganapp upscale", description=say("description"))
    parser.add_argument("input", type=Path, nargs="+", metavar="IN", help=say("input"))
    parser.add_argument("--out", required=True, metavar="OUT", help=say("out"))
    default: dict[str, Any] = {"default": argparse.SUPPRESS}
    parser.add_argument("--scale", "--factor", dest="factor", type=float, help=say("scale"), **default)
    parser.add_argument("--width", type=int, help=say("width"), **default)
    parser.add_argument("--model", help=say("model"), **default)
    for name in ("strength", "denoise"):
        parser.add_argument(f"--{name}", type=float, help=say(name), **default)
    parser.add_argument("--form", choices=tuple(FORMS), help=say("form"), **default)
    for name in ("quality", "tile"):
        parser.add_argument(f"--{name}", type=int, help=say(name), **default)
    parser.add_argument("--keep-gps", action="store_true", help=say("keep_gps"), **default)
    batch.add_flags(parser)
    return parser


def _made(fields: dict[str, Any], photo: bytes, name: str, mask: bytes | None) -> batch.Made:
    """Enlarge one photo."""
    from ganapp.tasks import upscale

    result = upscale.run(upscale.Request(picture=images.data_uri(photo), name=name, **fields))
    return result.file, result.facts()
