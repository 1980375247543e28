answer = client.predict(digit, language="zh", api_name="/listen")
print(answer["heard"], answer["loudness"], answer["pitch"])  # the word a judge hears, decibels, hertz
