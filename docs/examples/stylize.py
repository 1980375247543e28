answer = client.predict(photo, style="great-wave", strength=1.2, colours="luminance", api_name="/stylize")
save(answer["picture"], "painted.png")
