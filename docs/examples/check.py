saved = client.predict(digit=7, seed=1, api_name="/sample")["picture"]
told = client.predict(saved, api_name="/check")
print(told["manifest"]["state"], told["source"], told["recipe"])
