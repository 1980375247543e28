print(client.predict(api_name="/packs_list").keys())
