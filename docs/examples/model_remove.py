print(client.predict(key, "my-digits", api_name="/model_remove"))
