lessons = client.predict(key, api_name="/train_options")["lessons"]
print(client.predict(key, lessons[0]["id"], api_name="/lesson_start")["job"]["name"])
