print(client.predict(number="2026", voice="chu-lo", api_name="/speak_number")["words"])
