# First each picture with POST to /jobs/data/my-upload-number-1/NAME, with the header X-Likeness-Key; or `repository` for a data set of the Hub.
told = {"pending": True}
while told.get("pending"):
    told = client.predict(key, upload="my-upload-number-1", size=32, api_name="/data_add")
print(told["used"], told["refused"])
