repaired = client.predict(photo, mask, whole=False, api_name="/repair")
print(client.predict(photo, patches=repaired["patches"], form="jpeg", api_name="/export")["outside_changed"])
