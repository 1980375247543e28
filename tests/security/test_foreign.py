"""Model files of strangers: no code in them is run, and none runs or grows without end."""

from __future__ import annotations

import gc
import io
import json
import os
import pickle
import struct
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from ganapp.base.errors import UserError
from ganapp.models import catalog, checkpoints, foreign, onnx_process
from ganapp.models import foreign_enlarger as enlargers
from ganapp.models import foreign_filler as fills
from ganapp.models import foreign_painter as styles
from tests.models.test_foreign_filler import lama, migan, model, node
from tests.support.fakehub import FakeHub, client_of

GOOD = {"params_ema": {"body.weight": torch.arange(24.0).reshape(2, 3, 4), "body.bias": torch.ones(2)}}


@pytest.fixture(autouse=True)
def _no_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch.jit.load, which runs what a file says, is never reached."""

    def reached(*_: object, **__: object) -> None:
        pytest.fail("TorchScript was loaded")

    monkeypatch.setattr(torch.jit, "load", reached)


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(UserError) as caught:
        do()
    assert "{" not in caught.value.sentence("en") + caught.value.sentence("zh")
    return str(caught.value.key)


# ---------- checkpoints ----------------------------------------------------------------------------------------


def saved(held: object, **how: bool) -> bytes:
    buffer = io.BytesIO()
    torch.save(held, buffer, **how)
    return buffer.getvalue()


def script() -> bytes:
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), buffer)
    return buffer.getvalue()


def two_faced(shown: bytes, true: bytes) -> bytes:
    """An archive in which Python's reader finds the files of `shown`, and a reader that takes offsets from the start those of `true`; both
    are of one size. The last record says where the directory begins, and Python moves that by what seems to stand before the archive."""
    end = len(true) - 22
    size, offset = struct.unpack("<II", true[end + 12 : end + 20])
    return true[: offset + size] + shown[:offset] + shown[offset : offset + size] + true[end:]


def plain(archive: bytes) -> bytes:
    """The archive without what is wide: some writers add a second, 64-bit end record that Python prefers."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name))
    return buffer.getvalue()


def test_the_files_that_readers_disagree_about_are_not_opened(tmp_path: Path) -> None:
    true = plain(script())
    shown = true.replace(b"constants.pkl", b"constanty.pkl").replace(b"/code/", b"/cede/")
    blob = two_faced(shown, true)
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        assert not any(name.endswith("constants.pkl") or "/code/" in name for name in archive.namelist())
    records = torch._C.PyTorchFileReader(io.BytesIO(blob)).get_all_records()
    assert "constants.pkl" in records, "torch finds the script that Python does not"
    for ending in (".pt", ".pth", ".ckpt", ".PT"):
        path = tmp_path / f"crafted{ending}"
        path.write_bytes(blob)
        assert refused(lambda path=path: foreign.checkpoint(path)) == "community_script"  # type: ignore[misc]


class Evil:
    """What a pickle can do."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[str, int]]:
        return (os.mkdir, (str(self.place), 0o700))


def packed(held: object, method: int = zipfile.ZIP_DEFLATED, twice: bool = False) -> bytes:
    """The archive with its entries compressed, or one of them twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(held))) as source, zipfile.ZipFile(buffer, "w", method) as target:
        for name in [*source.namelist(), *(source.namelist()[:1] if twice else [])]:
            target.writestr(zipfile.ZipInfo(name), source.read(name), method)
    return buffer.getvalue()


