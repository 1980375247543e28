print(client.predict(theme="sea", language="en", seed=1, api_name="/article"))
