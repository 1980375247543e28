print(client.predict(key, job, api_name="/lesson_cure")["job"]["id"])
