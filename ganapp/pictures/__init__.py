"""Picture files and pixels: what comes in, what goes out, boxes, tiles, sizes, masks."""
