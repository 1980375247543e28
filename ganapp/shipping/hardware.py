"""The machines that Spaces run on, and what each wants of README.md's header and of requirements.txt.

Prices and sizes are those of August 2026; `deploy` asks the Hub for the present ones. https://huggingface.co/docs/hub/spaces-gpus,
https://huggingface.co/docs/hub/spaces-zerogpu
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ganapp.base.errors import UserError

DEFAULT = "zero-a10g"
PYTHON = "3.11"


@dataclass(frozen=True)
class Hardware:
    """dollars: an hour, 0 for free; size: cores and memory in words; paid: whether the account must be a paying one to create such a
    Space; python: its version; pins: lines of requirements.txt by the name of the package."""

    name: str
    dollars: float
    size: str
    paid: bool = True
    python: str = PYTHON
    pins: dict[str, str] = field(default_factory=dict)


ZERO = {"torch": "torch==2.11.*", "torchvision": "torchvision==0.26.*", "spaces": "spaces>=0.51"}
EVERY = {
    each.name: each
    for each in (
        Hardware("zero-a10g", 0.0, "48 GB GPU for seconds at a time", paid=False, python="3.12.12", pins=ZERO),
        Hardware("cpu-basic", 0.0, "2 vCPU, 16 GB"),
        Hardware("cpu-upgrade", 0.03, "8 vCPU, 32 GB"),
        Hardware("t4-small", 0.40, "4 vCPU, 15 GB, T4 16 GB"),
        Hardware("t4-medium", 0.60, "8 vCPU, 30 GB, T4 16 GB"),
        Hardware("l4x1", 0.80, "8 vCPU, 30 GB, L4 24 GB"),
        Hardware("a10g-small", 1.00, "4 vCPU, 15 GB, A10G 24 GB"),
        Hardware("l40sx1", 1.80, "8 vCPU, 62 GB, L40S 48 GB"),
        Hardware("a100-large", 2.50, "12 vCPU, 142 GB, A100 80 GB"),
    )
}


def of(name: str) -> Hardware:
    """The hardware of that name. UserError for another."""
    if name not in EVERY:
        raise UserError("one_of", name="hardware", known=", ".join(EVERY))
    return EVERY[name]


def readme(text: str, hardware: Hardware) -> str:
    """README.md with the header that this hardware wants."""
    _, header, rest = text.split("---\n", 2)
    for key, value in (("python_version", f'"{hardware.python}"'), ("suggested_hardware", hardware.name)):
        header = re.sub(rf"(?m)^{key}:.*$", f"{key}: {value}", header)
    return f"---\n{header}---\n{rest}"


def signing_in(text: str) -> str:
    """README.md with a header by which the Space's visitors can sign in with their accounts, which stay so for eight hours.
    https://huggingface.co/docs/hub/spaces-oauth"""
    _, header, rest = text.split("---\n", 2)
    return f"---\n{header}hf_oauth: true\nhf_oauth_expiration_minutes: 480\n---\n{rest}"


def requirements(text: str, hardware: Hardware) -> str:
    """requirements.txt with the versions that this hardware has."""
    lines, left = [], dict(hardware.pins)
    for line in text.splitlines():
        name = re.split(r"[<>=!~\[; ]", line.strip())[0].lower()
        lines.append(left.pop(name, line))
    return "\n".join([*lines, *left.values()]) + "\n"
