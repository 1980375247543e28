"""The trade of writing: pure work on sentences and verse and on what they speak of; no task, no file, no page."""
