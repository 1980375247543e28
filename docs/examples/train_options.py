options = client.predict(key, api_name="/train_options")
print([preset["id"] for preset in options["presets"]], options["limits"])
