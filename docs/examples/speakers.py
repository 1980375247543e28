print([voice["id"] for voice in client.predict(api_name="/speakers")["speakers"]])
