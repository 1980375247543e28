save(client.predict(photo, style="great-wave", api_name="/stylize_preview")["picture"], "preview.png")
