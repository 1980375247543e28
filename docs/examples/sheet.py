save(client.predict(rows=2, seed=5, api_name="/sheet")["picture"], "sheet.png")
