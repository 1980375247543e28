"""Likeness: the entry point of the Space and of `python app.py`."""

import os

# Before gradio, torch or the Hub is imported: nothing is reported anywhere, and idle threads do not spin.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from ganapp.ui.app import launch  # noqa: E402

if __name__ == "__main__":
    launch()
