"""Network families, one file each: `Config` (frozen dataclass), `Net(Config)`. The file's name is the family's name."""
