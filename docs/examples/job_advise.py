print(client.predict(key, job, advice="halve_rates", api_name="/job_advise")["job"]["id"])
