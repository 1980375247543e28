"""Limits on jobs and disk: of a key, of a network address (keys are free, so a key alone limits nobody), and of the machine."""

from __future__ import annotations

from typing import Literal

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import database, store, uploads
from ganapp.jobs.visitor import Visitor


def check(visitor: Visitor) -> None:
    """UserError when the visitor has no key, or when visitor, address or machine have used up what the deployer allows."""
    visitor.must_train()
    if not visitor.owner:
        raise UserError("visitor_key", shortest=20)
    places(visitor)
    disk_room(visitor.owner, visitor.origin, "disk_limit")


def places(visitor: Visitor) -> None:
    """UserError when visitor, address or machine have as many jobs that wait or run as the deployer allows. Inside the transaction that
    adds one, so that no two take the last place."""
    limits = paths.limits()
    counted = (("owner", visitor.owner, limits.jobs, "jobs_limit"), ("address", visitor.origin, limits.address_jobs, "address_limit"))
    for column, value, most, key in counted:
        if value and most and len(store.select(f"{column} = ? AND state IN ('waiting', 'running')", (value,))) >= most:
            raise UserError(key, most=most)
    if limits.waiting and len(store.select("state = 'waiting'")) >= limits.waiting:
        raise UserError("queue_full", most=limits.waiting)


def used(value: str, whose: Literal["owner", "address"] = "owner") -> int:
    """Bytes of all jobs of an owner or from an address, and of the pictures sent for them."""
    return store.bytes_of(value, whose) + uploads.used(value, whose)


def disk_room(owner: str, address: str, key: str, more: int = 0) -> None:
    """UserError when, with `more` bytes, a visitor uses up the disk allowed (`key`), all at an address do, or hardly any is left."""
    limits = paths.limits()
    if limits.disk_mb and used(owner) + more > limits.disk_mb << 20:
        raise UserError(key)
    if address and limits.address_disk_mb and used(address, "address") + more > limits.address_disk_mb << 20:
        raise UserError("address_disk")
    if limits.free_mb and database.free() - more < limits.free_mb << 20:
        raise UserError("disk_reserve", megabytes=limits.free_mb)
