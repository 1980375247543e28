way = client.predict(digit=3, digit_to=8, seed=1, frames=8, api_name="/morph")
print(way.keys())
