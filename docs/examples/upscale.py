answer = client.predict(photo, model="photo", factor=2, denoise=0.5, api_name="/upscale")
print(answer["size"], answer["seconds"])
save(answer["picture"], "large.png")  # None for a large one: it is at answer["address"]
