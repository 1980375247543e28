"""Training jobs: started, watched, stopped and resumed by page and shell. Each is a folder, a row, and a process of its own.

A job outlives the tab, the page's process and the machine: what a row says is compared with the living process whenever
jobs are looked at. Training is reached only as `python -m ganapp.training FOLDER`.
"""
