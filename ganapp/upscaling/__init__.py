"""Enlarging pictures: which nets, in which tiles, in how much memory. No task, no file, no page."""
