"""The small web server around the page: files, uploads, results, turns, limits, headers."""
