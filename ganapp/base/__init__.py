"""Words and values that everything stands on: errors, locales, paths and settings, names of files, progress, results. No torch."""
