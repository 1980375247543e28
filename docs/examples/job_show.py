now = client.predict(key, job, api_name="/job_show")
print(now["state"], now["step"], now["eta"])
