while (used := client.predict(key, job, name="My digits", api_name="/job_use")).get("pending"):
    pass  # sent again while the model is made
print(used)
