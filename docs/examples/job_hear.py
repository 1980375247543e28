# `job` is a run of the recipe "sounds"; its newest sample sheet is made a sound.
steps = client.predict(key, job, api_name="/job_show")["samples"].get("", [])
heard = client.predict(key, job, step=steps[-1] if steps else 100, number=1, api_name="/job_hear")
print(heard["length"], heard["pitch"], heard["heard"])
