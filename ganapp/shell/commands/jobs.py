"""`python -m ganapp jobs`: see ganapp/shell/jobs.py."""

from ganapp.shell.jobs import main

__all__ = ["main"]