def shared(levels: int) -> dict[str, object]:
    """Dictionaries that name one another twice: few bytes, endless when walked."""
    inner: dict[str, object] = {"x": torch.ones(1)}
    for _ in range(levels):
        inner = {"a": inner, "b": inner}
    return inner


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_pth_gives_tensors_or_a_sentence(tmp_path: Path) -> None:
    evil = tmp_path / "made-by-a-pickle"
    wrong: dict[str, bytes] = {
        "script": script(),
        "packed": packed({"a": torch.zeros(10**6)}),
        "an entry twice": packed(GOOD, zipfile.ZIP_STORED, twice=True),
        "a pickle that does": saved({"a": Evil(evil)}),
        "an old pickle that does": pickle.dumps({"a": Evil(evil)}),
        "an old checkpoint that does": saved({"a": Evil(evil)}, _use_new_zipfile_serialization=False),
        "a pickle before an archive": saved(GOOD, _use_new_zipfile_serialization=False) + script(),
        "no dictionary": saved(torch.ones(3)),
        "larger than the file": saved({"a": torch.ones(1).expand(10**7)}),
        "sparse": saved({"a": torch.eye(3).to_sparse()}),
        "endless": saved(shared(40)),
        "cut short": saved(GOOD)[:-300],
        "empty": b"",
        "junk": b"PK\x03\x04" + bytes(100),
    }
    path = tmp_path / "a.pth"
    for name, blob in wrong.items():
        path.write_bytes(blob)
        if name in ("script", "packed", "an entry twice", "a pickle before an archive", "cut short", "junk"):
            assert refused(lambda: checkpoints.read(path)) == "community_script", name
        else:
            with pytest.raises((UserError, pickle.UnpicklingError, EOFError, RuntimeError)) as caught:
                checkpoints.read(path)
            assert foreign.failed(caught.value).key in ("community_fails", "community_script"), name
    assert not evil.exists()
    for blob in (saved(GOOD), saved(GOOD, _use_new_zipfile_serialization=False)):
        path.write_bytes(blob)
        read = checkpoints.read(path)["params_ema"]
        assert all(torch.equal(read[name], value) for name, value in GOOD["params_ema"].items())


