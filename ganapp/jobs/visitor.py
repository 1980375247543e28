"""Who may see and change which job: a private key that the visitor's browser keeps, an administrator's password, the shell. And who may
train: who gives the password for that or has signed in with an account (accounts.py), where the deployer asks for one.

What a visitor may use up is counted for the key and for the address: anybody can make up a hundred keys.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.guesses import Guesses
from ganapp.jobs.accounts import Account
from ganapp.jobs.store import Job

SHELL = "shell"  # the owner of jobs that were started by a command; keys are told by their hash, which is never this word
SHORTEST = 20  # characters of a key; pages make keys of 32
guesses = Guesses(burst=10, seconds=6.0)  # at the administrator's password
_address: ContextVar[str] = ContextVar("address", default="")
_account: ContextVar[Account | None] = ContextVar("account", default=None)


@dataclass(frozen=True)
class Visitor:
    """owner: hash of the visitor's key, "" for somebody without one; everything: whether all jobs are theirs to see and change;
    address: where the request came from, "" for the shell; trains: whether they have given a right password; account: with which they
    have signed in."""

    owner: str = ""
    everything: bool = False
    address: str = ""
    trains: bool = False
    account: Account | None = None

    @property
    def origin(self) -> str:
        """The address as a row keeps it, hashed with a secret of this house: nobody reads addresses out of a copy of the rows."""
        return hmac.new(paths.secret(), self.address.encode(), "sha256").hexdigest()[:32] if self.address else ""

    def must_train(self) -> None:
        """UserError for who may not train, publish or send pictures here."""
        asked = paths.training()
        if self.everything or asked == "open":
            return
        if asked != "off" and (self.trains or self.account is not None and self.account.trains):
            return
        if asked in ("account", "either") and self.account is not None:
            raise UserError("training_other_account", name=self.account.name)
        raise UserError(f"training_{asked}")

    def may_change(self, job: Job) -> bool:
        """Whether the job is theirs."""
        return self.everything or bool(self.owner) and self.owner == job.owner

    def may_see(self, job: Job) -> bool:
        """Whether the job is theirs or shared."""
        return bool(job.shared) or self.may_change(job)


@contextmanager
def at(address: str) -> Iterator[None]:
    """What is done inside, in threads started from it too, is done for somebody at that address."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def address() -> str:
    """Where the present request came from; "" in the shell."""
    return _address.get()


@contextmanager
def signed_in(who: Account | None) -> Iterator[None]:
    """What is done inside, in threads started from it too, is done for somebody with that account."""
    token = _account.set(who)
    try:
        yield
    finally:
        _account.reset(token)


def account() -> Account | None:
    """The account that the present request comes with."""
    return _account.get()


def of(key: str, password: str = "") -> Visitor:
    """The visitor with this private key. UserError for a key too short to be private, a wrong password, or too
    many of these from one address."""
    if key and len(key) < SHORTEST:
        raise UserError("visitor_key", shortest=SHORTEST)
    everything = bool(password) and _check(password)
    owner = hashlib.sha256(b"likeness visitor " + key.encode("utf-8", "surrogatepass")).hexdigest() if key else ""
    return Visitor(owner, everything, address(), trains=bool(password), account=account())


def _check(password: str) -> bool:
    """Whether it is the administrator's; else it is the one that training asks for. UserError for a wrong password, and for a right one
    that comes after too many wrong ones: else guessing would go on."""
    seconds = guesses.take(address())
    if seconds:
        raise UserError("password_slow", seconds=seconds)
    given = password.encode("utf-8", "surrogatepass")
    every = [paths.administrator_password(), paths.training_password()]
    right = [bool(expected) & hmac.compare_digest(given, expected.encode()) for expected in every]  # both, however the first ends
    if not any(right):
        raise UserError("wrong_password")
    guesses.forgive(address())
    return right[0]


def shell() -> Visitor:
    """Whoever can run a command on this machine may read its disk, so the shell sees every job."""
    return Visitor(SHELL, everything=True)
