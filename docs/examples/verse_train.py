poems = Path("poems.txt").read_text(encoding="utf-8")  # 40 quatrains or more
print(client.predict(key, poems, name="Mine", api_name="/verse_train")["job"]["id"])
