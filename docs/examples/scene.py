print(client.predict(seed=4, api_name="/scene")["en"])
