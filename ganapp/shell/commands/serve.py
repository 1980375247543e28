"""`python -m ganapp serve`: the web app, for who has installed the package and has no app.py."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from ganapp.base import paths
from ganapp.shell.words import say


def main(arguments: Sequence[str]) -> int:
    """Serve until it is stopped; the exit status of the server, where this process does not become it."""
    parser = argparse.ArgumentParser("python -m ganapp serve", description=say("serve.help"))
    parser.add_argument("--host", help=say("serve.host"))
    parser.add_argument("--port", type=int, help=say("serve.port"))
    options = parser.parse_args(list(arguments)[1:])
    address = {"GRADIO_SERVER_NAME": options.host, "GRADIO_SERVER_PORT": options.port and str(options.port)}
    chosen = {name: value for name, value in address.items() if value}
    command, environment = [sys.executable, "-m", "ganapp.ui"], paths.serving_environment(**chosen)
    if os.name != "nt":
        os.execve(sys.executable, command, environment)  # who stops this process stops the server
    return subprocess.call(command, env=environment)
