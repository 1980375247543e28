"""Pictures in Parquet tables, as most data sets of the Hub keep them: a column of {bytes, path}, and often one of classes.

Read with pyarrow, which is optional, a few rows at a time. What the columns mean is taken from the notes that the Hub's `datasets`
library leaves in the file, and from their types and names where there are none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ganapp.base.errors import UserError
from ganapp.pictures.archives import Entry, Refusal

ROWS = 64  # read at once
GROUP = 2 * 2**30  # bytes of a row group unpacked; files of the Hub have a few hundred megabytes at most
Classes = tuple[str | None, list[str]]  # their column and their names, see `_label`
LABELS = ("label", "labels", "class", "category", "fine_label", "digit")


def entries(path: Path, name: str, lazily: bool = False) -> Iterator[Entry | Refusal]:
    """The pictures of the table at `path`, called by their class and row. A table that cannot be read is one refusal. lazily: whether a
    picture is taken out of the table when it is read, and not while all are listed."""
    from pyarrow import ArrowException, parquet

    try:
        with parquet.ParquetFile(path) as table:
            groups = [table.metadata.row_group(i).total_byte_size for i in range(table.num_row_groups)]
            if max(groups, default=0) > GROUP:
                yield Refusal(name, "data_bomb")
                return
            schema = table.schema_arrow
            features = _features(schema)
            picture = _picture(schema, features)
            if picture is None:
                yield Refusal(name, "data_table_plain")
                return
            label = _label(schema, features)
            yield from _listed(table, name, label, Rows(path, picture)) if lazily else _rows(table, name, label, picture)
    except (ArrowException, OSError, ValueError, KeyError) as problem:  # its own errors are of all these kinds
        if isinstance(problem, UserError):
            raise
        yield Refusal(name, "data_table_broken")


def _rows(table: Any, name: str, classes: Classes, picture: str) -> Iterator[Entry | Refusal]:
    label, names = classes
    row = 0
    for batch in table.iter_batches(batch_size=ROWS, columns=[picture, *([label] if label else [])]):
        pictures = batch.column(picture).to_pylist()
        labels = batch.column(label).to_pylist() if label else [None] * len(pictures)
        for value, of in zip(pictures, labels, strict=True):
            yield _entry(value, f"{_folder(of, names)}{Path(name).stem}-{row:06d}")
            row += 1


def _listed(table: Any, name: str, classes: Classes, rows: Rows) -> Iterator[Entry | Refusal]:
    """As `_rows`, with nothing read but the classes."""
    label, names = classes
    column = table.read(columns=[label]).column(0) if label else None
    for row in range(table.metadata.num_rows):
        folder = _folder(column[row].as_py(), names) if column is not None else ""
        yield Entry(f"{folder}{Path(name).stem}-{row:06d}", partial(rows.picture, row))


@dataclass
class Rows:
    """The pictures of a table by their rows, a few in memory at a time: cheap in the order of the rows. column: that holds them."""

    path: Path
    column: str
    _coming: Iterator[Any] | None = field(default=None, init=False, repr=False)
    _held: tuple[int, list[Any]] = field(default=(0, []), init=False, repr=False)  # the first row, and the values from there on

    def picture(self, row: int) -> bytes:
        """The file of one picture. UserError where the table has none, or cannot be read any more."""
        from pyarrow import ArrowException, parquet

        try:
            if self._coming is None or row < self._held[0]:
                self._coming = parquet.ParquetFile(self.path).iter_batches(batch_size=ROWS, columns=[self.column])
                self._held = (0, [])
            while row >= self._held[0] + len(self._held[1]):
                batch = next(self._coming)
                self._held = (self._held[0] + len(self._held[1]), batch.column(self.column).to_pylist())
        except (ArrowException, OSError, ValueError, KeyError, StopIteration) as problem:
            self._coming = None
            raise UserError("data_table_broken") from problem
        value = self._held[1][row - self._held[0]]
        blob = value.get("bytes") if isinstance(value, dict) else value
        if not blob:
            raise UserError("picture_broken")
        return bytes(blob)

    def __reduce__(self) -> tuple[Any, ...]:
        return Rows, (self.path, self.column)  # in another process it is opened anew


def _entry(value: Any, name: str) -> Entry | Refusal:
    blob = value.get("bytes") if isinstance(value, dict) else value
    # A stranger may note any column as pictures, and bytes(10**12) would be a terabyte.
    return Entry(name, lambda: blob) if isinstance(blob, bytes) and blob else Refusal(name, "picture_broken")


def _folder(of: Any, names: list[str]) -> str:
    """The class as the folder that pictures lie in, "" without one (the Hub marks a missing one by -1)."""
    if of is None or of == -1:
        return ""
    named = names[of] if isinstance(of, int) and 0 <= of < len(names) else str(of)
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


def _label(schema: Any, features: dict[str, Any]) -> Classes:
    """The column of classes and their names: the first noted as such, else one of a usual name that holds whole numbers or texts."""
    from pyarrow import types

    for name, feature in features.items():
        if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and name in schema.names:
            names = feature.get("names")
            return name, [str(each) for each in names] if isinstance(names, list) else []
    for name in LABELS:
        if name in schema.names and (types.is_integer(schema.field(name).type) or types.is_string(schema.field(name).type)):
            return name, []
    return None, []
