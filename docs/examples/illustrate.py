answer = client.predict("a big red three in the centre", seed=2, api_name="/illustrate")
save(answer["picture"], "three.png")
