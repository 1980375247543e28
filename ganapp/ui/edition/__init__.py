"""The static edition: the pages whose nets run in the browser, as a folder for any web server, with no program behind it.

`python -m ganapp export-static OUT` writes it (docs/static.md). Pages, words, styles and scripts are the app's own; assets/js/edition
answers in the place of the server, from what is computed here beforehand (`facts.py`) and by nets in the page. What needs the server says
so in its place, with a link to the full app.
"""
