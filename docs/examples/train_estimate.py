print(client.predict(key, order, measure=False, api_name="/train_estimate"))
