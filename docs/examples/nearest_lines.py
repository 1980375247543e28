print(client.predict("春眠不觉晓来迟，处处啼鸟入梦时。夜来风雨声声细，花落知多少人知。", api_name="/nearest_lines").keys())
