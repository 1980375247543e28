print(client.predict(key, job, "owner/digits-of-mine", token="hf_...", private=True, api_name="/job_publish"))
