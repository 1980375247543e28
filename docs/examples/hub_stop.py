print(client.predict(key, job, token="hf_...", api_name="/hub_stop"))
