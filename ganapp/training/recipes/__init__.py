"""Recipes, one file each: `Settings` (frozen dataclass) and `begin(settings, seed) -> loop.Run`."""
