print(client.predict(key, painting=photo, name="Mine", quality="quick", api_name="/style_train")["job"]["id"])
