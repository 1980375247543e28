answer = client.predict(digit=7, seed=1, slant=1.5, api_name="/sample")
save(answer["picture"], "seven.png")
