"""Repainting pictures in a style: which nets, at which size, in which tiles, and how that comes back at full size. No task, no file, no page."""
