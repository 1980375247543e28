"""Measures, one a file: plain functions of arrays that know no model and no data set."""
