answer = client.predict(digit, api_name="/sonify")
print(answer["length"])  # seconds; the picture is the spectrogram of the sound
