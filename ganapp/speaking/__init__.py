"""Speaking: what is to be said, by which voice, as a sound."""
