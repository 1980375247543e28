"""A digit as the networks know it: data files, drawings, the arithmetic of latents."""
