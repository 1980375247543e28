print(client.predict(key, job, act="look", api_name="/job_drive"))
