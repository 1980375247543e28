"""The pages, one file each: PAGE = Page(...). A file put here is a page of the app; nothing else is edited."""
