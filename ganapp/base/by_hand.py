"""A run that is driven by hand, as two files in its folder: what is asked of it, and what its last turn changed.

    COMMAND  {"serial": n, "act": one of ACTS}; written by whoever drives, a higher number for each command
    ANSWER   {"serial": of the last command that was carried out, "held": whether it waits for the next, "step", "turns": of the
             discriminator taken in the step that is open, "until": seconds since 1970 at which it saves itself and makes room,
             "act", "values": what was logged of the turn, "before", "after": what both players make of the same few pictures}

`before` and `after` are {"real", "generated": scores of ten pictures each, "pictures", "pull": sheets as PNG in base64, "strength": the
mean length of the pull}; the pull is -dL_G/dx of every generated picture, from 0 (less ink) over 128 (as it is) to 255 (more).
"""

from __future__ import annotations

COMMAND, ANSWER = "hand.json", "turn.json"
GO, HOLD = "go", "hold"
DISCRIMINATOR, GENERATOR, BOTH = "discriminator", "generator", "both"
TURNS = (DISCRIMINATOR, GENERATOR, BOTH)
ACTS = (GO, HOLD, *TURNS)
