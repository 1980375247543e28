"""`python -m ganapp publish FOLDER OWNER/NAME`: put a model folder on the Hub."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ganapp.shell.commands import card as cards
from ganapp.shell.words import say


def main(arguments: Sequence[str]) -> int:
    """Write the card, publish the folder, and say which revision it became."""
    parser = argparse.ArgumentParser("python -m ganapp publish", description=say("publish.help"))
    parser.add_argument("folder", help=say("folder"))
    parser.add_argument("repository", help=say("repository"))
    parser.add_argument("--private", action="store_true", help=say("private"))
    parser.add_argument("--token", help=say("token"))
    parser.add_argument("--anyway", action="store_true", help=say("publish.anyway"))
    options = parser.parse_args(list(arguments)[1:])
    from ganapp.jobs import copying
    from ganapp.models import card, hub

    source = cards.folder(options.folder)
    hub.split(options.repository)
    copying.check(source, options.anyway)
    card.write(source)
    pin = hub.publish(source, options.repository, options.private, options.token)
    print(say("published", repository=pin.repository, revision=pin.revision))
    return 0
