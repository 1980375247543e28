print(client.predict("upscale-x2-fidelity", api_name="/upscale_model"))
