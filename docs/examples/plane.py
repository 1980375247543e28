print(client.predict(digit=5, steps=3, reach=2, api_name="/plane").keys())
