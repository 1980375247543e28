print(client.predict(width=600, height=400, factor=4, api_name="/upscale_plan"))
