"""Likeness: the entry point of the Space and of `python app.py`."""

import os

# Before gradio, torch or the Hub is imported: nothing is reported anywhere, and idle threads do not spin.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# ganapp/ui/server/address.py reads who is behind a proxy; uvicorn would believe any X-Forwarded-For from this machine.
os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
# Gradio asks itself whether it can be reached; no proxy may stand in between.
past = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, [past, "127.0.0.1", "localhost"]))
# Who sends a request is no owner of this machine: the Hub token kept here is not theirs.
os.environ["GANAPP_ACTS_FOR"], os.environ["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "visitor", "1"

from ganapp.ui.app import launch  # noqa: E402

if __name__ == "__main__":
    launch()
