"""Weights from files of strangers: safetensors, and .pth files read by an unpickler that knows tensors only.

A .pth file is a zip archive, and readers of such archives differ: what one finds in its directory another may not see. So the file is read
once, torch's own reader and Python's must agree on every entry of these very bytes, and nothing may be packed; then torch reads the same
bytes with its restricted unpickler. TorchScript, which holds code, is never loaded. Older .pth files are plain pickles and read likewise.
That unpickler still calls a few things with whatever the file says, bytearray(2**40) among them, so a pickle is looked through first: it
may name no more than what a dictionary of tensors is made of.
"""

from __future__ import annotations

import io
import pickletools
import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganapp.base.errors import UserError

ZIP = b"PK\x03\x04"
MOST_ENTRIES = 100_000
OLDER = 5  # pickles at the beginning of an older file: magic number, version, machine, weights, keys
NAMED = re.compile(
    r"collections OrderedDict|torch\._utils (_rebuild_tensor_v2|_rebuild_parameter)|torch (\w+Storage|b?float\d+|u?int\d+|bool|Size)"
)
UNUSED = {"INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4", "BYTEARRAY8"}  # other ways to name or make things
SHARED = 4  # times the bytes of a file that its tensors may seem to hold, as some name the same numbers twice


def read(path: Path) -> dict[str, Any]:
    """What a checkpoint holds. UserError for another kind of file, one with code in it, and one that says what cannot be."""
    suffix, blob = path.suffix.lower(), path.read_bytes()
    if suffix == ".safetensors":
        from safetensors.torch import load

        return load(blob)
    if suffix != ".pth":
        raise UserError("community_script", name=path.name)
    if blob.startswith(ZIP):
        _check_archive(blob, path.name)
    elif zipfile.is_zipfile(io.BytesIO(blob)) or tarfile.is_tarfile(io.BytesIO(blob)):  # a pickle before, an archive behind
        raise UserError("community_script", name=path.name)
    else:
        _check_pickles(blob, OLDER, path.name)
    held = torch.load(io.BytesIO(blob), map_location="cpu", weights_only=True)
    if not isinstance(held, dict):
        raise UserError("community_fails", problem="no weights by name")
    _check_tensors(held, len(blob))
    return held


def _check_archive(blob: bytes, name: str) -> None:
    """UserError unless torch's reader and Python's find the same entries at the same places, all as they are and none with code."""
    refused = UserError("community_script", name=name)
    try:
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            entries = archive.infolist()
        reader = torch._C.PyTorchFileReader(io.BytesIO(blob))
        records = reader.get_all_records()
        places = {record: reader.get_record_offset(record) for record in records}  # type: ignore[attr-defined]
    except (zipfile.BadZipFile, RuntimeError, ValueError, NotImplementedError, OSError) as problem:
        raise refused from problem
    found = {entry.filename.partition("/")[2]: _data(blob, entry) for entry in entries}
    packed = any(entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size for entry in entries)
    code = any(record == "constants.pkl" or record.startswith("code/") for record in (*found, *records))
    if packed or code or found != places or not len(entries) == len(records) == len(found) <= MOST_ENTRIES:
        raise refused
    if "data.pkl" not in places:
        raise refused
    _check_pickles(reader.get_record("data.pkl"), 1, name)


def _check_pickles(blob: bytes, count: int, name: str) -> None:
    """UserError when the first `count` pickles in `blob` are none, or name anything but parts of tensors."""
    source = io.BytesIO(blob)
    try:
        for _ in range(count):
            for opcode, value, _ in pickletools.genops(source):
                if opcode.name in UNUSED or opcode.name == "GLOBAL" and not NAMED.fullmatch(str(value)):
                    raise UserError("community_script", name=name)
    except (ValueError, EOFError, IndexError, OverflowError) as problem:
        raise UserError("community_fails", problem="a damaged pickle") from problem


def _data(blob: bytes, entry: zipfile.ZipInfo) -> int:
    """Where an entry's bytes begin, by its local header (APPNOTE.TXT of PKWARE, 4.3.7)."""
    header = blob[entry.header_offset : entry.header_offset + 30]
    return entry.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")


def _tensors(held: dict[str, Any]) -> Iterator[Tensor]:
    """Every tensor, in dictionaries of dictionaries too. UserError when there are too many entries."""
    left, count = [held], 0
    while left:
        for value in left.pop().values():
            count += 1
            if count > MOST_ENTRIES:
                raise UserError("community_fails", problem="too many entries")
            if isinstance(value, dict):
                left.append(value)
            elif isinstance(value, Tensor):
                yield value


def _check_tensors(held: dict[str, Any], size: int) -> None:
    """UserError for tensors that are not plain numbers in memory, or that seem to hold far more than the file does."""
    total = 0
    for tensor in _tensors(held):
        if tensor.layout is not torch.strided or tensor.device.type != "cpu" or tensor.is_quantized:
            raise UserError("community_fails", problem=f"a tensor of {tensor.layout} on {tensor.device}")
        total += tensor.numel() * tensor.element_size()
    if total > SHARED * size:
        raise UserError("community_fails", problem="its tensors are larger than the file")
