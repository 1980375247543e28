"""Evaluations, one file each: `fits(description)` says of which models, `evaluate(subject, asked)` measures one."""
