for each in client.predict(key, mine=True, count=10, api_name="/jobs_list")["jobs"]:
    print(each["id"], each["name"], each["state"])
