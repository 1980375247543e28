latent = client.predict(digit=7, seed=1, api_name="/sample")["latent"]
print(client.predict([latent], [[0, 0, 0, 0, 0, 0, 0, 1, 0, 0]], api_name="/paint").keys())
