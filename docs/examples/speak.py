made = client.predict(word="7", voice="theo", seed=3, pitch=2, api_name="/speak")
print(made["word"], made["length"], made["pitch"])  # seconds, hertz
