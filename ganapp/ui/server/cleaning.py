"""What the server holds for visitors who never come back is dropped by time, not only when the next visitor needs the place."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress

import gradio as gr

from ganapp.base import results
from ganapp.machine import memory
from ganapp.ui.server import sent

EVERY = 10.0  # seconds between two cleanings
UNREAD = 120.0  # seconds that an answer of the interface waits to be fetched
MOST_UNREAD = 128 * 2**20  # characters of all of them together


class Unread:
    """Answers of the interface that nobody has fetched. Gradio keeps those of 2,000 sessions, however large, until newer ones come."""

    def __init__(self, blocks: gr.Blocks) -> None:
        self.queue = blocks._queue
        self.since: dict[str, float] = {}

    def drop(self, now: float) -> None:
        """Forget the sessions that wait for nothing and have fetched nothing for a while, and the oldest of too much."""
        pending, ids = self.queue.pending_messages_per_session, self.queue.pending_event_ids_session
        expecting = {event.session_hash for event in list(self.queue.event_ids_to_events.values())}
        idle = [session for session in {**pending, **ids} if session not in expecting]
        self.since = {session: self.since.get(session, now) for session in idle}
        total = 0
        for session in sorted(idle, key=lambda each: self.since[each], reverse=True):
            total += sum(sent.characters(vars(message)) for message in list(getattr(pending.get(session), "_queue", ())))
            if now - self.since[session] > UNREAD or total > MOST_UNREAD:
                pending.pop(session, None)
                ids.pop(session, None)
                del self.since[session]


def clean(unread: Unread, now: float) -> None:
    """One round."""
    with suppress(RuntimeError):  # a dictionary of Gradio's changed meanwhile; the next round comes soon
        unread.drop(now)
    sent.forget()
    results.sweep()
    memory.give_back()


def start(blocks: gr.Blocks, interval: float = EVERY) -> threading.Thread:
    """Clean now and every `interval` seconds, in a thread of this process, until it ends."""
    unread = Unread(blocks)

    def work() -> None:
        while True:
            try:
                clean(unread, time.monotonic())
            except OSError:
                logging.getLogger(__name__).exception("what is old could not be removed; trying again")
            time.sleep(interval)

    thread = threading.Thread(target=work, name="cleaning", daemon=True)
    thread.start()
    return thread
