print(client.predict(key, job, api_name="/gallery_remove"))
