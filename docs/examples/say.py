answer = client.predict(text="我有三只猫。", api_name="/say")
print(answer["said"])  # ["wo2", "you3", "san1", "zhi1", "mao1"]: in the tones in which they are said
