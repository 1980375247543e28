"""The processor: how many cores this process may use, what it is called, what it can do."""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path


def cores() -> int:
    """Processor cores that this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # macOS and Windows bind no process to cores
        return os.cpu_count() or 1


@cache
def _facts() -> dict[str, str]:
    """What Linux says of the first core, by name; {} elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n\n", 1)[0].splitlines()
    except OSError:
        return {}
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def name() -> str:
    """The maker's name of the processor, or the kind of machine where that is not known."""
    return _facts().get("model name") or platform.processor() or platform.machine()


def abilities() -> frozenset[str]:
    """Sets of instructions that the processor has, as Linux calls them ("avx2", "amx_bf16"); empty elsewhere."""
    return frozenset(_facts().get("flags", "").split())
