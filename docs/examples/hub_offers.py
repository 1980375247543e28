for machine in client.predict(key, token="hf_...", api_name="/hub_offers")["offers"]:
    print(machine)
