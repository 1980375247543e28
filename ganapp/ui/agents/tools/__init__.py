"""One tool a file: its TOOL is a `ganapp.ui.agents.tool.Tool`. A new file is a new tool; a test keeps them at twelve or fewer."""
