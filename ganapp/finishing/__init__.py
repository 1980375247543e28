"""What is fitted and measured once a generator of digits is trained: directions, calibration, limits, the browser's copy."""
