job = client.predict(key, order, name="From Python", api_name="/train_start")["job"]["id"]
