saved = client.predict(digit=7, seed=1, api_name="/sample")["picture"]
print(client.predict(saved, api_name="/recall"))
