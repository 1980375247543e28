"""Likeness in the shell: `python -m ganapp COMMAND`."""
