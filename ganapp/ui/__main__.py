"""`python -m ganapp.ui`: the web app of an installed package, as app.py is that of the project."""

from ganapp.base import paths

paths.prepare_to_serve()

from ganapp.ui.app import launch  # noqa: E402

if __name__ == "__main__":
    launch()
