"""Pictures in Parquet tables of the Hub's data sets, made here with pyarrow and read through a Hub on localhost."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from ganapp.base.errors import UserError
from ganapp.models import hub_data
from ganapp.pictures import parquet
from ganapp.training.data import sets
from tests.training.test_datasets import hub_set, png, refused

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
IMAGE = {"_type": "Image"}


def table(rows: list[dict[str, Any]], features: dict[str, Any] | None = None) -> bytes:
    made = pa.Table.from_pylist(rows)
    if features:
        made = made.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    out = io.BytesIO()
    pq.write_table(made, out)
    return out.getvalue()


def rows(count: int = 20, **more: Any) -> list[dict[str, Any]]:
    return [{"image": {"bytes": png(10 * i), "path": f"{i}.png"}, "label": i % 2, **more} for i in range(count)]


FEATURES = {"image": IMAGE, "label": {"_type": "ClassLabel", "names": ["cat", "dog/puppy"]}}


def test_pictures_and_classes_of_the_train_tables(tmp_path: Path) -> None:
    bad = [{"image": {"bytes": b"no picture", "path": ""}, "label": 0}, {"image": {"bytes": None, "path": "x"}, "label": -1}]
    files = {
        "data/train-00000-of-00002.parquet": table(rows(10), FEATURES),
        "data/train-00001-of-00002.parquet": table(rows(10) + bad, FEATURES),
        "data/test-00000-of-00001.parquet": table(rows(50), FEATURES),
        "other/train-00000-of-00001.parquet": table(rows(50), FEATURES),
    }
    found = hub_set(tmp_path, files)
    assert len(found) == 20
    assert found.classes == ("cat", "dog-puppy")
    assert found.labels is not None
    assert found.labels.tolist() == [0, 1] * 10
    reds = [int(found.pictures[i, 0].float().mean()) for i in range(10)]
    assert reds == [10 * i for i in range(10)], "the pictures are those of the rows, in their order"
    assert refused(found) == {"cat/train-00001-of-00002-000010": "not_a_picture", "train-00001-of-00002-000011": "picture_broken"}
    assert (min(found.sides), max(found.sides)) == (12, 12)


@pytest.mark.parametrize(
    ("made", "classes"),
    [
        ([{"image": {"bytes": png(i), "path": ""}} for i in range(20)], ()),
        ([{"img": png(i), "class": "ab"[i % 2]} for i in range(20)], ("a", "b")),
        ([{"text": "x", "img": {"bytes": png(i), "path": ""}, "label": i % 3} for i in range(21)], ("0", "1", "2")),
        ([{"image": {"bytes": png(i), "path": ""}, "label": 1.5} for i in range(20)], ()),
    ],
)
def test_columns_without_notes_are_known_by_type_and_name(tmp_path: Path, made: list[dict[str, Any]], classes: tuple[str, ...]) -> None:
    assert hub_set(tmp_path, {"train.parquet": table(made)}).classes == classes


@pytest.mark.parametrize(
    ("label", "names", "folder"),
    [
        (-2, ["cat", "dog"], "-2/"),
        (-(2**40), [], "-1099511627776/"),
        (2**40, ["cat"], "1099511627776/"),
        (-1, ["cat"], ""),
        (0, 7, "0/"),
        (0, {}, "0/"),
    ],
)
def test_a_class_that_has_no_name_is_called_by_its_number(label: int, names: Any, folder: str, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    features = {"image": IMAGE, "label": {"_type": "ClassLabel", "names": names}}
    path.write_bytes(table([{"image": {"bytes": png(1), "path": ""}, "label": label}], features))
    assert [entry.name for entry in parquet.entries(path, "a.parquet")] == [f"{folder}a-000000"]


def test_a_number_that_is_noted_as_a_picture_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(table([{"image": 10**12}, {"image": 5}], {"image": IMAGE}))
    assert [(type(entry).__name__, entry.name) for entry in parquet.entries(path, "a.parquet")] == [
        ("Refusal", "a-000000"),
        ("Refusal", "a-000001"),
    ]


@pytest.mark.parametrize(
    ("blob", "key"),
    [(b"PAR1", "data_table_broken"), (table([{"text": "no pictures"}]), "data_table_plain"), (table(rows())[:-40], "data_table_broken")],
)
def test_a_table_that_cannot_be_used_is_refused_by_itself(tmp_path: Path, blob: bytes, key: str) -> None:
    good = {"data/train-1.parquet": table(rows(), FEATURES)}
    assert refused(hub_set(tmp_path, {**good, "data/train-0.parquet": blob})) == {"data/train-0.parquet": key}
    with pytest.raises(UserError) as caught:
        hub_set(tmp_path / "alone", {"data/train-0.parquet": blob})
    assert caught.value.key == "data_too_few"


def test_a_row_group_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 500)
    (tmp_path / "a.parquet").write_bytes(table(rows()))
    assert [entry.key for entry in parquet.entries(tmp_path / "a.parquet", "a.parquet") if isinstance(entry, sets.Refusal)] == ["data_bomb"]


def test_as_many_tables_as_the_limit_lets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {f"data/train-{i}.parquet": 3_000_000 for i in range(4)} | {"data/validation-0.parquet": 1}
    monkeypatch.setattr(hub_data, "MEGABYTES", 7)
    assert hub_data._tables("someone/pets", sizes) == ["data/train-0.parquet", "data/train-1.parquet"]
    assert hub_data._tables("someone/pets", {"b.parquet": 1}) == ["b.parquet"]


def test_without_pyarrow_a_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *_: None)
    with pytest.raises(UserError) as caught:
        hub_data._tables("someone/pets", {"data/train.parquet": 5})
    assert caught.value.key == "hub_data_pyarrow"
    assert "pip install pyarrow" in str(caught.value)
