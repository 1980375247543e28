"""Likeness: the entry point of the Space and of `python app.py`."""

from ganapp.base import paths

paths.prepare_to_serve()

from ganapp.ui.app import launch  # noqa: E402

if __name__ == "__main__":
    launch()
