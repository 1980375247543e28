"""Likeness: generative adversarial networks that can be used, and understood, in a browser."""

__version__ = "0.8.0"
