print(client.predict("How are you?", count=2, api_name="/reply").keys())
