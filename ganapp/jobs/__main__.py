"""`python -m ganapp.jobs`: look at the queue once; what can be started is started. A job that is over calls it for the next one."""

from __future__ import annotations

from ganapp.jobs import queue

if __name__ == "__main__":
    queue.look()
