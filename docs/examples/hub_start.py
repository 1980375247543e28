print(client.predict(key, order, flavour="t4-small", token="hf_...", hours=1, api_name="/hub_start")["job"]["id"])
