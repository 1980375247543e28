"""Repainting pictures in a style: which nets, at which size, in which tiles, and back to full size. No task, no file, no page."""
