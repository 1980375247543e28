"""Where a file comes from, written into the file itself: a signed C2PA manifest, the IPTC digital source type in XMP, and the recipe."""
