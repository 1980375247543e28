"""Measures, one file each, each with its equation, its source and a test by hand arithmetic.

A file with its description beside it (a JSON file of the same name, with `name` and `note` in both languages) is found by listing: its
function of the same name takes pictures as vectors (n, d) from 0 to 1 and gives a number, BETTER says whether "higher" (without it) or
"lower" is better, and every evaluation of digits has a row of it.
"""
