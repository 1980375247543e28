"""How a run is doing: diagnoses, and advice about what they find."""
