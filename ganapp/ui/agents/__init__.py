"""Tools for agents by the Model Context Protocol: few, flat and typed, with a binding of their own (docs/mcp.md)."""
