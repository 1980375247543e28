"""`python -m ganapp deploy OWNER/NAME`: put the app on a Space, and see that it answers there."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ganapp.base.errors import UserError
from ganapp.models import hub_access
from ganapp.shell.commands.doctor import tell
from ganapp.shell.words import say
from ganapp.shipping import checks, hardware, space, static_space
from ganapp.shipping.findings import fine

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def main(arguments: Sequence[str]) -> int:
    """Look, plan, send, wait, try. 0 when the Space answers, or when nothing stands in the way of a dry run."""
    parser = argparse.ArgumentParser("python -m ganapp deploy", description=say("deploy.help"))
    parser.add_argument("repository", help=say("repository"))
    parser.add_argument("--hardware", choices=tuple(hardware.EVERY), default=hardware.DEFAULT, help=say("deploy.hardware"))
    parser.add_argument("--bucket", default="", metavar="NAME", help=say("deploy.bucket"))
    parser.add_argument("--training-accounts", default="", metavar="NAMES", help=say("deploy.accounts"))
    parser.add_argument("--private", action="store_true", help=say("private"))
    parser.add_argument("--static", action="store_true", help=say("deploy.static"))
    parser.add_argument("--app", default="", metavar="URL", help=say("export_static.app"))
    parser.add_argument("--dry-run", action="store_true", help=say("deploy.dry"))
    options = parser.parse_args(list(arguments)[1:])
    if options.static:
        return _static(options)
    wanted = space.order(options.repository, options.hardware, options.private, options.bucket, options.training_accounts)
    found = checks.quick()
    tell(found)
    if any(finding.level == "error" for finding in found):
        raise UserError("deploy_unfit")
    if options.dry_run:
        tell([*space.plan(wanted), fine("deploy", "dry")])
        return 0
    api = _api()
    tell(space.plan(wanted, space.price(wanted, api)))
    started = time.monotonic()
    space.deploy(wanted, lambda finding: tell([finding]), api)
    print(say("deploy.took", seconds=round(time.monotonic() - started)))
    return 0


def _static(options: argparse.Namespace) -> int:
    """The static edition, written for the purpose, on a Static Space."""
    with static_space.exported(options.app) as folder:
        wanted = static_space.order(options.repository, folder, options.private)
        tell(static_space.plan(wanted))
        if options.dry_run:
            tell([fine("deploy", "dry")])
            return 0
        static_space.deploy(wanted, lambda finding: tell([finding]), _api())
    return 0


def _api() -> HfApi:
    from huggingface_hub import HfApi

    return HfApi(token=hub_access.present().hub_token() or None)
