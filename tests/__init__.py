"""Tests of Likeness."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as app.py does; read once, when torch is loaded
