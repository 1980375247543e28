print([entry["name"] for entry in client.predict(key, api_name="/gallery_list")["entries"]])
