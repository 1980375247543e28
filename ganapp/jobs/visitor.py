"""Who may see and change which job: a private key that the visitor's browser keeps, an administrator's password, the shell."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from ganapp import paths
from ganapp.errors import UserError
from ganapp.jobs.store import Job

SHELL = "shell"  # the owner of jobs that were started by a command; keys are told by their hash, which is never this word
SHORTEST = 20  # characters of a key; pages make keys of 32


@dataclass(frozen=True)
class Visitor:
    """owner: hash of the visitor's key, "" for somebody without one; everything: whether all jobs are theirs to see and change."""

    owner: str = ""
    everything: bool = False

    def may_change(self, job: Job) -> bool:
        """Whether the job is theirs."""
        return self.everything or bool(self.owner) and self.owner == job.owner

    def may_see(self, job: Job) -> bool:
        """Whether the job is theirs or shared."""
        return bool(job.shared) or self.may_change(job)


def of(key: str, password: str = "") -> Visitor:
    """The visitor with this private key. UserError for a key too short to be private, or a wrong password."""
    if key and len(key) < SHORTEST:
        raise UserError("visitor_key", shortest=SHORTEST)
    expected = paths.administrator_password()
    if password and not (expected and hmac.compare_digest(password.encode(), expected.encode())):
        raise UserError("wrong_password")
    return Visitor(hashlib.sha256(b"likeness visitor " + key.encode()).hexdigest() if key else "", bool(password))


def shell() -> Visitor:
    """Whoever can run a command on this machine may read its disk, so the shell sees every job."""
    return Visitor(SHELL, everything=True)
