"""What a repair does to one crop of a photograph: the net's structure, the picture's own patches. No task, no file, no page."""
