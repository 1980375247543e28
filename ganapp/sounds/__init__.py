"""Sound: files and samples, spectrograms and the way back, what can be measured of a sound. See `sound` for the border."""
