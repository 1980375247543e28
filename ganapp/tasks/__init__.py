"""What the app can do, one file a task: frozen Request -> run(request) -> frozen Result."""
