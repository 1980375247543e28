"""Commands of the shell, one file each: `main(arguments) -> int`, the command's name first. A JSON file beside it has its `help` in both
languages; the command of a task is helped by the task's own words. A file put here is a command; nothing else is edited."""
