"""`python -m ganapp certificate`: make an authority of one's own and a certificate that results are signed with."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import util
from pathlib import Path

from ganapp.base.errors import UserError
from ganapp.shell.words import say


def main(arguments: Sequence[str]) -> int:
    """Write the files and say what they are for. UserError where the package is missing or there are such files already."""
    parser = argparse.ArgumentParser("python -m ganapp certificate", description=say("certificate.help"))
    parser.add_argument("--out", type=Path, default=Path("certificate"), metavar="FOLDER", help=say("certificate.out"))
    parser.add_argument("--name", default="Likeness", help=say("certificate.name"))
    options = parser.parse_args(list(arguments)[1:])
    if util.find_spec("cryptography") is None:
        raise UserError("c2pa_missing")
    from ganapp.pictures.provenance import certificate

    signing = options.out / certificate.SIGNING
    if signing.exists():
        raise UserError("certificate_there", file=signing)
    try:
        certificate.keep(options.out, *certificate.make(options.name))
    except OSError as problem:
        raise UserError("file_unwritable", file=signing) from problem
    print(say("certificate.made", signing=signing, authority=options.out / certificate.AUTHORITY))
    return 0
