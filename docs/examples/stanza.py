for line in client.predict(letters="LOVE", metre="tetrameter", scheme="ABAB", seed=1, api_name="/stanza")["lines"]:
    print(line["text"])
