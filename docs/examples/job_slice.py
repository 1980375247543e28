print(client.predict(key, job, api_name="/job_slice"))
