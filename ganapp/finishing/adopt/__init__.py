"""From the result of a training job to a model that the digits page can use: sliders, calibration, the browser's copy, a card."""
