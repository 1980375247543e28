found = client.predict(photo, sensitivity=0.5, api_name="/scratches")
print(found["share"])  # look at found["mask"], then repair with it and fill="smooth"
