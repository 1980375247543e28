"""`python -m ganapp.models.onnx_worker FILE THREADS MEGABYTES`: an ONNX file of a stranger in a process of its own, with limited memory.

It is told what to compute on stdin and answers on stdout: one line of JSON, and the numbers of the arrays it names. Nothing that comes from
here is unpickled. See onnx_process.py for the other end.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from ganapp.machine import memory

TYPES = ("float32", "float16", "float64", "uint8", "int8", "int32", "int64", "bool")


def answer(out: BinaryIO, header: dict[str, Any], arrays: tuple[Any, ...] = ()) -> None:
    """Send a line of JSON, and the arrays that it names."""
    out.write(json.dumps(header).encode() + b"\n")
    for array in arrays:
        out.write(array.tobytes())
    out.flush()


def work(source: BinaryIO, out: BinaryIO, session: Any) -> None:
    """Answer every question until there are no more."""
    import numpy as np

    while line := source.readline():
        asked = json.loads(line)
        given = {}
        for name, kind, shape in asked["inputs"]:
            values = np.frombuffer(source.read(int(np.prod(shape)) * np.dtype(kind).itemsize), kind)
            given[name] = values.reshape(shape)
        try:
            made = [np.ascontiguousarray(each) for each in session.run(asked["outputs"] or None, given)]
        except MemoryError:
            raise
        except Exception as problem:  # noqa: BLE001 - the engine has no family of errors
            answer(out, {"problem": str(problem)[:400]})
            continue
        if any(each.dtype.name not in TYPES for each in made):
            answer(out, {"problem": "its answer is not made of numbers"})
            continue
        answer(out, {"outputs": [[each.dtype.name, list(each.shape)] for each in made]}, tuple(made))


def main(arguments: list[str]) -> int:
    """Returns 0 at the end of the questions, 3 when the memory did not suffice."""
    file, threads, megabytes = arguments
    source, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the engine prints is no answer
    import onnxruntime

    blob = Path(file).read_bytes()
    memory.limit(int(megabytes))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(blob, options, providers=["CPUExecutionProvider"])
        del blob
        ends = {name: [[each.name, each.type, each.shape] for each in getattr(session, f"get_{name}")()] for name in ("inputs", "outputs")}
        answer(out, ends)
        work(source, out, session)
    except MemoryError:
        return 3
    except Exception as problem:  # noqa: BLE001 - the engine has no family of errors
        answer(out, {"problem": str(problem)[:400]})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
