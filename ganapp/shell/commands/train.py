"""`python -m ganapp train`: see ganapp/shell/jobs.py."""

from ganapp.shell.jobs import main

__all__ = ["main"]
