print(client.predict(key, job, "rename", name="Mine", api_name="/job_change")["job"]["name"])
