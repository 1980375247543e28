print(client.predict(picture=digit, digit=7, api_name="/nearest").keys())
