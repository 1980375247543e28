"""From a folder to a Space: what is looked at before, what is sent, and whether it answers afterwards (docs/deploy.md)."""
