"""Pictures in Parquet tables, as most data sets of the Hub keep them: a column of {bytes, path}, and often one of classes.

Read with pyarrow, which is optional, a few rows at a time. What the columns mean is taken from the notes that the Hub's `datasets`
library leaves in the file, and from their types and names where there are none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ganapp.base.errors import UserError
from ganapp.pictures.archives import Entry, Refusal

ROWS = 64  # read at once
GROUP = 2 * 2**30  # bytes of a row group unpacked; files of the Hub have a few hundred megabytes at most
LABELS = ("label", "labels", "class", "category", "fine_label", "digit")


def entries(path: Path, name: str) -> Iterator[Entry | Refusal]:
    """The pictures of the table at `path`, called by their class and row. A table that cannot be read is one refusal."""
    from pyarrow import ArrowException, parquet

    try:
        with parquet.ParquetFile(path) as table:
            groups = [table.metadata.row_group(i).total_byte_size for i in range(table.num_row_groups)]
            if max(groups, default=0) > GROUP:
                yield Refusal(name, "data_bomb")
                return
            yield from _rows(table, name)
    except (ArrowException, OSError, ValueError, KeyError) as problem:  # its own errors are of all these kinds
        if isinstance(problem, UserError):
            raise
        yield Refusal(name, "data_table_broken")


def _rows(table: Any, name: str) -> Iterator[Entry | Refusal]:
    schema = table.schema_arrow
    features = _features(schema)
    picture = _picture(schema, features)
    if picture is None:
        yield Refusal(name, "data_table_plain")
        return
    label, names = _label(schema, features)
    row = 0
    for batch in table.iter_batches(batch_size=ROWS, columns=[picture, *([label] if label else [])]):
        pictures = batch.column(picture).to_pylist()
        labels = batch.column(label).to_pylist() if label else [None] * len(pictures)
        for value, of in zip(pictures, labels, strict=True):
            yield _entry(value, f"{_folder(of, names)}{Path(name).stem}-{row:06d}")
            row += 1


def _entry(value: Any, name: str) -> Entry | Refusal:
    blob = value.get("bytes") if isinstance(value, dict) else value
    return Entry(name, lambda: bytes(blob)) if blob else Refusal(name, "picture_broken")


def _folder(of: Any, names: list[str]) -> str:
    """The class as the folder that pictures lie in, "" without one (the Hub marks a missing one by -1)."""
    if of is None or of == -1:
        return ""
    named = names[of] if isinstance(of, int) and of < len(names) else str(of)
    return named.replace("/", "-")[:100] + "/"


def _features(schema: Any) -> dict[str, Any]:
    """What the `datasets` library noted about the columns; {} where it did not."""
    try:
        found = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _picture(schema: Any, features: dict[str, Any]) -> str | None:
    """The column of pictures: the first noted as such, else the first of {bytes, ...}, else the first of bytes."""
    from pyarrow import types

    noted = [name for name, feature in features.items() if isinstance(feature, dict) and feature.get("_type") == "Image"]
    structs = [field.name for field in schema if types.is_struct(field.type) and field.type.get_field_index("bytes") >= 0]
    plain = [field.name for field in schema if types.is_binary(field.type) or types.is_large_binary(field.type)]
    return next((name for name in [*noted, *structs, *plain] if name in schema.names), None)


def _label(schema: Any, features: dict[str, Any]) -> tuple[str | None, list[str]]:
    """The column of classes and their names: the first noted as such, else one of a usual name that holds whole numbers or texts."""
    from pyarrow import types

    for name, feature in features.items():
        if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and name in schema.names:
            return name, [str(each) for each in feature.get("names") or []]
    for name in LABELS:
        if name in schema.names and (types.is_integer(schema.field(name).type) or types.is_string(schema.field(name).type)):
            return name, []
    return None, []
