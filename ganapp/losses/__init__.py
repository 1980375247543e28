"""Loss functions: plain functions of tensors that read like the papers' equations and know no training loop."""
