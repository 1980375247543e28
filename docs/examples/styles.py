print([style["style"] for style in client.predict(api_name="/styles")["styles"]])
