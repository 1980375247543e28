"""Tags of a TIFF's directory (TIFF 6.0) that say how its pixels are laid out: they belong to one file and go into no other."""

LAYOUT = frozenset(
    [*range(254, 263), 266, 273, *range(277, 280), 284, 296, 301, *range(317, 326), 330, 332, 334, *range(338, 348), *range(512, 533)]
)
