print(client.predict(key, api_name="/models_mine"))
