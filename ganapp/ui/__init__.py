"""The page: Gradio carries it, and only modules of this package import gradio. Neither torch nor the networks are imported here."""
