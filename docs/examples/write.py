for line in client.predict(heads="春", seed=3, api_name="/write")["lines"]:
    print(line["text"], line["tones"])
