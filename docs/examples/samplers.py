print(client.predict(api_name="/samplers").keys())
