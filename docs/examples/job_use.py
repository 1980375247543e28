print(client.predict(key, job, name="My digits", api_name="/job_use"))
