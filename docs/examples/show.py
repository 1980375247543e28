save(client.predict(photo, api_name="/show")["picture"], "photo.jpg")
