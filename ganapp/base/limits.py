"""What a deployer allows, in one table: the same names in the environment, in the code and in docs/deploy.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a deployer allows; 0 is no limit. seconds, steps: of a job; jobs: of a visitor, waiting or running at once; address_jobs: the
    same of all visitors at one address; waiting: of all visitors, in the queue; disk_mb: of all a visitor's jobs and pictures together;
    address_disk_mb: the same of all visitors at one address; upload_mb: of one upload; days: after which an ended job is removed;
    free_mb: what must stay free on the disk for a new job or pictures; hand: seconds that a run driven by hand may wait for its driver in
    all before it makes room; requests, address_requests: of a visitor and of an address in a minute, where one that keeps the machine busy
    counts as ten; megapixels, result_megapixels: millions of pixels of a picture that is sent and of one that is made; hub_mb: of what
    visitors have fetched from the Hub."""

    seconds: int = 0
    steps: int = 0
    jobs: int = 0
    address_jobs: int = 0
    waiting: int = 1000
    disk_mb: int = 0
    address_disk_mb: int = 0
    upload_mb: int = 200
    days: int = 0
    free_mb: int = 200
    hand: int = 900
    requests: int = 0
    address_requests: int = 0
    megapixels: int = 50
    result_megapixels: int = 0
    hub_mb: int = 8000


# Whoever opens a public Space is a stranger, and nobody may have set anything.
ON_A_SPACE = Limits(
    seconds=6 * 3600,
    steps=200_000,
    jobs=3,
    address_jobs=6,
    waiting=60,
    disk_mb=1500,
    address_disk_mb=3000,
    days=14,
    free_mb=1000,
    hand=600,
    requests=600,
    address_requests=3000,
    megapixels=24,
    result_megapixels=100,
    hub_mb=8000,
)
VARIABLES = {  # each begins with GANAPP_
    "seconds": "JOB_SECONDS",
    "steps": "JOB_STEPS",
    "jobs": "JOBS_PER_VISITOR",
    "address_jobs": "JOBS_PER_ADDRESS",
    "waiting": "JOBS_WAITING",
    "disk_mb": "DISK_PER_VISITOR_MB",
    "address_disk_mb": "DISK_PER_ADDRESS_MB",
    "upload_mb": "UPLOAD_MB",
    "days": "KEEP_DAYS",
    "free_mb": "DISK_FREE_MB",
    "hand": "HAND_SECONDS",
    "requests": "REQUESTS_PER_VISITOR",
    "address_requests": "REQUESTS_PER_ADDRESS",
    "megapixels": "MEGAPIXELS",
    "result_megapixels": "RESULT_MEGAPIXELS",
    "hub_mb": "HUB_CACHE_MB",
}
NEVER_NONE = ("megapixels", "hub_mb")  # 0 is what stands without a setting: without any bound a picture of 6 KB could take all memory
NUMBERS_ONLY = ("megapixels", "result_megapixels")  # what is no whole number is as if not set
TWICE = (("jobs", "address_jobs"), ("disk_mb", "address_disk_mb"), ("requests", "address_requests"))  # where only the first is set
