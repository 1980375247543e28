answer = client.predict(photo, mask, fill="around", api_name="/repair")
print(answer["changed"], answer["outside_changed"])  # outside of the marks nothing changes
save(answer["picture"], "repaired.png")
