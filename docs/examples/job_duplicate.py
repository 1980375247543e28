print(client.predict(key, job, changes={"steps": 6, "settings": {"batch": 8}}, api_name="/job_duplicate")["job"]["id"])
