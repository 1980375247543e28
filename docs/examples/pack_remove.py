print(client.predict("real-esrgan", password="...", api_name="/pack_remove"))