class _Called:
    """What is pickled as a call."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("called", [_Called(bytearray, 2**20), _Called(torch.Tensor, 2**18)], ids=["bytearray", "Tensor"])
def test_a_few_bytes_do_not_ask_for_all_memory(tmp_path: Path, called: _Called, zipped: bool) -> None:
    path = tmp_path / "small.pth"
    torch.save({"a": called}, path, _use_new_zipfile_serialization=zipped)
    assert refused(lambda: checkpoints.read(path)) == "community_script"


@pytest.mark.parametrize("zipped", [True, False])
def test_what_checkpoints_are_made_of_is_read(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "usual.pth"
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4)).half()
    held = {"params_ema": net.state_dict(), "weight": net[0].weight, "iter": 5, "kind": torch.float32, "more": torch.ones(2).bfloat16()}
    torch.save(held, path, _use_new_zipfile_serialization=zipped)
    assert set(checkpoints.read(path)) == set(held)


def test_what_can_run_code_is_not_even_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    hub = FakeHub()
    hub.commit("evil/files", {"a.pt": script(), "a.ckpt": script()})
    with client_of(hub.url, tmp_path / "home", token=None):
        for trade in (fills, enlargers, styles):
            for name in ("evil/files:a.pt", "evil/files/a.ckpt@main", "file:a.PT"):
                assert refused(lambda trade=trade, name=name: trade.load(name)) == "community_script"  # type: ignore[misc]
    hub.close()
    assert hub.requests == []


# ---------- ONNX ------------------------------------------------------------------------------------------------


def graph(path: Path, nodes: list[onnx.NodeProto], numbers: dict[str, np.ndarray]) -> Path:
    """A model of one picture in and one out."""
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, "h", "w"]) for name in ("picture", "painted")]
    constants = [onnx.numpy_helper.from_array(value, name) for name, value in numbers.items()]
    onnx.save(model(helper.make_graph(nodes, "paint", ends[:1], ends[1:], constants)), path)
    return path


def endless(path: Path) -> Path:
    """A loop of 2 ** 60 rounds."""
    scalar = helper.make_tensor_value_info("round", TensorProto.INT64, [])
    flag = [helper.make_tensor_value_info(name, TensorProto.BOOL, []) for name in ("on", "still")]
    state = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("before", "after")]
    nodes = [node("Identity", "on", "still"), node("Sin", "before", "after")]
    body = helper.make_graph(nodes, "body", [scalar, flag[0], state[0]], [flag[1], state[1]])
    return graph(path, [node("Loop", "rounds", "go", "picture", "painted", body=body)], {"rounds": np.array(2**60), "go": np.array(True)})


def greedy(path: Path, count: int = 2**33, at_once: bool = False) -> Path:
    """Asks for `count` numbers when it runs, or already when it is opened and what is constant is computed."""
    nodes = [node("ConstantOfShape", "count", "zeros"), node("ReduceSum", "zeros", "sum", keepdims=0)]
    nodes += [node("Add", "picture", "sum", "painted")]
    if not at_once:
        nodes[:1] = [node("Shape", "picture", "sides"), node("Size", "sides", "four"), node("Reshape", "four", "one", "list"),
                     node("Mul", "list", "count", "many"), node("ConstantOfShape", "many", "zeros")]  # fmt: skip
    return graph(path, nodes, {"count": np.array([count]), "one": np.array([1])})


X = {"picture": np.zeros((1, 3, 8, 8), np.float32)}


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_loop_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_process, "RUNNING", 1.0)
    started = time.monotonic()
    session = foreign.session(endless(tmp_path / "endless.onnx"))
    child = session._child
    assert child is not None
    assert refused(lambda: session.run(None, X)) == "community_slow"
    assert time.monotonic() - started < 30
    assert not running(child.pid)
    monkeypatch.setattr(onnx_process, "PROBING", 3.0)
    assert refused(lambda: styles.opened(tmp_path / "endless.onnx")) == "community_slow"


@pytest.mark.parametrize("at_once", [False, True], ids=["when it runs", "when it is opened"])
def test_one_that_wants_all_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool) -> None:
    monkeypatch.setattr(onnx_process, "MOST_MB", 600)
    assert refused(lambda: foreign.session(greedy(tmp_path / "greedy.onnx", at_once=at_once)).run(None, X)) == "community_memory"


def test_a_process_that_ended_is_started_again_and_ends_with_its_model(tmp_path: Path) -> None:
    session = foreign.session(greedy(tmp_path / "small.onnx", count=3))
    child = session._child
    assert child is not None
    environment = Path(f"/proc/{child.pid}/environ")
    if environment.exists():
        assert b"HF_TOKEN" not in environment.read_bytes()
    (answer,) = session.run(["painted"], X)
    assert answer.shape == (1, 3, 8, 8)
    child.kill()
    child.wait()
    with pytest.raises(UserError):
        session.run(None, X)
    assert session.run(None, X)[0].dtype == np.float32
    again = session._child
    assert again is not None
    assert again.pid != child.pid
    del session
    gc.collect()
    again.wait(10)


def test_an_answer_that_is_no_array_ends_the_process(tmp_path: Path) -> None:
    arrays: list[object] = [["object", [1]], ["float32", [-1]], ["float32", [99_999_999_999]], ["float32", [2**40, 2**40]], ["float32", 3]]
    lines = [json.dumps({"outputs": [each]}).encode() + b"\n" for each in arrays]
    session = foreign.session(greedy(tmp_path / "small.onnx", count=3))

    for line in (b"[]\n", b"{}\n", *lines):
        child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdin is not None
        session._child = child
        with pytest.raises(UserError) as caught:
            session._answer(5.0, line)
        assert caught.value.key == "community_fails", line
        assert child.poll() is not None


def test_the_memory_of_all_models_of_other_makes_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    monkeypatch.setenv("GANAPP_MEMORY_MB", "300")  # two processes
    catalog.shelf.clear()
    place = tmp_path / "community"
    place.mkdir()
    children = []
    for i in range(5):
        (lama if i % 2 else migan)(place / f"{i}.onnx")
        opened = fills.load(f"file:{i}.onnx")
        children.append(opened.call.run.__closure__[-1].cell_contents._child)  # type: ignore[attr-defined]
        assert fills.load(f"file:{i}.onnx") is opened
    del opened
    gc.collect()
    assert catalog.shelf.bytes() <= 300e6
    assert [child.poll() is None for child in children] == [False, False, False, True, True]
    catalog.shelf.clear()
    gc.collect()
    assert all(child.poll() is not None for child in children)
