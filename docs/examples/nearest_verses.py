stanza = "\n".join(["The sea is wide, the night is long,", "And all the stars are gone;", "I hear the wind, I hear the song,", "And wait upon the dawn."])
print(client.predict(stanza, api_name="/nearest_verses"))
