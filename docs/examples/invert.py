answer = client.predict(digit, api_name="/invert")
print(answer["verdict"], answer["sliders"])
