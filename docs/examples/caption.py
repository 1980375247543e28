print(client.predict(picture=client.predict(seed=4, api_name="/scene")["picture"], language="en", api_name="/caption")["text"])
