"""Training: data, recipes, the loop. Runs as its own process."""
